"""Finding the names of foods in a text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from ml.words import singular

_WORD = re.compile(r"[^\W\d_]+")


class FoodNames:
    """Names of foods, which a text may have in singular or plural.

    >>> names = FoodNames({"french fries": "french fries", "chips": "french fries", "rice": "rice"})
    >>> list(names.find("Chips, or French fries with rice"))
    [(0, 5, 'french fries'), (10, 22, 'french fries'), (28, 32, 'rice')]
    """

    def __init__(self, label_of: Mapping[str, str]) -> None:
        """`label_of` maps names to the labels of their foods."""
        self._by_first_word: dict[str, dict[tuple[str, ...], str]] = defaultdict(dict)
        for name, label in label_of.items():
            words = tuple(singular(word) for word in _WORD.findall(name.casefold()))
            if words:
                self._by_first_word[words[0]][words] = label
        self._longest = {
            first: max(map(len, names), default=0) for first, names in self._by_first_word.items()
        }

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        """(start, end, label) of each food named, in reading order; of names that overlap, the longest."""
        words = [(match.span(), singular(match[0].casefold())) for match in _WORD.finditer(text)]
        at = 0
        while at < len(words):
            first = words[at][1]
            for length in range(self._longest.get(first, 0), 0, -1):
                label = self._by_first_word[first].get(tuple(word for _, word in words[at : at + length]))
                if label is not None:
                    yield words[at][0][0], words[min(at + length, len(words)) - 1][0][1], label
                    at += length - 1
                    break
            at += 1


NO_NAMES = FoodNames({})
