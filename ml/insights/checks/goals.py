"""A person's goal that is said to be reached must be, and one that is missed must be missed."""

from __future__ import annotations

import re

from ml.insights.checks.known_meal import KnownMeal
from ml.insights.checks.sentence import Sentence
from ml.nutrition.levels import CLOSE

_YOUR = re.compile(r"\byour (?:goal of |target of )?$", re.IGNORECASE)
_BELOW = re.compile(r"\b(?:below|under|less|short|not|misses|isn't|doesn't|does not)\b", re.IGNORECASE)
_ABOVE = re.compile(
    r"\b(?:reach(?:es)?|meets?|covers?|exceeds?|above|over|more|passes|enough for)\b", re.IGNORECASE
)


def fails(sentence: Sentence, meal: KnownMeal) -> bool:
    """Whether an amount is said to reach "your" so many grams and is less, or to stay below and is more."""
    goals = [claim for claim in sentence.claims if _YOUR.search(sentence.text, 0, claim.start)]
    amounts = [claim for claim in sentence.claims if claim not in goals]
    if len(goals) != 1 or len(amounts) != 1 or goals[0].unit != amounts[0].unit:
        return False
    amount, goal = amounts[0].value, goals[0].value
    if _BELOW.search(sentence.text):
        return amount > goal
    return _ABOVE.search(sentence.text) is not None and amount < (1 - CLOSE) * goal
