"""Answers about amounts: of the meal or a food, compared, as shares of the energy or a day, enough or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ml.insights.builtin.overview import balance
from ml.insights.builtin.question import Question
from ml.insights.intents import Intent
from ml.insights.wording import (
    about,
    amount,
    amount_of,
    between,
    grams,
    number,
    nutrient_name,
    percent,
    reference,
    the,
    verb,
)
from ml.nutrition.daily_values import percent_daily_value
from ml.nutrition.factors import KCAL_PER_G, KJ_PER_KCAL, SALT_PER_SODIUM
from ml.nutrition.levels import CLOSE, HIGH_PERCENT, LOW_PERCENT
from ml.nutrition.meal import Helping, Meal, amount_in
from ml.nutrition.nutrient_names import NUTRIENT_NAMES, unit
from ml.types import NO_NUTRIENTS, NUTRIENTS
from ml.words import listing, sentence

GROUPS = {
    "vitamins": tuple(
        name
        for name in NUTRIENTS
        if name.startswith(("vitamin", "thiamin", "riboflavin", "niacin", "folate", "choline"))
    ),
    "minerals": NUTRIENTS[NUTRIENTS.index("potassium_mg") : NUTRIENTS.index("vitamin_a_ug")],
}
"""By the concepts of the lexicon."""
MOST_NAMED = 3


def about_nutrients(meal: Meal, question: Question) -> Iterator[str]:
    """How much of each asked nutrient there is."""
    for group in question.nutrient_groups:
        yield from _group(meal, group, question.foods)
    for nutrient in question.nutrients:
        if question.foods:
            yield from (_in_food(meal, helping, nutrient) for helping in question.foods)
        elif len(question.nutrients) == 1:
            yield from in_meal(meal, nutrient)
        else:
            yield _total(meal, nutrient)
    counted = [helping for helping in question.foods or meal.counted if helping.nutrients is not None]
    if question.in_kilojoules and counted:
        energy = sum(amount_in(helping, "calories") for helping in counted)
        in_all = " in all" if len(counted) > 1 else ""
        yield sentence(f"in kilojoules that is about {number(energy * KJ_PER_KCAL)} kJ{in_all}")


def in_meal(meal: Meal, nutrient: str) -> Iterator[str]:
    """A nutrient of the whole meal: amount, range, share of a day, main source."""
    yield _total(meal, nutrient)
    if _range(meal, nutrient) is not None:
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
        if len(ranked) < 2:
            yield _unknown(meal, nutrient)
            continue
        if Intent.LEAST in question.topics:
            ranked.reverse()
        yield _ranking(ranked, nutrient, "least" if Intent.LEAST in question.topics else "most")
    yield from (_uncounted(helping) for helping in question.foods if helping.nutrients is None)


def enough(meal: Meal, question: Question) -> Iterator[str]:
    """Whether an amount the person named, or the Daily Value, is met; their own need is not known."""
    for nutrient in question.nutrients or ("calories", "protein_g"):
        known = _range(meal, nutrient)
        if known is None:
            yield _unknown(meal, nutrient)
            continue
        total, low, high = known
        have = f"the meal has about {amount_of(nutrient, total)} ({between(low, high, unit(nutrient))})"
        if question.target_g is not None and unit(nutrient) == "g":
            yield _reaches(have, low, high, question.target_g)
        elif (part := percent_daily_value(meal.facts.total)[nutrient]) is not None:
            share = percent(part)
            yield sentence(f"{have}, {share} of the {reference(nutrient)} that food labels take for a day")
        else:
            yield sentence(have)
    yield "What you need yourself depends on your size, age and activity, which a photo does not show."


def daily(meal: Meal, question: Question) -> Iterator[str]:
    """The meal's share of a day."""
    yield from in_meal(meal, "calories")
    top = max((n for n in meal.daily_percent if n != "calories"), key=lambda n: meal.daily_percent[n])
    share = percent(meal.daily_percent[top])
    yield sentence(
        f"of all the daily references it goes furthest towards that for {NUTRIENT_NAMES[top]}, {share}"
    )


def shares(meal: Meal, question: Question) -> Iterator[str]:
    """The split of the energy."""
    yield from balance(meal)


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
        if helping.alcohol_g:
            parts.insert(0, f"{number(helping.alcohol_g)} g of alcohol")
        yield sentence(f"that energy is made of {listing(parts)}")


def _group(meal: Meal, group: str, foods: Sequence[Helping]) -> Iterator[str]:
    """Of which vitamins or minerals there is the most, by their Daily Values, and which are not known."""
    amounts = [helping.nutrients for helping in foods or meal.counted if helping.nutrients is not None]
    yield from (_uncounted(helping) for helping in foods if helping.nutrients is None)
    if not amounts:
        return
    shares = percent_daily_value(sum(amounts, NO_NUTRIENTS))
    known = {name: share for name in GROUPS[group] if (share := shares[name]) is not None}
    where = listing([the(helping) for helping in foods]) if foods else "this meal"
    if most := sorted(known, key=lambda name: -known[name])[:MOST_NAMED]:
        parts = [f"{nutrient_name(name)} ({percent(known[name])})" for name in most]
        yield sentence(f"of the {group} in {where}, those nearest to a day's reference are {listing(parts)}")
    if unknown := [nutrient_name(name) for name in GROUPS[group] if name not in known]:
        yield sentence(f"the data lacks {listing(unknown)} for {where}")


def _range(meal: Meal, nutrient: str) -> tuple[float, float, float] | None:
    """Amount, low and high end; None where the data lacks it for a food."""
    facts = meal.facts
    total, low, high = (getattr(sum_, nutrient) for sum_ in (facts.total, facts.total_low, facts.total_high))
    return None if total is None or low is None or high is None else (total, low, high)


def _unknown(meal: Meal, nutrient: str) -> str:
    lacking = [h for h in meal.counted if h.nutrients and getattr(h.nutrients, nutrient) is None]
    foods = listing([the(helping) for helping in lacking])
    return sentence(f"the amount of {nutrient_name(nutrient)} is not known, as the data lacks it for {foods}")


def _total(meal: Meal, nutrient: str) -> str:
    known = _range(meal, nutrient)
    if known is None:
        return _unknown(meal, nutrient)
    total, low, high = known
    text = f"this meal {'comes to' if nutrient == 'calories' else 'holds'} {about(nutrient, total)}"
    if nutrient != "calories":
        text += f" of {nutrient_name(nutrient)}"
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
    if getattr(helping.nutrients, nutrient) is None:
        return sentence(f"the amount of {nutrient_name(nutrient)} in {the(helping)} is not known")
    value = amount_in(helping, nutrient)
    text = f"{the(helping)} {verb(helping, 'has', 'have')} {about(nutrient, value)}"
    if nutrient != "calories":
        text += f" of {nutrient_name(nutrient)}"
    total = getattr(meal.facts.total, nutrient)
    if len(meal.counted) > 1 and total:
        text += f", {percent(100 * value / total)} of what the meal holds"
    return sentence(f"{text}, taking {verb(helping, 'it', 'them')} to weigh {grams(helping.mass_g)}")


def _rating(meal: Meal, nutrient: str) -> Iterator[str]:
    if nutrient == "sugar_g":
        yield "There is no Daily Value for total sugar, and the data cannot tell added sugar from natural."
        return
    share = percent_daily_value(meal.facts.total)[nutrient] or 0.0
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
    name = nutrient_name(nutrient)
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
