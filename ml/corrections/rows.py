"""A meal's foods as rows: finding, replacing, adding and removing one."""

from __future__ import annotations

from collections.abc import Sequence

from ml.errors import NoonError
from ml.nutrition.facts import add_up
from ml.types import AnalyzedFood, MealFacts

MOST_FOODS = 40


class CorrectionError(NoonError):
    """A correction that can't be made."""


def find(meal: MealFacts, number: int) -> AnalyzedFood:
    """The food whose id is `number`. Raises `CorrectionError`."""
    for food in meal.foods:
        if food.id == number:
            return food
    raise CorrectionError(f"This meal has no food with the id {number}; look at the list again.")


def with_foods(meal: MealFacts, foods: Sequence[AnalyzedFood]) -> MealFacts:
    """The meal of these foods. Raises `CorrectionError` for too many."""
    if len(foods) > MOST_FOODS:
        raise CorrectionError(f"A meal has at most {MOST_FOODS} foods; remove one first.")
    return add_up(foods, meal.scale, meal.known_foods)


def replaced(meal: MealFacts, *changed: AnalyzedFood) -> MealFacts:
    """The meal with each food in place of the one with its id."""
    by_id = {food.id: food for food in changed}
    return with_foods(meal, [by_id.get(food.id, food) for food in meal.foods])


def added(meal: MealFacts, *further: AnalyzedFood) -> MealFacts:
    """The meal with further foods, which have ids of their own."""
    return with_foods(meal, [*meal.foods, *further])


def next_id(meal: MealFacts) -> int:
    """An id that no food of the meal has."""
    return 1 + max((food.id for food in meal.foods), default=0)
