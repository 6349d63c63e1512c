"""What there is to say about a meal without a question: what, how balanced, what stands out, how sure."""

from __future__ import annotations

from collections.abc import Iterator

from ml.insights.builtin.meal import ENERGY_GUIDE, HIGH_PERCENT, LOW_PERCENT, Helping, Meal, amount_in
from ml.insights.builtin.words import (
    NUTRIENT_NAMES,
    amount,
    bare,
    between,
    count,
    grams,
    listing,
    number,
    percent,
    sentence,
    the,
    verb,
)

LIMITED = ("saturated_fat_g", "sodium_mg")
"""Nutrients of which guidelines want less; of the `WELCOME` ones they want more."""
WELCOME = ("protein_g", "fiber_g")
MOSTLY = 0.6
"""Share of the energy from which one food counts as most of the meal."""


def overview(meal: Meal) -> Iterator[str]:
    """The text for a meal without a question."""
    yield contents(meal)
    if not meal.counted:
        return
    yield energy(meal)
    yield from balance(meal)
    yield from highlights(meal)
    yield from uncertainty(meal)


def contents(meal: Meal) -> str:
    """What is on the plate."""
    if not meal.named:
        return sentence(
            f"there is food in the photo, but {count(meal.unnamed)} of {count(meal.unnamed)} items "
            "could not be named, so nothing can be said about what they hold"
        )
    if len(meal.named) == 1:
        only = meal.named[0]
        text = f"the photo shows {bare(only)}, {grams(only.mass_g)}"
    else:
        text = f"the photo shows {listing([bare(helping) for helping in meal.named])}"
    return sentence(f"{text}{_besides(meal)}")


def energy(meal: Meal) -> str:
    """The energy, its range, and who brings it."""
    total, low, high = (t.calories for t in (meal.facts.total, meal.facts.total_low, meal.facts.total_high))
    text = (
        f"together {_all(meal)} about {number(total)} kcal, and likely between {between(low, high, 'kcal')}"
    )
    first = meal.counted[0]
    if len(meal.counted) == 1:
        return sentence(f"that is about {number(total)} kcal, likely {between(low, high, 'kcal')}")
    if total and amount_in(first, "calories") >= MOSTLY * total:
        part = amount("calories", amount_in(first, "calories"))
        return sentence(f"{text}; {the(first)} alone {verb(first, 'brings', 'bring')} {part} of it")
    return sentence(text)


def balance(meal: Meal) -> Iterator[str]:
    """Where the energy comes from, and what guidelines would call it."""
    shares = sorted(meal.energy_percent.items(), key=lambda pair: -pair[1])
    if not shares:
        return
    parts = [f"{percent(share)} from {NUTRIENT_NAMES[name]}" for name, share in shares]
    over = [NUTRIENT_NAMES[name] for name, share in shares if share > ENERGY_GUIDE[name][1]]
    under = [NUTRIENT_NAMES[name] for name, share in shares if share < ENERGY_GUIDE[name][0]]
    verdict = "a split that dietary guidelines would call balanced"
    if over or under:
        notes = [f"more {listing(over)}"] if over else []
        notes += [f"less {listing(under)}"] if under else []
        verdict = f"{listing(notes)} than dietary guidelines advise"
    yield sentence(f"its energy comes {listing(parts)}: {verdict}")


def highlights(meal: Meal) -> Iterator[str]:
    """What is high or low against a day's reference amounts."""
    shares = meal.daily_percent
    heavy = [name for name in LIMITED if shares[name] >= HIGH_PERCENT]
    good = [name for name in WELCOME if shares[name] >= HIGH_PERCENT]
    scarce = [name for name in WELCOME if shares[name] <= LOW_PERCENT]
    light = [name for name in LIMITED if shares[name] <= LOW_PERCENT]
    if heavy:
        yield sentence(
            f"it is high in {_with_shares(heavy, meal)} of a day's reference{_mostly_from(heavy[0], meal)}"
        )
    if good:
        also = "it is also" if heavy else "it is"
        yield sentence(f"{also} a good source of {_with_shares(good, meal)} of the Daily Value")
    if scarce:
        yield sentence(f"there is little {listing([NUTRIENT_NAMES[n] for n in scarce])} in it")
    if light:
        yield sentence(f"it is low in {listing([NUTRIENT_NAMES[n] for n in light])}, which is to its credit")


def uncertainty(meal: Meal) -> Iterator[str]:
    """Where the sizes come from and what is not counted."""
    if meal.facts.scale is not None:
        yield sentence(f"sizes were judged by {meal.facts.scale.source}, so take the amounts as estimates")
    else:
        yield "The portions were judged by eye, so take the amounts as rough estimates."
    if meal.unnamed and meal.named:
        items = "one item" if meal.unnamed == 1 else f"{count(meal.unnamed)} items"
        yield sentence(f"the totals leave out {items} that could not be named")


def _all(meal: Meal) -> str:
    return "they come to" if len(meal.counted) > 1 else "it comes to"


def _besides(meal: Meal) -> str:
    if not meal.unnamed:
        return ""
    return (
        " and something that could not be named"
        if meal.unnamed == 1
        else " and some items that could not be named"
    )


def _with_shares(nutrients: list[str], meal: Meal) -> str:
    return listing([f"{NUTRIENT_NAMES[name]} ({percent(meal.daily_percent[name])})" for name in nutrients])


def _mostly_from(nutrient: str, meal: Meal) -> str:
    first: Helping = meal.richest(nutrient)[0]
    share = amount_in(first, nutrient) / getattr(meal.facts.total, nutrient)
    if len(meal.counted) < 2 or share < MOSTLY:
        return ""
    return f", and most of the {NUTRIENT_NAMES[nutrient]} comes with {the(first)}"
