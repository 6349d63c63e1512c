"""Our answers about better and worse, diets and allergens: from the numbers, without a verdict on anybody."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.random import Generator

from ml.data.conversations.amounts import macros, text_of
from ml.data.conversations.ask import Ask
from ml.data.conversations.figures import amount_of, percent
from ml.data.conversations.questions import choose
from ml.insights.intents import Intent
from ml.insights.wording import the, verb
from ml.nutrition.diets import ALLERGENS, diet_foods
from ml.nutrition.levels import ENCOURAGED
from ml.nutrition.meal import Helping, Meal, amount_in, nutrient_score
from ml.nutrition.nutrient_names import NUTRIENT_NAMES
from ml.nutrition.suggestions import foods_rich_in
from ml.words import listing

ASK_THE_COOK = (
    "please don't go by a photo with an allergy: ask whoever made it",
    "with an allergy, ask whoever made the food, as a photo can't rule it out",
)


def healthy(rng: Generator, meal: Meal, ask: Ask) -> str:
    """The macros, what is high and what is short, without a verdict."""
    openings = [
        "no single meal is healthy or unhealthy, but the numbers say this",
        "that depends on the rest of your day",
        "one meal alone is neither good nor bad",
    ]
    much, little = meal.high, meal.short
    noted = f"it is high in {shares(meal, much)}" if much else "neither saturated fat nor sodium is high"
    lacks = f"it is short of {shares(meal, little)}" if little else ""
    return text_of(choose(rng, openings), f"it holds {macros(meal)}", noted, lacks)


def healthiest(rng: Generator, meal: Meal, ask: Ask) -> str:
    """The food with the best score, and what it brings."""
    best = max(meal.counted, key=nutrient_score)
    brings = listing([amount_of(name, amount_in(best, name)) for name in (*ENCOURAGED, "calories")])
    comes = verb(best, "comes", "come")
    wordings = [
        f"{the(best)} {comes} out best by protein and fibre for the energy",
        f"by protein and fibre for its energy, {the(best)} {comes} first",
    ]
    return text_of(choose(rng, wordings), f"{verb(best, 'it has', 'they have')} {brings}")


def add(rng: Generator, meal: Meal, ask: Ask) -> str:
    """What the meal has least of, and foods that bring it."""
    little = meal.short
    if not little:
        return text_of("nothing is plainly missing, as protein and fibre are in a good range")
    name, share = NUTRIENT_NAMES[little[0]], percent(meal.daily_percent[little[0]])
    wordings = [
        f"more {name} would help, as it has just {share} of a day's reference",
        f"it could use {name}, which is at {share} of a day's reference",
    ]
    return text_of(choose(rng, wordings), f"try {foods_rich_in(little[0], meal)}")


def cut(rng: Generator, meal: Meal, ask: Ask) -> str:
    """The food that brings most of what is high, or most energy."""
    much = meal.high
    nutrient = much[0] if much else "calories"
    first = meal.richest(nutrient)[0]
    part = amount_of(nutrient, amount_in(first, nutrient))
    has = verb(first, "has", "have")
    if not much:
        return text_of(
            f"neither saturated fat nor sodium is high here, but for less energy have less of {the(first)}, "
            f"which {has} {part}"
        )
    share = percent(meal.daily_percent[nutrient])
    return text_of(
        f"{NUTRIENT_NAMES[nutrient]} is high, at {share} of a day's reference",
        f"have less of {the(first)}, which {has} {part}",
    )


def shares(meal: Meal, nutrients: Sequence[str]) -> str:
    """Such as "saturated fat (76% of a day) and sodium (55% of a day)"."""
    return listing([f"{NUTRIENT_NAMES[n]} ({percent(meal.daily_percent[n])} of a day)" for n in nutrients])


def suits(rng: Generator, meal: Meal, ask: Ask) -> str:
    """Whether the meal is vegetarian or vegan, as usually made."""
    answer, foods = diet_foods(meal, ask.word)
    names = _listed(foods)
    if answer == "no":
        return text_of(f"no, it isn't {ask.word}, because of {names}")
    if answer == "maybe":
        return text_of(f"it may be {ask.word}, depending on the recipe of {names}")
    return text_of(f"yes, as usually made {names} would be {ask.word}")


def holds(rng: Generator, meal: Meal, ask: Ask) -> str:
    """Whether the meal holds an allergen, as usually made."""
    answer, foods = diet_foods(meal, ask.word)
    note = choose(rng, ASK_THE_COOK) if ask.intent == Intent.ALLERGIC else ""
    if answer == "yes":
        return text_of(f"expect {ask.word} in {_listed(foods)}", note)
    if answer == "maybe":
        return text_of(f"there may be {ask.word} in {_listed(foods)}, depending on the recipe", note)
    is_not = f"{'are' if ask.word == 'nuts' else 'is'} not usual"
    return text_of(f"{ask.word} {is_not} in {_listed(foods, 'or')}", note)


def allergens(rng: Generator, meal: Meal, ask: Ask) -> str:
    """Every allergen that is usual in the foods."""
    held = [name for name in ALLERGENS if diet_foods(meal, name)[0] == "yes"]
    possible = [name for name in ALLERGENS if diet_foods(meal, name)[0] == "maybe"]
    note = choose(rng, ASK_THE_COOK)
    if held:
        return text_of(f"as usually made it holds {listing(held)}", note)
    if possible:
        return text_of(f"there may be {listing(possible, 'or')} in it", note)
    return text_of("none of the common allergens is usual in these foods", note)


def _listed(helpings: Sequence[Helping], last: str = "and") -> str:
    return listing([the(helping) for helping in helpings], last)
