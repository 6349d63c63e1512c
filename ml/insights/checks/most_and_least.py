"""A food said to have the most or the least of something must have it."""

from __future__ import annotations

import re

from ml.insights.checks.facts import MEAL
from ml.insights.checks.known_meal import KnownMeal
from ml.insights.checks.sentence import Sentence
from ml.nutrition.levels import CLOSE

_EXTREME = re.compile(
    r"\b(?:(?P<most>most|highest|richest|largest|biggest|greatest|main source|comes? first)"
    r"|least|lowest|fewest|smallest)\b",
    re.IGNORECASE,
)


def fails(sentence: Sentence, meal: KnownMeal) -> bool:
    """Whether it puts one food first or last in a quantity where another one is.

    Without a quantity by name ("the most comes from the fries, 437 kcal") it is one that the food has as
    much of as the sentence says.
    """
    extremes = list(_EXTREME.finditer(sentence.text))
    foods = [mention for mention in sentence.mentions if mention.subject != MEAL]
    if len(extremes) != 1 or not foods or sentence.is_unsure:
        return False
    before = [mention for mention in foods if mention.start < extremes[0].start()]
    food = (before or foods)[0].subject
    quantities = sentence.quantity_names or _quantities_stated(sentence, food, meal)
    is_first = any(_is_first(food, meal.amounts[each], bool(extremes[0]["most"])) for each in quantities)
    return bool(quantities) and not is_first


def _quantities_stated(sentence: Sentence, food: str, meal: KnownMeal) -> set[str]:
    return {
        fact.quantity
        for claim in sentence.claims
        for fact in meal.facts
        if fact.subject == food and fact.unit == claim.unit and claim.agrees(fact.value)
    }


def _is_first(food: str, amounts: dict[str, float], from_most: bool) -> bool:
    if food not in amounts:
        return False
    first = (max if from_most else min)(amounts.values())
    return abs(first - amounts[food]) <= CLOSE * max(first, amounts[food])
