"""One search for foods, over the reviewed table and the whole database."""

from __future__ import annotations

from dataclasses import dataclass

from ml.errors import NoonError
from ml.nutrition.database import FoodDatabase
from ml.nutrition.foods import FoodTable
from ml.types import Food, FoodRecord


class UnknownFoodError(NoonError):
    """A name that no food has."""


@dataclass(frozen=True)
class FoodMatch:
    """A food that fits: its name to show, what `resolve` takes, its energy and how well it fits, 0..1."""

    name: str
    food: str
    calories_per_100g: float
    score: float


class FoodSearch:
    """Finds foods by what a person types."""

    def __init__(self, table: FoodTable, database: FoodDatabase) -> None:
        self._table = table
        self._database = database

    def search(self, query: str, language: str = "en", limit: int = 8) -> list[FoodMatch]:
        """The foods that fit best."""
        rows = self._database.search(query, limit)
        return [
            FoodMatch(r.record.description, r.record.description, r.record.per_100g.calories or 0.0, r.score)
            for r in rows
        ]

    def resolve(self, text: str) -> tuple[str, Food | None, FoodRecord]:
        """The label, the table's food and the database's row that a name means. Raises `UnknownFoodError`."""
        food = self._table.get(text) or self._table.find(text)
        if food and (record := self._database.by_id(food.food_id)):
            return food.label, food, record
        if rows := self._database.search(text, 1):
            return rows[0].record.description, None, rows[0].record
        raise UnknownFoodError(f'No food is called "{text}" here; try another name.')
