"""How many of a food a sentence says there are must be how many were found."""

from __future__ import annotations

from ml.insights.checks.known import KnownMeal
from ml.insights.checks.sentence import Sentence
from ml.insights.checks.verdict import Verdict, drop_if


def check(sentence: Sentence, meal: KnownMeal) -> Verdict:
    """Drop a wrong number of a food that was found, unless the sentence speaks of one of them."""
    return drop_if(
        any(
            mention.count not in (None, meal.counts[mention.subject]) and not mention.is_one
            for mention in sentence.mentions
            if mention.subject in meal.counts
        )
    )
