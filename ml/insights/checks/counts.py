"""How many of a food a sentence says there are must be how many were found."""

from __future__ import annotations

from ml.insights.checks.known_meal import KnownMeal
from ml.insights.checks.sentence import Sentence


def fails(sentence: Sentence, meal: KnownMeal) -> bool:
    """Whether it states a wrong number of a food that was found, unless it speaks of one of them."""
    return any(
        mention.count not in (None, meal.counts[mention.subject]) and not mention.is_one
        for mention in sentence.mentions
        if mention.subject in meal.counts
    )
