"""One search over the reviewed foods, by their names in each language, and the database behind them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz

from ml.errors import NoonError
from ml.nutrition.database import FoodDatabase, NutritionDataError, ScoredRecord
from ml.nutrition.foods import LANGUAGES, FoodTable
from ml.nutrition.matching import TextIndex, words_of
from ml.types import Food, FoodRecord
from ml.words import normalize

REVIEWED = 0.2
"""How much worse a reviewed food may fit than a row of the database and still come first."""
SURE = 0.8
ALIKE = 82.0
"""Score of a food, or likeness of one of its names in percent, from which a typed name means it."""
OTHER_LANGUAGE = 0.95
"""What a name counts in another language than the one asked for."""
MOST_HEADS, ROWS = 3, 20
"""Of how many foods a word may be said and yet name one, and the rows among which they are sought."""
GROUPS = frozenset(
    ("baby food", "beverage", "dessert", "dinner", "drink", "fast food", "meal", "seed", "snack", "spice")
)
"""Stems of what is in names but is none of one food: "Snacks, taro chips", "oat drink"."""
HEAD_FIRST = ("es",)
"""Languages that name the food before its kind: "tarta de manzana", but "apple pie"."""


class UnknownFoodError(NoonError):
    """No food is near enough to a name."""


@dataclass(frozen=True)
class FoodMatch:
    """A food that was searched for.

    `name` is to be shown, `food` is what `FoodSearch.resolve` takes, `score` in 0..1 says how well it fits.
    """

    name: str
    food: str
    calories_per_100g: float
    score: float


class FoodSearch:
    """Searches the labels of a food table, then the descriptions of a database.

    >>> table = FoodTable("assets/nutrition/foods.csv")
    >>> search = FoodSearch(table, FoodDatabase("assets/nutrition/foods.sqlite"))
    >>> [match.name for match in search.search("manzana", "es", limit=2)]
    ['manzana', 'tarta de manzana']
    >>> search.resolve("Ruehrei")[0]
    'scrambled eggs'
    """

    def __init__(self, table: FoodTable, database: FoodDatabase) -> None:
        self._table = table
        self._database = database
        self._names = [
            (name, label, language)
            for language in LANGUAGES
            for label, names in table.named[language].items()
            for name in names
        ]
        self._languages = np.array([language for _, _, language in self._names])
        texts = [_head_first(name) if lang in HEAD_FIRST else name for name, _, lang in self._names]
        self._index = TextIndex(texts, database.vocabulary)
        last_first = self._names[::-1]
        self._label_of = {_stems(name): label for name, label, _ in last_first}
        self._label_of |= {normalize(name): label for name, label, _ in last_first}
        self._records = {label: self._record(label) for _, label, _ in self._names}

    def name(self, label: str, language: str = "en") -> str:
        """What a label is called in a language; any other text, or language, gives the label back."""
        return self._table.named.get(language, {}).get(label, (label,))[0]

    def search(self, query: str, language: str = "en", limit: int = 8) -> list[FoodMatch]:
        """Up to `limit` foods for what a person types, best first; [] when nothing fits.

        Names of every language are found; those of `language`, one of `LANGUAGES`, count a little more.
        """
        return self._matches(query, language, limit)[:limit]

    def rows(self, text: str, limit: int) -> list[ScoredRecord]:
        """Up to `limit` rows of the database, best first, [] when nothing fits.

        Names in other languages than English count where one is just what was typed, or no English one fits.
        """
        hits = self._database.search(text, limit)
        least = OTHER_LANGUAGE if hits else 0.0
        named = [
            ScoredRecord(self._records[match.food], match.score)
            for _, _, match in sorted(self._reviewed(text, "en"), key=lambda match: match[1], reverse=True)
            if match.score >= least
        ]
        best: dict[int, ScoredRecord] = {}
        for row in sorted([*hits, *named], key=lambda row: row.score, reverse=True):
            best.setdefault(row.record.food_id, row)
        return list(best.values())[:limit]

    def resolve(self, text: str) -> tuple[str, Food | None, FoodRecord]:
        """The label, food and database row that a label, name, description or typed name means.

        The label of a food that the table lacks is its description. Raises `UnknownFoodError`, also where
        the name is but a little like that of a food, or the beginning of one.
        """
        label = self._label(text)
        if label is not None:
            return label, self._table.get(label), self._records[label]
        record = self._database.by_description(text)
        if record is not None:
            return record.description, None, record
        matches = [match for match in self._matches(text, "en", limit=1) if self._is_meant(match, text)]
        best = max(matches, key=lambda match: match.score, default=None)
        if best is None:
            raise UnknownFoodError(f'No food is known by the name "{text[:60]}"; try a plainer one.')
        return self.resolve(best.food)

    def is_name(self, text: str) -> bool:
        """Whether a text is the name of a food in one of the languages, in singular or plural."""
        return self._label(text) is not None or self._database.by_description(text) is not None

    def _label(self, text: str) -> str | None:
        """The label of the food with this name."""
        label = text if text in self._records else self._label_of.get(normalize(text))
        return label or self._label_of.get(_stems(text))

    def _is_meant(self, match: FoodMatch, text: str) -> bool:
        """Whether the food fits well, or one of its names is nearly what was typed or within it.

        What a description says after its head may be the name: "Fish, catfish", "Spices, oregano, dried";
        what is said so of many foods is none: "Pecans, unsalted", "Butter, light".
        """
        if _stems(text) in GROUPS or len(self._heads_with(text)) > MOST_HEADS:
            return False
        head, *kinds = _parts(match.food)
        names = [head, *(name for named in self._table.named.values() for name in named.get(match.food, ()))]
        said = set(words_of(text))
        return (
            match.score >= SURE
            or any(fuzz.ratio(normalize(text), normalize(name)) >= ALIKE for name in (*names, *kinds))
            or any(said.issuperset(words_of(name)) for name in names)
        )

    def _heads_with(self, kind: str) -> set[str]:
        """The heads of the descriptions that have this after them."""
        found = [_parts(hit.record.description) for hit in self._database.search(kind, ROWS)]
        return {head for head, *kinds in found if normalize(kind) in map(normalize, kinds)}

    def _matches(self, query: str, language: str, limit: int) -> list[FoodMatch]:
        """All reviewed foods that fit and up to `limit` rows of the database, best first."""
        reviewed = self._reviewed(query, language)
        ids = {self._records[match.food].food_id for *_, match in reviewed}
        hits = [hit for hit in self._database.search(query, limit) if hit.record.food_id not in ids]
        matches = [*reviewed, *((hit.score, 0.0, _unreviewed(hit)) for hit in hits)]
        matches.sort(key=lambda match: match[:2], reverse=True)
        return [match for *_, match in matches]

    def _reviewed(self, query: str, language: str) -> list[tuple[float, float, FoodMatch]]:
        """(score to sort by, likeness of the letters, match) of each food with a name that fits."""
        worth = np.where(self._languages == language, 1.0, OTHER_LANGUAGE)
        scores = self._index.scores(query) * worth
        best: dict[str, tuple[float, float]] = {}
        for number in np.flatnonzero(scores).tolist():
            name, label, _ = self._names[number]
            letters = fuzz.ratio(normalize(query), normalize(name)) / 100
            score = float(scores[number] if letters < 1 else worth[number])
            best[label] = max(best.get(label, (0.0, 0.0)), (score, letters))
        return [
            (score + REVIEWED, letters, self._match(label, language, score))
            for label, (score, letters) in best.items()
        ]

    def _match(self, label: str, language: str, score: float) -> FoodMatch:
        return FoodMatch(self.name(label, language), label, self._records[label].per_100g.calories, score)

    def _record(self, label: str) -> FoodRecord:
        food = self._table.get(label)
        record = self._database.by_id(food.food_id) if food else self._database.by_description(label)
        if record is None:
            raise NutritionDataError(
                f"The food database lacks {label}; rebuild it with `make food-database`."
            )
        return record


def _unreviewed(hit: ScoredRecord) -> FoodMatch:
    record = hit.record
    return FoodMatch(record.description, record.description, record.per_100g.calories, hit.score)


def _parts(description: str) -> list[str]:
    """A description's head and what is said after it."""
    return re.split(r", | \(", description)


def _stems(name: str) -> str:
    return " ".join(words_of(name))


def _head_first(name: str) -> str:
    return name.replace(" ", ", ", 1)
