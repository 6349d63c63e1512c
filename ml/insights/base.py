"""The interface every part that writes about a meal offers."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Protocol

from ml.types import Image, MealFacts


class Insights(Protocol):
    """Writes about a meal, or answers a question about it, from the photo and the computed facts."""

    name: str
    """How results name this part, such as "builtin" or "llava_onevision_0_5b"."""

    def answer(
        self,
        image: Image,
        question: str | None,
        facts: MealFacts,
        history: Sequence[tuple[str, str]] = (),
        stop: threading.Event | None = None,
    ) -> Iterator[str]:
        """Yield pieces of text which, joined, are the answer.

        `image` is uint8 HxWx3 RGB. Without a `question` the text describes the meal. `history` holds
        the earlier (question, answer) pairs about the same photo, oldest first. Setting `stop` ends the
        text early.
        """
        ...
