"""Sentences that say how many of a food there are, held against what was found."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ml.insights.builtin.words import NUMBERS
from ml.insights.context import Mentions
from ml.insights.facts import MEAL

_SEVERAL = re.compile(
    rf"\b(?P<number>{'|'.join(NUMBERS[2:])}|\d+)\s+(?:(?:portion|serving|piece|item)s\s+of\s+)?$",
    re.IGNORECASE,
)


class Counts:
    """Knows how often each food was found, from the labels of all."""

    def __init__(self, labels: Sequence[str], mentions: Mentions) -> None:
        self._counts, self._mentions = Counter(labels), mentions

    def is_wrong(self, sentence: str) -> bool:
        """Whether the sentence speaks of several of a food ("two eggs") and another number was found."""
        for start, _, food in self._mentions.find(sentence):
            several = _SEVERAL.search(sentence, 0, start)
            if food != MEAL and several is not None and _number(several["number"]) != self._counts[food]:
                return True
        return False


def _number(written: str) -> int:
    return int(written) if written.isdigit() else NUMBERS.index(written.lower())
