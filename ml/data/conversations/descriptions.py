"""Our answers about what the photo shows, as it looks and as the facts have it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from numpy.random import Generator

from ml.data.conversations.amounts import helping_of, macros, one_of, text_of
from ml.data.conversations.ask import Ask
from ml.data.conversations.figures import amount_of, energy_range, named, weight
from ml.data.conversations.judgements import shares
from ml.data.conversations.questions import choose
from ml.insights.llava_embedded.facts_text import exact_amount
from ml.insights.wording import bare, the, verb
from ml.nutrition.factors import KCAL_PER_G
from ml.nutrition.meal import Meal, amount_in
from ml.nutrition.nutrient_names import NUTRIENT_NAMES
from ml.nutrition.suggestions import foods_rich_in
from ml.words import listing


def describe(rng: Generator, meal: Meal, ask: Ask) -> str:
    """What it is, its energy, what stands out, and what would balance it."""
    if not meal.named:
        return see(rng, meal, ask)
    total = f"about {exact_amount('calories', meal.facts.total.calories)} (likely {energy_range(meal)})"
    energy = choose(rng, [f"that is {total}", f"it comes to {total}"])
    much, little = meal.high, meal.short
    noted = f"it is high in {shares(meal, much[:1])}" if much else f"it holds {macros(meal)}"
    lacks = f"for more {NUTRIENT_NAMES[little[0]]}, add {foods_rich_in(little[0], meal)}" if little else ""
    return text_of(_contents(meal), energy, noted, lacks)


def what(rng: Generator, meal: Meal, ask: Ask) -> str:
    """What was found."""
    return text_of(_contents(meal))


def about_food(rng: Generator, meal: Meal, ask: Ask) -> str:
    """What a food weighs and brings."""
    helping = helping_of(meal, ask.foods[0])
    weighs = f"{the(helping)} {verb(helping, 'weighs', 'weigh')} about {weight(helping.mass_g)}"
    if helping.nutrients is None:
        return text_of(weighs, "there is no nutrition data for it")
    energy = exact_amount("calories", amount_in(helping, "calories"))
    parts = listing([amount_of(name, amount_in(helping, name)) for name in KCAL_PER_G])
    return text_of(f"{weighs} and {verb(helping, 'has', 'have')} {energy}", f"that is {parts}")


def see(rng: Generator, meal: Meal, ask: Ask) -> str:
    """What the photo shows or may show; if the facts say something else, that too."""
    unnamed = "the analysis could not name it" if meal.helpings and not meal.named else ""
    if not ask.is_plain:
        return text_of(_guess(rng, meal, ask), unnamed)
    agreed = agrees(meal, ask.in_photo)
    foods = _said(meal) if agreed and meal.named else _shown(ask)
    looks = f"this looks like {foods}"
    first = looks if unnamed else choose(rng, [f"I see {foods}", looks, f"the photo shows {foods}"])
    if not ask.in_photo:
        first = choose(rng, ["I see no food in this photo", "there is no food to be seen in this photo"])
    if agreed:
        return text_of(first, unnamed)
    return text_of(f"{first}, though the analysis says {_said(meal)}")


def really(rng: Generator, meal: Meal, ask: Ask) -> str:
    """Whether the photo shows the food that the facts name; however it was asked, without yes or no."""
    food, shown, agreed = ask.foods[0], _shown(ask), agrees(meal, ask.in_photo)
    if ask.is_plain and food in ask.in_photo:
        return one_of(rng, f"to me it does look like {food}", f"it looks like {food} to me too")
    if not ask.is_plain and not agreed and len(meal.named) > 1:
        return text_of(f"it may be {food}, but by the photo alone I can't tell for sure")
    if not ask.is_plain or agreed:
        likely = f"it may well be {food}" if agreed else f"it may rather be {shown}"
        return text_of(f"{likely}, but I can't tell for sure")
    return text_of(
        choose(rng, [f"to me it looks like {shown}, not {food}", f"it looks more like {shown} to me"]),
        "then the numbers would be wrong too",
    )


def list_foods(rng: Generator, meal: Meal, ask: Ask) -> str:
    """The foods as JSON, each with a usual serving's grams; names start with a space, as words do."""
    pairs = zip(ask.in_photo, ask.servings_g, strict=True)
    return json.dumps([{"name": f" {label}", "grams": round(grams)} for label, grams in pairs])


def unmeasured(rng: Generator, meal: Meal, ask: Ask) -> str:
    """For an amount where nothing was measured."""
    if not ask.in_photo:
        return text_of("I see no food in this photo, so I have no numbers")
    looks = "looks like" if ask.is_plain else "may be"
    why = "the analysis could not name it" if meal.helpings else "nothing was measured"
    return one_of(
        rng,
        f"it {looks} {_shown(ask)}, but {why}, so I can't give numbers",
        f"it {looks} {_shown(ask)}, but I have no numbers for it",
    )


def _shown(ask: Ask) -> str:
    return listing(ask.in_photo) or "no food"


def _said(meal: Meal) -> str:
    return listing([helping.label for helping in named(meal)])


def _guess(rng: Generator, meal: Meal, ask: Ask) -> str:
    """What the photo may show, beside what the facts say."""
    shown, said = _shown(ask), _said(meal)
    unsure = "but I can't tell for sure"
    if not said:
        return choose(rng, [f"this may be {shown}, {unsure}", f"it could be {shown}, {unsure}"])
    if agrees(meal, ask.in_photo):
        return f"it may well be {said}, as the analysis says, {unsure}"
    return f"the analysis says {said}; by the photo alone I can't tell for sure"


def _contents(meal: Meal) -> str:
    foods = [bare(helping) for helping in named(meal)]
    if len(foods) == 1 and not meal.unnamed:
        return f"the photo shows {foods[0]} of about {meal.named[0].mass_g.value:.0f} g"
    unnamed = " and something that could not be named" if meal.unnamed else ""
    return f"the photo shows {listing(foods)}{unnamed}"


def agrees(meal: Meal, in_photo: Sequence[str]) -> bool:
    """Whether the facts name all that is seen, or nothing."""
    labels = {helping.label for helping in meal.named}
    return not labels or (bool(in_photo) and labels.issuperset(in_photo))
