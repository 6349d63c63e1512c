"""Answers about better and worse: how healthy, which food is, what to add, what to leave out."""

from __future__ import annotations

from collections.abc import Iterator

from ml.insights.builtin.nutrients import about_foods
from ml.insights.builtin.overview import balance, highlights
from ml.insights.builtin.question import Question
from ml.insights.wording import amount, amount_of, percent, the, verb
from ml.nutrition.levels import ENCOURAGED, ENERGY_GUIDE, HIGH_PERCENT, LIMITED, LOW_PERCENT
from ml.nutrition.meal import Helping, Meal, amount_in, has_energy, nutrient_score
from ml.nutrition.nutrient_names import NUTRIENT_NAMES
from ml.nutrition.suggestions import foods_rich_in
from ml.words import listing, sentence


def healthy(meal: Meal, question: Question) -> Iterator[str]:
    """The balance and the highs and lows, of the meal or of the foods asked about, without a verdict."""
    what = "food" if question.foods else "meal"
    yield f"No single {what} is healthy or unhealthy by itself, but this is what the numbers say."
    for helping in question.foods:
        yield from about_foods(meal, (helping,))
        if helping.nutrients is not None:
            amounts = _amounts(helping, (*ENCOURAGED[1:], *LIMITED))
            yield sentence(f"{verb(helping, 'it has', 'they have')} {amounts}")
    if not question.foods:
        yield from balance(meal)
        yield from highlights(meal)


def healthiest(meal: Meal, question: Question) -> Iterator[str]:
    """The food with the best score, and why; the one at the other end."""
    among = [h for h in question.foods if h.nutrients is not None]
    choice = among if len(among) > 1 else [h for h in meal.counted if has_energy(h)] or meal.counted
    ranked = sorted(choice, key=nutrient_score, reverse=True)
    best, last = ranked[0], ranked[-1]
    if len(ranked) == 1:
        yield sentence(f"{the(best)} {verb(best, 'is', 'are')} the only food to choose from")
        yield from healthy(meal, question)
        return
    yield sentence(
        f"weighing protein and fibre against saturated fat and sodium for the same energy, {the(best)} "
        f"{verb(best, 'comes', 'come')} out best"
    )
    yield sentence(
        f"{verb(best, 'it brings', 'they bring')} {_amounts(best, ENCOURAGED)} for {_energy(best)}"
    )
    yield sentence(
        f"{the(last)} {verb(last, 'comes', 'come')} last, with {_amounts(last, LIMITED)} for {_energy(last)}"
    )


def what_to_add(meal: Meal, question: Question) -> Iterator[str]:
    """What the meal has least of, and foods that bring it."""
    short = [name for name in ("fiber_g", "protein_g") if meal.daily_percent[name] < HIGH_PERCENT]
    if meal.energy_percent.get("fat_g", 100) < ENERGY_GUIDE["fat_g"][0]:
        short.append("fat_g")
    if not short:
        yield "Nothing is plainly missing: protein, fibre and the split of energy are all in a good range."
    openings = ("what it could use most is more {}, as it holds", "it is also short of {}, at")
    for opening, name in zip(openings, short, strict=False):
        have = amount(name, getattr(meal.facts.total, name))
        share = percent(meal.daily_percent[name])
        text = opening.format(NUTRIENT_NAMES[name])
        yield sentence(
            f"{text} {have} or {share} of a day's reference: {foods_rich_in(name, meal)} would help"
        )
    salty = meal.daily_percent["sodium_mg"]
    if salty >= HIGH_PERCENT:
        yield sentence(
            f"whatever you add, choose it unsalted, as sodium is at {percent(salty)} of a day already"
        )


def what_to_cut(meal: Meal, question: Question) -> Iterator[str]:
    """The food that brings most of what is high."""
    high = [name for name in LIMITED if meal.daily_percent[name] >= HIGH_PERCENT]
    if not high:
        low = [name for name in LIMITED if meal.daily_percent[name] <= LOW_PERCENT]
        praise = f", and {listing([NUTRIENT_NAMES[n] for n in low])} even low" if low else ""
        first = meal.counted[0]
        yield sentence(f"neither saturated fat nor sodium is high here{praise}")
        yield sentence(f"for less energy, {the(first)} would be the one to make smaller, at {_energy(first)}")
    for name in high:
        first = meal.richest(name)[0]
        share, part = percent(meal.daily_percent[name]), amount(name, amount_in(first, name))
        yield sentence(
            f"{NUTRIENT_NAMES[name]} is high, at {share} of a day's reference, and {the(first)} "
            f"{verb(first, 'brings', 'bring')} the most of it, {part}"
        )
    if high:
        yield "A smaller portion of that, or a lighter version, would change the meal the most."


def _amounts(helping: Helping, nutrients: tuple[str, ...]) -> str:
    return listing([amount_of(name, amount_in(helping, name)) for name in nutrients])


def _energy(helping: Helping) -> str:
    return amount("calories", amount_in(helping, "calories"))
