"""Answers about diets and allergens, from what foods usually hold; a photo can rule nothing out."""

from __future__ import annotations

from collections.abc import Iterator

from ml.insights.builtin.question import Question
from ml.insights.intents import Intent
from ml.insights.wording import the, verb
from ml.nutrition.diets import ALLERGENS, SUITS
from ml.nutrition.meal import Helping, Meal
from ml.types import Answer
from ml.words import listing, normalize, sentence

PORK_WORDS = {"pork", "bacon", "ham", "prosciutto", "salami", "pepperoni", "ribs"}
ALLERGY_NOTE = (
    "For an allergy or an intolerance please don't go by a photo: ask whoever made the food, read the label, "
    "or ask your doctor."
)


def about_diets(meal: Meal, question: Question) -> Iterator[str]:
    """Whether the meal, or the foods asked about, suits each diet or holds each allergen."""
    helpings = list(question.foods) or meal.helpings
    for diet in question.diets:
        yield _suits(diet, helpings) if diet in SUITS else _holds(diet, helpings)
    for diet in question.untold_diets:
        yield from _untold(diet, meal)
    if unknown := [the(h) for h in helpings if h.food is None]:
        yield sentence(f"nothing can be said about {listing(unknown)}")
    if Intent.ALLERGY in question.topics or (
        set(question.diets) - set(SUITS) and "contains" in question.topics
    ):
        yield ALLERGY_NOTE
    elif question.diets:
        yield "That goes by how these dishes are usually made; the photo cannot show every ingredient."


def about_allergies(meal: Meal, question: Question) -> Iterator[str]:
    """Every allergen that the foods usually or sometimes hold."""
    held = [name for name in ALLERGENS if _labels(name, "yes", meal.helpings)]
    possible = [name for name in ALLERGENS if name not in held and _labels(name, "maybe", meal.helpings)]
    if held:
        yield sentence(f"as usually made, this meal holds {listing(held)}")
    if possible:
        yield sentence(f"depending on the recipe there may be {listing(possible, 'or')} too")
    if not held and not possible:
        yield "None of the common allergens that the data knows is usual in these foods."
    yield ALLERGY_NOTE


def _suits(diet: str, helpings: list[Helping]) -> str:
    against, unsure = _labels(diet, "no", helpings), _labels(diet, "maybe", helpings)
    if against:
        first = against[0]
        text = f"no, it isn't {diet}: {listing([the(h) for h in against])} {_verb(against, 'is', 'are')} not"
        others = [h for h in _labels(diet, "yes", helpings) if h is not first]
        return sentence(f"{text}, though {listing([the(h) for h in others])} would be" if others else text)
    if unsure:
        names = listing([the(h) for h in unsure])
        return sentence(
            f"it may be {diet}, but that depends on how {names} {_verb(unsure, 'was', 'were')} made"
        )
    suited = _labels(diet, "yes", helpings)
    if not suited:
        return sentence(f"whether it is {diet} cannot be told, as nothing here could be named")
    return sentence(
        f"yes, as usually made {listing([the(h) for h in suited])} {_verb(suited, 'is', 'are')} {diet}"
    )


def _holds(allergen: str, helpings: list[Helping]) -> str:
    held, unsure = _labels(allergen, "yes", helpings), _labels(allergen, "maybe", helpings)
    perhaps = f"depending on the recipe {listing([the(h) for h in unsure])} may hold some"
    if held:
        names = listing([the(h) for h in held])
        text = f"expect {allergen}: {names} usually {_verb(held, 'holds', 'hold')} some"
        return sentence(f"{text}, and {perhaps} too" if unsure else text)
    if unsure:
        return sentence(f"there may be {allergen} in it: {perhaps}")
    if not _labels(allergen, "no", helpings):
        return sentence(f"whether there is {allergen} in it cannot be told, as nothing here could be named")
    free = listing([the(h) for h in _labels(allergen, "no", helpings)], "or")
    expected = "are not" if allergen == "nuts" else "is not"
    return sentence(f"{allergen} {expected} to be expected in {free}, as usually made")


def _untold(diet: str, meal: Meal) -> Iterator[str]:
    if diet == "pork":
        rows = {food.item.label: food.record.description for food in meal.facts.foods if food.record}
        named = [
            h for h in meal.named if PORK_WORDS & set(normalize(f"{h.label} {rows.get(h.label)}").split())
        ]
        if named:
            yield sentence(
                f"{listing([the(h) for h in named])} {_verb(named, 'is', 'are')} pork or often made of it"
            )
            return
        yield "No food here is named as pork, but the data cannot tell what a filling or a broth is made of."
        return
    subject = f"there is {diet} in it" if diet in ("alcohol", "sesame") else f"it is {diet}"
    yield sentence(f"the data cannot tell whether {subject}; whoever made the food can")


def _labels(name: str, answer: Answer, helpings: list[Helping]) -> list[Helping]:
    return [h for h in helpings if h.food is not None and getattr(h.food.diet, name) == answer]


def _verb(helpings: list[Helping], singular: str, plural: str) -> str:
    return plural if len(helpings) > 1 else verb(helpings[0], singular, plural)
