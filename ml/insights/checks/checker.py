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
from ml.insights.checks.known_meal import KnownMeal
from ml.insights.checks.sentence import Sentence
from ml.insights.checks.sentence_stream import MAX_SENTENCE_CHARS

Check = Callable[[Sentence, KnownMeal], bool]

CHECKS: tuple[Check, ...] = (
    links.fails,
    advice.fails,
    english.fails,
    presence.fails,
    most_and_least.fails,
    goals.fails,
    levels.fails,
    counts.fails,
)
"""Whether a sentence may not be shown; `amounts` comes last, since it may also correct one."""


def checked(text: str, meal: KnownMeal) -> str | None:
    """A sentence as it may be shown, corrected if need be; None if it may not be shown."""
    if len(text) > MAX_SENTENCE_CHARS:
        return None
    sentence = meal.read(text)
    if any(fails(sentence, meal) for fails in CHECKS):
        return None
    return amounts.corrected(sentence, meal)
