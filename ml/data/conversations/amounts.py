"""Our answers to questions about amounts; each number stands in the facts as it is written here."""

from __future__ import annotations

from numpy.random import Generator

from ml.data.conversations.ask import Ask
from ml.data.conversations.figures import amount_of, energy_range, named, percent, weight
from ml.data.conversations.questions import choose
from ml.insights.intents import Intent
from ml.insights.llava_embedded.facts_text import exact_amount
from ml.insights.wording import bare, the, verb
from ml.nutrition.factors import KCAL_PER_G
from ml.nutrition.levels import CLOSE, level_of
from ml.nutrition.meal import Helping, Meal, amount_in
from ml.nutrition.nutrient_names import NUTRIENT_NAMES
from ml.words import items, listing, sentence

LEAST = 0.05
"""What is written as 0.0."""


def helping_of(meal: Meal, label: str) -> Helping:
    """The helping with this label."""
    return next(helping for helping in meal.helpings if helping.label == label)


def text_of(*sentences: str) -> str:
    """Sentences, those that are not empty, as one text."""
    return " ".join(sentence(part) for part in sentences if part)


def one_of(rng: Generator, *wordings: str) -> str:
    """One of the wordings as a text."""
    return text_of(choose(rng, wordings))


def in_meal(rng: Generator, meal: Meal, ask: Ask) -> str:
    """The amount, the range of energy, the share of a day, and where it comes from."""
    nutrient = ask.nutrients[0]
    have = _have(meal, nutrient)
    first = choose(rng, [f"this meal has {have}", f"in all that is {have}", f"{have} altogether"])
    return text_of(first, share_of_day(meal, nutrient), _main_source(meal, nutrient))


def in_food(rng: Generator, meal: Meal, ask: Ask) -> str:
    """The amount in one food, and in the meal."""
    nutrient, helping = ask.nutrients[0], helping_of(meal, ask.foods[0])
    if helping.nutrients is None:
        return text_of(f"there is no nutrition data for {the(helping)}, so I can't say")
    part = f"about {amount_of(nutrient, amount_in(helping, nutrient))}"
    first = choose(
        rng, [f"{the(helping)} {verb(helping, 'has', 'have')} {part}", f"there is {part} in {the(helping)}"]
    )
    total = exact_amount(nutrient, getattr(meal.facts.total, nutrient))
    return text_of(first, f"the whole meal has {total}" if len(meal.counted) > 1 else "")


def two(rng: Generator, meal: Meal, ask: Ask) -> str:
    """Two amounts of the meal."""
    amounts = listing([_have(meal, nutrient) for nutrient in ask.nutrients])
    return one_of(rng, f"this meal has {amounts}", f"that is {amounts}")


def ranking(rng: Generator, meal: Meal, ask: Ask) -> str:
    """The food with the most or the least of a nutrient against the next."""
    nutrient = ask.nutrients[0]
    ranked = meal.richest(nutrient)
    if ask.intent == Intent.LEAST:
        ranked.reverse()
    ahead, behind = (amount_in(helping, nutrient) for helping in ranked[:2])
    first, second = the(ranked[0]), the(ranked[1])
    name = NUTRIENT_NAMES[nutrient]
    if abs(ahead - behind) <= CLOSE * max(ahead, behind):
        return text_of(
            f"{first} and {second} are about level in {name}, with {exact_amount(nutrient, ahead)} and "
            f"{exact_amount(nutrient, behind)}"
        )
    has, comes = verb(ranked[0], "has", "have"), verb(ranked[0], "comes", "come")
    numbers = f"about {exact_amount(nutrient, ahead)} against {exact_amount(nutrient, behind)} in {second}"
    wordings = [f"{first} {has} the {ask.intent} {name}, {numbers}"]
    if ask.intent == Intent.MOST:
        wordings.append(f"{first} {comes} first, {numbers}")
    return one_of(rng, *wordings)


def goal(rng: Generator, meal: Meal, ask: Ask) -> str:
    """Whether the grams of protein that a person names are reached, as far as a photo tells."""
    total = meal.facts.total.protein_g
    have = f"the meal has about {amount_of('protein_g', total)}"
    if abs(total - ask.goal_g) <= CLOSE * ask.goal_g:
        return text_of(f"perhaps: {have}, which is close to your {ask.goal_g} g")
    if total > ask.goal_g:
        return text_of(f"yes, {have}, which reaches your {ask.goal_g} g")
    return text_of(f"no, {have}, which stays below your {ask.goal_g} g")


def day(rng: Generator, meal: Meal, ask: Ask) -> str:
    """The share of a day's reference, and that needs differ."""
    nutrient = ask.nutrients[0]
    share = percent(meal.daily_percent[nutrient])
    needs = choose(rng, ["what you need yourself may differ", "your own needs may be different"])
    return text_of(f"{_have(meal, nutrient)}, which is {share} of a day's reference", needs)


def split(rng: Generator, meal: Meal, ask: Ask) -> str:
    """Protein, carbohydrates and fat."""
    return one_of(rng, f"the macros are {macros(meal)}", f"it is made of {macros(meal)}")


def weigh(rng: Generator, meal: Meal, ask: Ask) -> str:
    """Grams of the foods, or of one with its range."""
    if ask.foods:
        helping = helping_of(meal, ask.foods[0])
        return text_of(f"{the(helping)} {verb(helping, 'weighs', 'weigh')} about {weight(helping.mass_g)}")
    parts = listing([f"{h.mass_g.value:.0f} g of {h.label}" for h in named(meal)])
    return one_of(rng, f"I estimate about {parts}", f"by my estimate it is about {parts}")


def how_many(rng: Generator, meal: Meal, ask: Ask) -> str:
    """How many items there are, and which."""
    total = sum(helping.count for helping in meal.helpings)
    names = [bare(helping) for helping in named(meal)]
    names += ["something without a name"] * bool(meal.unnamed)
    return text_of(f"{items(total)} {'was' if total == 1 else 'were'} found: {listing(names)}")


def share_of_day(meal: Meal, nutrient: str) -> str:
    """Such as "that is 52 % of a day's reference, which is high"; "" for sugar, which has none."""
    if nutrient not in meal.daily_percent:
        return ""
    share = meal.daily_percent[nutrient]
    text, level = f"that is {percent(share)} of a day's reference", level_of(nutrient, share)
    return f"{text}, which is {level}" if level else text


def macros(meal: Meal) -> str:
    """Such as "4.8 g of protein, 57.9 g of carbohydrates and 20.6 g of fat", in the facts' order."""
    return listing([amount_of(name, getattr(meal.facts.total, name)) for name in KCAL_PER_G])


def _have(meal: Meal, nutrient: str) -> str:
    """Such as "about 28.0 g of protein" or "about 437 kcal (310 to 620 kcal)"."""
    have = f"about {amount_of(nutrient, getattr(meal.facts.total, nutrient))}"
    return f"{have} ({energy_range(meal)})" if nutrient == "calories" else have


def _main_source(meal: Meal, nutrient: str) -> str:
    if len(meal.counted) < 2 or getattr(meal.facts.total, nutrient) < LEAST:
        return ""
    first = meal.richest(nutrient)[0]
    return f"the most comes from {the(first)}, {exact_amount(nutrient, amount_in(first, nutrient))}"
