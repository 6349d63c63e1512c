"""Answers about amounts: a nutrient of the meal or of a food, comparisons, and whether it is enough."""

from __future__ import annotations

from collections.abc import Iterator

from ml.insights.builtin.question import Question
from ml.insights.intents import Intent
from ml.insights.wording import (
    about,
    amount,
    amount_of,
    between,
    grams,
    number,
    percent,
    reference,
    the,
    verb,
)
from ml.nutrition.factors import KCAL_PER_G, SALT_PER_SODIUM
from ml.nutrition.levels import CLOSE, HIGH_PERCENT, LOW_PERCENT
from ml.nutrition.meal import Helping, Meal, amount_in
from ml.nutrition.nutrient_names import NUTRIENT_NAMES, unit
from ml.words import listing, sentence


def about_nutrients(meal: Meal, question: Question) -> Iterator[str]:
    """How much of each asked nutrient there is."""
    for nutrient in question.nutrients:
        if question.foods:
            yield from (_in_food(meal, helping, nutrient) for helping in question.foods)
        elif len(question.nutrients) == 1:
            yield from in_meal(meal, nutrient)
        else:
            yield _total(meal, nutrient)


def in_meal(meal: Meal, nutrient: str) -> Iterator[str]:
    """A nutrient of the whole meal: amount, range, share of a day, main source."""
    yield _total(meal, nutrient)
    yield from _rating(meal, nutrient)
    yield from _main_source(meal, nutrient)


def compare(meal: Meal, question: Question) -> Iterator[str]:
    """Which food has the most, or the least, of each asked nutrient; energy if none is asked."""
    if len(meal.counted) < 2:
        yield sentence(f"there is only one food to go by here, {the(meal.counted[0])}")
        yield from about_nutrients(meal, question)
        return
    for nutrient in question.nutrients or ("calories",):
        ranked = meal.richest(nutrient, question.foods)
        if len(ranked) < 2:
            ranked = meal.richest(nutrient)
        if Intent.LEAST in question.topics:
            ranked.reverse()
        yield _ranking(ranked, nutrient, "least" if Intent.LEAST in question.topics else "most")
    yield from (_uncounted(helping) for helping in question.foods if helping.nutrients is None)


def enough(meal: Meal, question: Question) -> Iterator[str]:
    """Whether an amount the person named, or the Daily Value, is met; their own need is not known."""
    for nutrient in question.nutrients or ("calories", "protein_g"):
        total, low, high = _range(meal, nutrient)
        have = f"the meal has about {amount_of(nutrient, total)} ({between(low, high, unit(nutrient))})"
        if question.target_g is not None and unit(nutrient) == "g":
            yield _reaches(have, low, high, question.target_g)
        elif nutrient in meal.daily_percent:
            share = percent(meal.daily_percent[nutrient])
            yield sentence(f"{have}, {share} of the {reference(nutrient)} that food labels take for a day")
        else:
            yield sentence(have)
    yield "What you need yourself depends on your size, age and activity, which a photo does not show."


def about_foods(meal: Meal, foods: tuple[Helping, ...]) -> Iterator[str]:
    """What a food weighs and brings."""
    for helping in foods:
        if helping.nutrients is None:
            yield _uncounted(helping)
            continue
        energy = amount("calories", amount_in(helping, "calories"))
        weighs = f"{the(helping)} {verb(helping, 'weighs', 'weigh')} {grams(helping.mass_g)}"
        yield sentence(f"{weighs} and {verb(helping, 'holds', 'hold')} {energy}")
        main = sorted(KCAL_PER_G, key=lambda name: -KCAL_PER_G[name] * amount_in(helping, name))
        parts = [amount_of(name, amount_in(helping, name)) for name in main]
        yield sentence(f"that energy is made of {listing(parts)}")


def _range(meal: Meal, nutrient: str) -> tuple[float, float, float]:
    facts = meal.facts
    total, low, high = (getattr(sum_, nutrient) for sum_ in (facts.total, facts.total_low, facts.total_high))
    return total, low, high


def _total(meal: Meal, nutrient: str) -> str:
    total, low, high = _range(meal, nutrient)
    text = f"this meal {'comes to' if nutrient == 'calories' else 'holds'} {about(nutrient, total)}"
    if nutrient != "calories":
        text += f" of {NUTRIENT_NAMES[nutrient]}"
    if number(low) != number(high):
        text += f", likely {between(low, high, unit(nutrient))}"
    return sentence(text)


def _reaches(have: str, low: float, high: float, target_g: float) -> str:
    if low >= target_g:
        return sentence(f"yes, {have}, which reaches your {target_g:g} g even at the low end")
    if high < target_g:
        return sentence(f"no, {have}, which stays below your {target_g:g} g even at the high end")
    return sentence(f"it may just be: {have}, so your {target_g:g} g lies within the range")


def _in_food(meal: Meal, helping: Helping, nutrient: str) -> str:
    if helping.nutrients is None:
        return _uncounted(helping)
    value = amount_in(helping, nutrient)
    text = f"{the(helping)} {verb(helping, 'has', 'have')} {about(nutrient, value)}"
    if nutrient != "calories":
        text += f" of {NUTRIENT_NAMES[nutrient]}"
    total = getattr(meal.facts.total, nutrient)
    if len(meal.counted) > 1 and total:
        text += f", {percent(100 * value / total)} of what the meal holds"
    return sentence(f"{text}, taking {verb(helping, 'it', 'them')} to weigh {grams(helping.mass_g)}")


def _rating(meal: Meal, nutrient: str) -> Iterator[str]:
    if nutrient == "sugar_g":
        yield "There is no Daily Value for total sugar, and the data cannot tell added sugar from natural."
        return
    share = meal.daily_percent[nutrient]
    text = f"that is {percent(share)} of the {reference(nutrient)} that food labels take for a day"
    if nutrient != "calories" and share >= HIGH_PERCENT:
        text += ", which counts as high"
    elif nutrient != "calories" and share <= LOW_PERCENT:
        text += ", which counts as low"
    if nutrient == "sodium_mg" and share > LOW_PERCENT:
        salt = SALT_PER_SODIUM * meal.facts.total.sodium_mg / 1000
        text += f"; as salt it would be about {number(salt)} g"
    yield sentence(text)


def _main_source(meal: Meal, nutrient: str) -> Iterator[str]:
    total = getattr(meal.facts.total, nutrient)
    if len(meal.counted) < 2 or number(total) == "0":
        return
    first, *others = meal.richest(nutrient)
    share = amount_in(first, nutrient) / total
    most = "nearly all of it" if share > 0.9 else "most of it" if share > 0.5 else "the largest part"
    text = f"{most} comes from {the(first)}, {amount(nutrient, amount_in(first, nutrient))}"
    if share <= 0.9:
        text += f", then {the(others[0])} with {amount(nutrient, amount_in(others[0], nutrient))}"
    yield sentence(text)


def _ranking(ranked: list[Helping], nutrient: str, superlative: str) -> str:
    first, second = ranked[:2]
    ahead, behind = (amount_in(helping, nutrient) for helping in (first, second))
    name = NUTRIENT_NAMES[nutrient]
    if abs(ahead - behind) <= CLOSE * max(ahead, behind):
        pair = listing([the(first), the(second)])
        return sentence(
            f"{pair} are about level in {name}, with {amount(nutrient, ahead)} and {amount(nutrient, behind)}"
        )
    degree = f"the {superlative}" if len(ranked) > 2 else {"most": "more", "least": "less"}[superlative]
    text = f"{the(first)} {verb(first, 'has', 'have')} {degree} {name}, {about(nutrient, ahead)}"
    return sentence(f"{text} against {amount(nutrient, behind)} in {the(second)}")


def _uncounted(helping: Helping) -> str:
    return sentence(f"there is no nutrition data for {the(helping)}, so no amounts can be given")
