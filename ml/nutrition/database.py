"""The food composition database in assets/nutrition: rows of USDA FoodData Central in SQLite."""

from __future__ import annotations

import re
import sqlite3
import threading
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ml.errors import NoonError
from ml.nutrition.matching import TextIndex
from ml.redact import name_of
from ml.types import NUTRIENTS, FoodRecord, Nutrients

DATABASE = "USDA FoodData Central"
"""How results name where nutrients come from."""
COLUMNS = ", ".join(("id", "description", "category", "portion", "portion_g", *NUTRIENTS))

DESCRIBED = 0.95
"""What a description counts beside a reviewed name, of which it is a little less what people say."""
NEAR = 0.55
"""Score from which a row may stand for a food without a person's choice."""
SELDOM = 0.9
SELDOM_MEANT = re.compile(r"\b(?!NFS\b)[A-Z]{3,}|^Baby|\bNative\b|\bbaby food\b")
"""Rows of brands, for infants and of single peoples, which count less than others where all else is equal."""


class NutritionDataError(NoonError):
    """The food table or the database is missing or damaged."""


@dataclass(frozen=True)
class ScoredRecord:
    """A row that was searched for; `score` in 0..1 says how well it fits."""

    record: FoodRecord
    score: float


def food_id(description: str) -> int:
    """The id of the row with this description: its CRC-32, the same in every build of the database."""
    return zlib.crc32(description.encode())


class FoodDatabase:
    """Read-only access to `foods.sqlite`; one object may be used from any number of threads.

    Raises `NutritionDataError` when `path` is not a database made by `ml.data.nutrition`, and from any method
    when it is damaged.

    >>> database = FoodDatabase("assets/nutrition/foods.sqlite")
    >>> database.search("aple")[0].record.description
    'Apple, raw'
    """

    name = version = DATABASE

    def __init__(self, path: str | Path) -> None:
        self._lock = threading.Lock()
        self._name = name_of(path)
        uri = f"{Path(path).absolute().as_uri()}?mode=ro&immutable=1"
        with self._plain_errors():
            self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        texts: list[tuple[str, float, int]] = []
        for identity, description, names in self._rows("SELECT id, description, names FROM food"):
            worth = DESCRIBED * (SELDOM if SELDOM_MEANT.search(description) else 1.0)
            texts += [(description, worth, identity), *((n, 1.0, identity) for n in names.split(";") if n)]
        self._texts = TextIndex([text for text, _, _ in texts])
        self._worth = np.array([worth for _, worth, _ in texts])
        self._ids = [identity for _, _, identity in texts]
        self._lengths = np.array([len(text) for text, _, _ in texts])

    @property
    def vocabulary(self) -> Collection[str]:
        """The words of descriptions and names, without plurals."""
        return self._texts.vocabulary

    def __len__(self) -> int:
        return len(set(self._ids))

    def by_id(self, food_id: int) -> FoodRecord | None:
        """The row with this id, or None."""
        rows = self._rows(f"SELECT {COLUMNS} FROM food WHERE id = ?", food_id)
        return _record(rows[0]) if rows else None

    def by_description(self, description: str) -> FoodRecord | None:
        """The row with this description, whatever the case, or None."""
        rows = self._rows(f"SELECT {COLUMNS} FROM food WHERE description = ? COLLATE NOCASE", description)
        return _record(rows[0]) if rows else None

    def search(self, text: str, limit: int = 10) -> list[ScoredRecord]:
        """Up to `limit` rows for what a person types, best first; [] when nothing fits.

        Every word may be the beginning of one, a plural or misspelt; plain foods come before dishes of them.
        """
        scores = self._texts.scores(text) * self._worth
        order = np.lexsort((self._lengths, -scores))[: np.count_nonzero(scores)]
        best: dict[int, float] = {}
        for number in order.tolist():
            best.setdefault(self._ids[number], float(scores[number]))
            if len(best) == limit:
                break
        records = {identity: self.by_id(identity) for identity in best}
        return [ScoredRecord(record, best[identity]) for identity, record in records.items() if record]

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


def _record(row: tuple[Any, ...]) -> FoodRecord:
    identity, description, category, portion, portion_g, *nutrients = row
    portions = ((portion, portion_g),) if portion_g is not None else ()
    return FoodRecord(identity, description, category, Nutrients(*nutrients), portions)
