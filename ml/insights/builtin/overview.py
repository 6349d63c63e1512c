"""What there is to say about a meal without a question: what, how balanced, what stands out, how sure."""

from __future__ import annotations

from collections.abc import Iterator

from ml.insights.wording import amount, bare, between, number, percent, the, verb
from ml.nutrition.levels import ENCOURAGED, ENERGY_GUIDE, HIGH_PERCENT, LIMITED, LOW_PERCENT
from ml.nutrition.meal import Helping, Meal, amount_in
from ml.nutrition.nutrient_names import NUTRIENT_NAMES
from ml.words import count, listing, sentence

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
        return "There is food in the photo, but none of it could be named, so its contents are unknown."
    foods = [bare(h) if h.is_sure else f"what looks like {bare(h)}" for h in meal.named]
    if len(foods) == 1:
        foods = [f"{foods[0]} of about {number(meal.named[0].mass_g.value)} g"]
    if meal.unnamed:
        foods.append("something" if meal.unnamed == 1 else f"{count(meal.unnamed)} things")
    unnamed = " that could not be named" if meal.unnamed else ""
    return sentence(f"the photo shows {listing(foods)}{unnamed}")


def energy(meal: Meal) -> str:
    """The energy, its range, and who brings it."""
    total, low, high = (t.calories for t in (meal.facts.total, meal.facts.total_low, meal.facts.total_high))
    first, subject = meal.counted[0], "together they come" if len(meal.counted) > 1 else "it comes"
    likely, day = between(low, high, "kcal"), percent(meal.daily_percent["calories"])
    text = f"{subject} to about {number(total)} kcal (likely {likely}), {day} of a day's reference"
    if len(meal.counted) > 1 and amount_in(first, "calories") >= MOSTLY * total:
        part = amount("calories", amount_in(first, "calories"))
        text += f"; {the(first)} alone {verb(first, 'brings', 'bring')} {part} of it"
    return sentence(text)


def balance(meal: Meal) -> Iterator[str]:
    """Where the energy comes from, and what guidelines would call it."""
    shares = sorted(meal.energy_percent.items(), key=lambda pair: -pair[1])
    if not shares:
        return
    parts = [f"{percent(share)} from {NUTRIENT_NAMES.get(name, name)}" for name, share in shares]
    guided = [
        (NUTRIENT_NAMES[name], share, ENERGY_GUIDE[name]) for name, share in shares if name in ENERGY_GUIDE
    ]
    over = [name for name, share, (_, most) in guided if share > most]
    under = [name for name, share, (least, _) in guided if share < least]
    verdict = "a split that dietary guidelines would call balanced"
    if over or under:
        notes = [f"more {listing(over)}"] if over else []
        notes += [f"{'fewer' if under[0].endswith('s') else 'less'} {listing(under)}"] if under else []
        verdict = f"{listing(notes)} than dietary guidelines advise"
    yield sentence(f"its energy comes {listing(parts)}: {verdict}")


def highlights(meal: Meal) -> Iterator[str]:
    """What is high or low against a day's reference amounts."""
    shares = meal.daily_percent
    heavy = [name for name in LIMITED if shares[name] >= HIGH_PERCENT]
    good = [name for name in ENCOURAGED if shares[name] >= HIGH_PERCENT]
    scarce = [name for name in ENCOURAGED if shares[name] <= LOW_PERCENT]
    light = [name for name in LIMITED if shares[name] <= LOW_PERCENT]
    if heavy:
        yield sentence(f"it is high in {_with_shares(heavy, meal)}{_mostly_from(heavy[0], meal)}")
    if good:
        also = "it is also" if heavy else "it is"
        yield sentence(f"{also} a good source of {_with_shares(good, meal)}")
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
    if meal.uncounted:
        yield sentence(f"the totals leave out {listing([the(helping) for helping in meal.uncounted])}")


def _with_shares(nutrients: list[str], meal: Meal) -> str:
    shares = [percent(meal.daily_percent[name]) for name in nutrients]
    shares[0] += " of the Daily Value"
    return listing(
        [f"{NUTRIENT_NAMES[name]} ({share})" for name, share in zip(nutrients, shares, strict=True)]
    )


def _mostly_from(nutrient: str, meal: Meal) -> str:
    first: Helping = meal.richest(nutrient)[0]
    share = amount_in(first, nutrient) / getattr(meal.facts.total, nutrient)
    if len(meal.counted) < 2 or share < MOSTLY:
        return ""
    return f", and most of the {NUTRIENT_NAMES[nutrient]} comes with {the(first)}"
