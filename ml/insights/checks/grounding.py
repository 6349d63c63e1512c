"""Checking a text about a meal, sentence by sentence as it is written."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from ml.insights.checks.checker import checked
from ml.insights.checks.grounding_counts import GroundingCounts
from ml.insights.checks.known_meal import KnownMeal
from ml.insights.checks.sentence_stream import MAX_ANSWER_CHARS, limited, sentences
from ml.insights.errors import InsightsError

TURN_S = 0.3
"""How long a caller may be kept waiting for text before it gets a turn."""


def grounded(pieces: Iterable[str], meal: KnownMeal, counts: GroundingCounts) -> Iterator[str]:
    """Yield the sentences of a streamed text that pass, each once it is whole.

    While a sentence takes long, "" is yielded now and then, so that the caller may stop asking. The text is
    read up to `MAX_ANSWER_CHARS`.

    Raises:
        InsightsError: if no sentence of the text passes.
    """
    kept = dropped = False
    yielded_at = time.monotonic()
    for sentence in sentences(limited(pieces, MAX_ANSWER_CHARS)):
        if not sentence:
            if time.monotonic() - yielded_at > TURN_S:
                yield ""
                yielded_at = time.monotonic()
            continue
        shown = checked(sentence, meal)
        counts.add(sentence, shown)
        if shown is None:
            dropped = True
        else:
            kept = kept or bool(shown.strip())
            yield shown
            yielded_at = time.monotonic()
    if dropped and not kept:
        raise InsightsError("The model's answer failed the check against the table: ask again.")
