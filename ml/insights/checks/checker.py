"""Running all checks on a sentence."""

from __future__ import annotations

from collections.abc import Callable

from ml.insights.checks import (
    advice,
    amounts,
    counts,
    english,
    goals,
    levels,
    links,
    most_and_least,
    presence,
)
from ml.insights.checks.known import KnownMeal
from ml.insights.checks.sentence import Sentence
from ml.insights.checks.sentences import MAX_SENTENCE_CHARS
from ml.insights.checks.verdict import Verdict

Check = Callable[[Sentence, KnownMeal], Verdict]

CHECKS: tuple[Check, ...] = (
    links.check,
    advice.check,
    english.check,
    presence.check,
    most_and_least.check,
    goals.check,
    levels.check,
    counts.check,
    amounts.check,
)
"""Only the last one corrects."""


def checked(text: str, meal: KnownMeal) -> str | None:
    """A sentence as it may be shown, corrected if need be; None if it may not be shown."""
    if len(text) > MAX_SENTENCE_CHARS:
        return None
    sentence = meal.read(text)
    for check in CHECKS:
        verdict = check(sentence, meal)
        if not verdict.passes:
            return None
        if verdict.corrected is not None:
            return verdict.corrected
    return text
