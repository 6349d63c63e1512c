"""Our answers about what the photo shows, as it looks and as the facts have it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from numpy.random import Generator

from ml.data.conversations.amounts import helping_of, macros, text_of
from ml.data.conversations.ask import Ask
from ml.data.conversations.figures import amount, amount_of, energy_range, in_order, percent, weight
from ml.data.conversations.questions import choose
from ml.insights.builtin.choices import LIMITED
from ml.insights.builtin.meal import HIGH_PERCENT, KCAL_PER_G, Meal, amount_in
from ml.insights.builtin.words import NUTRIENT_NAMES, bare, listing, the, verb


def describe(rng: Generator, meal: Meal, ask: Ask) -> str:
    """What it is, its energy, and what stands out."""
    if not meal.helpings:
        return see(rng, meal, ask)
    total = f"about {amount('calories', meal.facts.total.calories)} (likely {energy_range(meal)})"
    high = [name for name in LIMITED if meal.daily_percent[name] >= HIGH_PERCENT]
    top = max(high, key=lambda name: meal.daily_percent[name], default=None)
    noted = f"it is high in {NUTRIENT_NAMES[top]}, {percent(meal.daily_percent[top])} of a day" if top else ""
    energy = choose(rng, [f"that is {total}", f"it comes to {total}"])
    return text_of(_contents(meal), energy, noted or f"it holds {macros(meal)}")


def what(rng: Generator, meal: Meal, ask: Ask) -> str:
    """What was found."""
    return text_of(_contents(meal))


def about_food(rng: Generator, meal: Meal, ask: Ask) -> str:
    """What a food weighs and brings."""
    helping = helping_of(meal, ask.foods[0])
    weighs = f"{the(helping)} {verb(helping, 'weighs', 'weigh')} about {weight(helping.mass_g)}"
    if helping.nutrients is None:
        return text_of(weighs, "there is no nutrition data for it")
    energy = amount("calories", amount_in(helping, "calories"))
    parts = listing([amount_of(name, amount_in(helping, name)) for name in KCAL_PER_G])
    return text_of(f"{weighs} and {verb(helping, 'has', 'have')} {energy}", f"that is {parts}")


def see(rng: Generator, meal: Meal, ask: Ask) -> str:
    """What the photo shows; if the facts say something else, that too."""
    agreed = _agree(meal, ask.seen)
    shown = listing([h.label for h in in_order(meal)] or ask.seen) if agreed else listing(ask.seen)
    first = choose(rng, [f"I see {shown}", f"this looks like {shown}", f"the photo shows {shown}"])
    if agreed:
        return text_of(first)
    return text_of(f"{first}, though the analysis says {listing([h.label for h in in_order(meal)])}")


def really(rng: Generator, meal: Meal, ask: Ask) -> str:
    """Whether the photo shows the food that the facts name; however it was asked, without yes or no."""
    named, shown = ask.foods[0], listing(ask.seen)
    if named in ask.seen:
        return text_of(choose(rng, [f"to me it does look like {named}", f"it looks like {named} to me too"]))
    return text_of(
        choose(rng, [f"to me it looks like {shown}, not {named}", f"it looks more like {shown} to me"]),
        "then the numbers would be wrong too",
    )


def list_foods(rng: Generator, meal: Meal, ask: Ask) -> str:
    """The foods as JSON, each with a usual serving's grams; names start with a space, as words do."""
    pairs = zip(ask.seen, ask.servings_g, strict=True)
    return json.dumps([{"name": f" {label}", "grams": round(grams)} for label, grams in pairs])


def unmeasured(rng: Generator, meal: Meal, ask: Ask) -> str:
    """For an amount where nothing was measured."""
    shown = listing(ask.seen)
    return text_of(
        choose(
            rng,
            [
                f"it looks like {shown}, but nothing was measured, so I can't give numbers",
                f"I see {shown}, but I have no numbers for it",
            ],
        )
    )


def _contents(meal: Meal) -> str:
    foods = [bare(helping) for helping in in_order(meal)]
    if len(foods) == 1 and not meal.unnamed:
        return f"the photo shows {foods[0]} of about {meal.named[0].mass_g.value:.0f} g"
    unnamed = " and something that could not be named" if meal.unnamed else ""
    return f"the photo shows {listing(foods)}{unnamed}"


def _agree(meal: Meal, seen: Sequence[str]) -> bool:
    return not meal.helpings or {helping.label for helping in meal.named} == set(seen)
