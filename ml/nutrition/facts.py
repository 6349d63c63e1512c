"""A meal's foods added up: totals with their ranges, and what is to be said of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ml.nutrition.food_names import FoodNames
from ml.portion.mass import sum_range
from ml.types import NO_NUTRIENTS, UNKNOWN_FOOD, AnalyzedFood, MealFacts, Scale


def add_up(
    foods: Sequence[AnalyzedFood],
    log_covariance: NDArray[np.float64],
    scale: Scale | None,
    known_foods: FoodNames,
    timings_ms: Mapping[str, float] | None = None,
) -> MealFacts:
    """The facts of a meal whose N foods' log masses have the covariance (N, N)."""
    counted = [i for i, food in enumerate(foods) if food.nutrients is not None]
    amounts = [n for food in foods if (n := food.nutrients) is not None]
    low = high = NO_NUTRIENTS
    if amounts:
        low, high = sum_range(amounts, log_covariance[np.ix_(counted, counted)])
    return MealFacts(
        foods=tuple(foods),
        total=sum(amounts, NO_NUTRIENTS),
        total_low=low,
        total_high=high,
        scale=scale,
        timings_ms=timings_ms or {},
        warnings=tuple(_warnings(foods)),
        known_foods=known_foods,
        log_covariance=log_covariance,
    )


def _warnings(foods: Sequence[AnalyzedFood]) -> Iterator[str]:
    uncounted = [food.item.label for food in foods if food.nutrients is None]
    unnamed = uncounted.count(UNKNOWN_FOOD)
    if unnamed:
        yield f"{_are(unnamed)} not counted in the totals."
    yield from (
        f"There is no nutrition data for {label}, so it is not counted in the totals."
        for label in uncounted
        if label != UNKNOWN_FOOD
    )


def _are(unnamed: int) -> str:
    if unnamed == 1:
        return "1 item could not be named and is"
    return f"{unnamed} items could not be named and are"
