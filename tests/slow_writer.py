"""A part that writes about any meal, slowly, as a replica of a language model."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from ml.insights.base import Request
from ml.insights.errors import InsightsError

SENTENCES = tuple(f"Sentence {number} of the answer. " for number in range(20))
FAIL = "Please fail."
FAILED = "The slow writer was asked to fail: ask something else."


class SlowWriter:
    """Writes `SENTENCES`, and a line into `diary` for each; says in the end whether it was stopped."""

    name = version = "slow writer"
    answers_on_diets = True

    def __init__(self, diary: str) -> None:
        self._diary = Path(diary)

    def answer(self, request: Request) -> Iterator[str]:
        """See `Insights.answer`."""
        if request.question == FAIL:
            raise InsightsError(FAILED)
        for sentence in SENTENCES:
            time.sleep(0.1)
            if request.stop.is_set():
                self._note("stopped")
                return
            self._note(sentence)
            yield sentence
        self._note("whole")

    def _note(self, line: str) -> None:
        with self._diary.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
