"""What becomes of a sentence about the sample meal."""

from __future__ import annotations

from ml.evaluation.sample_meal import burger_and_fries
from ml.insights.checks.checker import checked
from ml.insights.checks.known_meal import KnownMeal


def check(sentence: str, question: str | None = None) -> str | None:
    """The sentence as it may be shown; None if it may not."""
    return checked(sentence, KnownMeal(burger_and_fries(), question))
