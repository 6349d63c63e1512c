"""Sentences that say how many of a food there are, held against what was found."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ml.insights.context import Mentions
from ml.insights.facts import MEAL
from ml.words import NUMBERS

_NUMBERS = {"a": 1, "an": 1} | {word: number for number, word in enumerate(NUMBERS) if number > 1}
_COUNT = re.compile(
    rf"\b(?P<number>{'|'.join(_NUMBERS)}|\d+)\s+(?:(?:portion|serving|piece|item)s\s+of\s+)?$", re.IGNORECASE
)


class Counts:
    """Knows how often each food was found, from the labels of all."""

    def __init__(self, labels: Sequence[str], mentions: Mentions) -> None:
        self._counts, self._mentions = Counter(labels), mentions

    def is_wrong(self, sentence: str) -> bool:
        """Whether the sentence speaks of one or several of a food ("an egg") and another number was found."""
        for start, _, food in self._mentions.find(sentence):
            count = _COUNT.search(sentence, 0, start)
            if food != MEAL and count is not None and _number(count["number"]) != self._counts[food]:
                return True
        return False


def _number(written: str) -> int:
    return int(written) if written.isdigit() else _NUMBERS[written.lower()]
