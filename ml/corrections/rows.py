"""A meal's foods as rows: finding, replacing, adding and removing one, the covariance of their masses with it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.errors import NoonError
from ml.nutrition.facts import add_up
from ml.types import AnalyzedFood, MealFacts

MOST_FOODS = 40


class CorrectionError(NoonError):
    """A correction that can't be made."""


def find(meal: MealFacts, number: int) -> tuple[int, AnalyzedFood]:
    """The row and the food whose id is `number`. Raises `CorrectionError`."""
    for row, food in enumerate(meal.foods):
        if food.id == number:
            return row, food
    raise CorrectionError(f"This meal has no food with the id {number}; look at the list again.")


def covariance(meal: MealFacts) -> NDArray[np.float64]:
    """A copy of the covariance (N, N) of the log masses of the meal's N foods."""
    count = len(meal.foods)
    return meal.log_covariance.copy() if len(meal.log_covariance) == count else np.zeros((count, count))


def with_food(meal: MealFacts, row: int, food: AnalyzedFood, spread: float | None = None) -> MealFacts:
    """`food` in place of what stood in a row.

    `spread` is the log standard deviation of its mass, None where that is as before. Its correlations stay.
    """
    foods, values = list(meal.foods), covariance(meal)
    foods[row] = food
    if spread is not None:
        before = float(values[row, row]) ** 0.5
        factor = spread / before if before else 0.0
        values[row, :] *= factor
        values[:, row] *= factor
        values[row, row] = spread**2
    return add_up(foods, values, meal.scale, meal.known_foods)


def with_further(meal: MealFacts, food: AnalyzedFood, spread: float) -> MealFacts:
    """`food` after the others, its mass, of this log standard deviation, independent of theirs."""
    if len(meal.foods) >= MOST_FOODS:
        raise CorrectionError(f"A meal has {MOST_FOODS} foods at most; remove one first.")
    values = np.pad(covariance(meal), (0, 1))
    values[-1, -1] = spread**2
    return add_up((*meal.foods, food), values, meal.scale, meal.known_foods)


def without(meal: MealFacts, row: int) -> MealFacts:
    """The meal without the food in a row."""
    kept = [i for i in range(len(meal.foods)) if i != row]
    foods = [meal.foods[i] for i in kept]
    return add_up(foods, covariance(meal)[np.ix_(kept, kept)], meal.scale, meal.known_foods)


def next_id(meal: MealFacts) -> int:
    """An id that no food of the meal has."""
    return 1 + max((food.id for food in meal.foods), default=0)
