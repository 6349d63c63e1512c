"""How well each of many short texts fits what a person typed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, Indel
from rapidfuzz.process import cdist

from ml.words import normalize, singular

COVERED = 0.7
"""Share of a query's words, by weight and likeness, below which a text has nothing to do with it."""
FLOOR = 0.5
"""Score below which nothing is found."""
MAX_WORDS = 12
MAX_LETTERS = 32
SHORTEST_PREFIX = 2
SHORTEST_PART = 3
TYPOS = ((6, 2), (4, 1), (0, 0))
"""How many edits words of at least so many letters may be away, none of them in the first letter."""
BEGINNING = 0.85
"""What the beginning of a word counts, of a whole one's 1."""
STATE_WEIGHT = 0.5
"""Weight of a word for a preparation in a query, where others weigh 1."""
HEAD_WEIGHT, KIND_WEIGHT, LATER_WEIGHT, PLAIN_WEIGHT = 1.0, 0.6, 0.4, 0.05
"""Weights of a text's words: the last before a comma ("apple pie", "Pie, apple") says what the food is."""

AMOUNT = re.compile(r"^\s*\d+([.,]\d+)?\s+(?=\D)")
"""Before what is counted: "2 eggs", but not "2% milk"."""

Floats = NDArray[np.float64]


class TextIndex:
    """Texts by their words, however they are inflected, ordered, accented, joined or slightly misspelt.

    >>> index = TextIndex(["Apple, raw", "Pie, apple", "Bread, white"])
    >>> index.scores("aple pies").round(1)
    array([0. , 0.9, 0. ])
    """

    def __init__(self, texts: Sequence[str], known: Collection[str] = ()) -> None:
        """`texts` each name a food: "apple pie" or, as USDA does, "Pie, apple". None is without words.

        Words that are `known` elsewhere aren't taken for misspelt ones.
        """
        weighed = [list(_weighed(text)) for text in texts]
        self._number: dict[str, int] = {}
        words = [self._number.setdefault(word, len(self._number)) for text in weighed for word, _ in text]
        self._word = np.array(words, np.intp)
        self._weight = np.array([weight for text in weighed for _, weight in text])
        self._start = np.cumsum([0, *map(len, weighed)])[:-1]
        self._text_weight = np.add.reduceat(self._weight, self._start)
        self._vocabulary = list(self._number)
        self._known = known

    @property
    def vocabulary(self) -> Collection[str]:
        """The words of the texts as `words_of` gives them."""
        return self._number.keys()

    def scores(self, query: str) -> Floats:
        """For each text 0..1: 1 for the same words, 0 where too little of the query is in it."""
        readings = [self._scores(words) for words in self._readings(_query(query))]
        return np.max(readings, axis=0) if readings else np.zeros(len(self._start))

    def _readings(self, words: list[str]) -> Iterator[list[str]]:
        """The words as they are, with two of them as the one that the vocabulary has, and the other way."""
        if words:
            yield words
        for at, word in enumerate(words):
            before, after = words[:at], words[at + 1 :]
            if after and word + after[0] in self._number:
                yield [*before, word + after[0], *after[1:]]
            for split in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
                parts = [word[:split], word[split:]]
                if word not in self._number and all(part in self._number for part in parts):
                    yield [*before, *parts, *after]

    def _scores(self, words: list[str]) -> Floats:
        found = np.array([self._likeness(word) for word in words])[:, self._word]
        asked = np.array([STATE_WEIGHT if word in _LIKE else 1.0 for word in words])
        of_query = asked @ np.maximum.reduceat(found, self._start, axis=1) / asked.sum()
        of_text = np.add.reduceat(found.max(axis=0) * self._weight, self._start) / self._text_weight
        scores = of_query**2 * (0.6 + 0.4 * of_text)
        return np.where((of_query >= COVERED) & (scores >= FLOOR), scores, 0.0)

    def _likeness(self, word: str) -> Floats:
        """How far each word of the vocabulary is `word`, in 0..1."""
        likeness = np.zeros(len(self._vocabulary))
        for number, other in enumerate(self._vocabulary):
            if other.startswith(word) and len(word) >= SHORTEST_PREFIX:
                likeness[number] = 1.0 if other == word else BEGINNING
        for other, share in _LIKE.get(word, {}).items():
            if other in self._number:
                likeness[self._number[other]] = share
        if not likeness.any() and not word.isdigit() and word not in self._known:
            edits = next(edits for letters, edits in TYPOS if len(word) >= letters)
            distances = cdist([word], self._vocabulary, scorer=OSA.distance, score_cutoff=edits)[0]
            for number in np.flatnonzero(distances <= edits).tolist():
                if self._vocabulary[number][0] == word[0]:
                    likeness[number] = Indel.normalized_similarity(word, self._vocabulary[number])
        return likeness


def words_of(text: str) -> list[str]:
    """The words without accents, umlauts and plurals: `Äpfel`, `Aepfel` and `apfel` are one."""
    words = (re.sub("([aou])e", r"\1", word) for word in normalize(text).split())
    return [singular(word)[:MAX_LETTERS] for word in words]


_TABLES = tomllib.loads(Path(__file__).with_name("search_words.toml").read_text(encoding="utf-8"))
_SERVING, _PLAIN = (frozenset(words_of(_TABLES[table])) for table in ("serving", "plain"))
_SAME = {" ".join(words_of(said)): " ".join(words_of(same)) for said, same in _TABLES["same"].items()}
_SAID = re.compile(rf"\b({'|'.join(sorted(_SAME, key=len, reverse=True))})\b")
_LIKE: dict[str, dict[str, float]] = _TABLES["like"]


def _query(text: str) -> list[str]:
    words = " ".join(words_of(AMOUNT.sub("", text[: MAX_WORDS * MAX_LETTERS])))
    said = _SAID.sub(lambda match: _SAME[match[0]], words).split()
    return [word for word in dict.fromkeys(said) if word not in _SERVING][:MAX_WORDS]


def _weighed(text: str) -> Iterator[tuple[str, float]]:
    """The words of a text with their weights."""
    first, _, later = text.partition(",")
    named, _, note = first.partition("(")
    *kind, head = words_of(named) or words_of(text)
    yield head, HEAD_WEIGHT
    yield from ((word, PLAIN_WEIGHT if word in _SERVING else KIND_WEIGHT) for word in kind)
    further = words_of(f"{note} {later}")
    yield from ((word, PLAIN_WEIGHT if word in _PLAIN | _SERVING else LATER_WEIGHT) for word in further)
