"""Our answers about better and worse, diets and allergens: from the numbers, without a verdict on anybody."""

from __future__ import annotations

from numpy.random import Generator

from ml.data.conversations.amounts import macros, text_of
from ml.data.conversations.ask import Ask
from ml.data.conversations.figures import amount_of, percent
from ml.data.conversations.questions import choose
from ml.insights.builtin.choices import ADDITIONS, ENCOURAGED, LIMITED, MEATLESS_PROTEIN, nutrient_score
from ml.insights.builtin.diets import HOLDS
from ml.insights.builtin.meal import HIGH_PERCENT, Meal, amount_in
from ml.insights.builtin.words import NUTRIENT_NAMES, listing, the, verb
from ml.types import Answer

WELCOME = ("fiber_g", "protein_g")
ASK_THE_COOK = (
    "please don't go by a photo with an allergy: ask whoever made it",
    "with an allergy, ask whoever made the food, as a photo can't rule it out",
)


def healthy(rng: Generator, meal: Meal, ask: Ask) -> str:
    """The macros and what is high, without a verdict."""
    opening = choose(
        rng,
        [
            "no single meal is healthy or unhealthy, but the numbers say this",
            "that depends on the rest of your day",
            "one meal alone is neither good nor bad",
        ],
    )
    high = [
        f"{NUTRIENT_NAMES[name]} ({percent(meal.daily_percent[name])} of a day)"
        for name in (*LIMITED, *WELCOME)
        if meal.daily_percent[name] >= HIGH_PERCENT
    ]
    noted = f"it is high in {listing(high[:2])}" if high else "nothing in it counts as high for a day"
    return text_of(opening, f"it holds {macros(meal)}", noted)


def healthiest(rng: Generator, meal: Meal, ask: Ask) -> str:
    """The food with the best score, and what it brings."""
    best = max(meal.counted, key=nutrient_score)
    brings = listing([amount_of(name, amount_in(best, name)) for name in (*ENCOURAGED, "calories")])
    comes = verb(best, "comes", "come")
    first = choose(
        rng,
        [
            f"{the(best)} {comes} out best by protein and fibre for the energy",
            f"by protein and fibre for its energy, {the(best)} {comes} first",
        ],
    )
    return text_of(first, f"{verb(best, 'it has', 'they have')} {brings}")


def add(rng: Generator, meal: Meal, ask: Ask) -> str:
    """What the meal has least of, and foods that bring it."""
    short = [name for name in WELCOME if meal.daily_percent[name] < HIGH_PERCENT]
    if not short:
        return text_of("nothing is plainly missing, as protein and fibre are in a good range")
    name = min(short, key=lambda each: meal.daily_percent[each])
    share = percent(meal.daily_percent[name])
    meatless = all(h.food is not None and h.food.diet.vegetarian != "no" for h in meal.counted)
    foods = MEATLESS_PROTEIN if name == "protein_g" and meatless else ADDITIONS[name]
    return text_of(
        choose(
            rng,
            [
                f"more {NUTRIENT_NAMES[name]} would help, as it has just {share} of a day's reference",
                f"it could use {NUTRIENT_NAMES[name]}, which is at {share} of a day's reference",
            ],
        ),
        f"try {foods}",
    )


def cut(rng: Generator, meal: Meal, ask: Ask) -> str:
    """The food that brings most of what is high, or most energy."""
    high = [name for name in LIMITED if meal.daily_percent[name] >= HIGH_PERCENT]
    nutrient = max(high, key=lambda name: meal.daily_percent[name], default="calories")
    first = meal.richest(nutrient)[0]
    part = amount_of(nutrient, amount_in(first, nutrient))
    has = verb(first, "has", "have")
    if not high:
        return text_of(
            f"neither saturated fat nor sodium is high here, but for less energy have less of {the(first)}, "
            f"which {has} {part}"
        )
    share = percent(meal.daily_percent[nutrient])
    return text_of(
        f"{NUTRIENT_NAMES[nutrient]} is high, at {share} of a day's reference",
        f"have less of {the(first)}, which {has} {part}",
    )


def suits(rng: Generator, meal: Meal, ask: Ask) -> str:
    """Whether the meal is vegetarian or vegan, as usually made."""
    against, unsure = _labels(meal, ask.word, "no"), _labels(meal, ask.word, "maybe")
    if against:
        return text_of(f"no, it isn't {ask.word}, because of {listing(against)}")
    if unsure:
        return text_of(f"it may be {ask.word}, but that depends on how {listing(unsure)} was made")
    return text_of(f"yes, as usually made {listing(_labels(meal, ask.word, 'yes'))} would be {ask.word}")


def holds(rng: Generator, meal: Meal, ask: Ask) -> str:
    """Whether the meal holds an allergen, as usually made."""
    held, unsure = _labels(meal, ask.word, "yes"), _labels(meal, ask.word, "maybe")
    note = choose(rng, ASK_THE_COOK) if ask.intent == "allergic" else ""
    if held:
        return text_of(f"expect {ask.word} in {listing(held)}", note)
    if unsure:
        return text_of(f"there may be {ask.word} in {listing(unsure)}, depending on the recipe", note)
    free = listing(_labels(meal, ask.word, "no"), "or")
    return text_of(f"{ask.word} {'are' if ask.word == 'nuts' else 'is'} not usual in {free}", note)


def allergens(rng: Generator, meal: Meal, ask: Ask) -> str:
    """Every allergen that is usual in the foods."""
    names = ("gluten", *HOLDS)
    held = [name for name in names if _labels(meal, name, "yes")]
    possible = [name for name in names if name not in held and _labels(meal, name, "maybe")]
    note = choose(rng, ASK_THE_COOK)
    if held:
        return text_of(f"as usually made it holds {listing(held)}", note)
    if possible:
        return text_of(f"there may be {listing(possible, 'or')} in it", note)
    return text_of("none of the common allergens is usual in these foods", note)


def _labels(meal: Meal, name: str, answer: Answer) -> list[str]:
    return [the(h) for h in meal.helpings if h.food is not None and getattr(h.food.diet, name) == answer]
