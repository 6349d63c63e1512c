"""The food composition database in assets/nutrition: rows of USDA FoodData Central in SQLite with FTS5."""

from __future__ import annotations

import re
import sqlite3
import threading
import zlib
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

from ml.errors import NoonError
from ml.redact import name_of
from ml.types import NUTRIENTS, FoodRecord, Nutrients

DATABASE = "USDA FoodData Central"
"""How results name where nutrients come from."""
COLUMNS = ", ".join(
    f"food.{name}" for name in ("id", "description", "category", "portion", "portion_g", *NUTRIENTS, "names")
)

MAX_WORDS = 12
CANDIDATES = 300
TYPO_CUTOFF = 70.0
NAMES_WEIGHT = 8.0
REVIEWED_BONUS = 5.0


class NutritionDataError(NoonError):
    """The food table or the database is missing or damaged."""


def food_id(description: str) -> int:
    """The id of the row with this description: its CRC-32, the same in every build of the database."""
    return zlib.crc32(description.encode())


class FoodDatabase:
    """Read-only access to `foods.sqlite`; one object may be used from any number of threads.

    Raises `NutritionDataError` when `path` is not a database made by `ml.data.nutrition`, and from any method
    when it is damaged.

    >>> database = FoodDatabase("assets/nutrition/foods.sqlite")
    >>> database.search("aple")[0].description
    'Apple, raw'
    """

    name = DATABASE

    def __init__(self, path: str | Path) -> None:
        self._lock = threading.Lock()
        self._name = name_of(path)
        uri = f"{Path(path).absolute().as_uri()}?mode=ro&immutable=1"
        with self._plain_errors():
            self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        texts = self._rows("SELECT description, names FROM food")
        self._vocabulary = sorted({word for row in texts for text in row for word in _words(text)})

    def __len__(self) -> int:
        return int(self._rows("SELECT count(*) FROM food")[0][0])

    def by_id(self, food_id: int) -> FoodRecord | None:
        """The row with this id, or None."""
        rows = self._rows(f"SELECT {COLUMNS} FROM food WHERE id = ?", food_id)
        return _record(rows[0]) if rows else None

    def search(self, text: str, limit: int = 10) -> list[FoodRecord]:
        """Up to `limit` rows for what a person types, best first; [] when nothing fits.

        Every word may be the beginning of one, a plural or misspelt. Rows whose reviewed name or
        description is closest to the whole text come first, so plain names find plain foods.
        """
        words = [self._spelled(word) for word in _words(text)[:MAX_WORDS]]
        if not words:
            return []
        terms = [f'"{word}"*' for word in words]
        rows = self._match(" AND ".join(terms)) or self._match(" OR ".join(terms))
        query = " ".join(words)
        rows.sort(key=lambda row: (-_closeness(query, row[1], row[-1]), len(row[1]), row[1]))
        return [_record(row) for row in rows[:limit]]

    def _match(self, expression: str) -> list[tuple[Any, ...]]:
        return self._rows(
            f"SELECT {COLUMNS} FROM food_search JOIN food ON food.id = food_search.rowid "
            "WHERE food_search MATCH ? ORDER BY bm25(food_search, 1.0, ?), food.id LIMIT ?",
            expression,
            NAMES_WEIGHT,
            CANDIDATES,
        )

    def _spelled(self, word: str) -> str:
        """`word` when some word of the database begins with it, otherwise the most similar word there."""
        index = bisect_left(self._vocabulary, word)
        if index < len(self._vocabulary) and self._vocabulary[index].startswith(word):
            return word
        best = process.extractOne(word, self._vocabulary, scorer=fuzz.ratio, score_cutoff=TYPO_CUTOFF)
        return best[0] if best else word

    def _rows(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        with self._lock, self._plain_errors():
            return self._connection.execute(statement, parameters).fetchall()

    @contextmanager
    def _plain_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise NutritionDataError(
                f"The food database {self._name} cannot be read; rebuild it with `make food-database`."
            ) from error


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def _closeness(query: str, description: str, names: str) -> float:
    """How near the query is to the row's description or, a little preferred, to one of its reviewed names."""
    described = fuzz.token_sort_ratio(query, " ".join(_words(description)))
    named = (REVIEWED_BONUS + fuzz.token_sort_ratio(query, name) for name in names.split(";") if name)
    return max(described, *named, 0.0)


def _record(row: tuple[Any, ...]) -> FoodRecord:
    identity, description, category, portion, portion_g, *nutrients, _names = row
    portions = ((portion, portion_g),) if portion_g is not None else ()
    return FoodRecord(identity, description, category, Nutrients(*nutrients), portions)
