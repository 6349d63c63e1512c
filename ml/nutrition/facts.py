"""A meal's foods added up: totals with their ranges, and what is to be said of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ml.nutrition.food_names import FoodNames
from ml.portion.mass import Floats, log_covariance, sum_masses, sum_range
from ml.types import NO_NUTRIENTS, UNKNOWN_FOOD, AnalyzedFood, Interval, MealFacts, Nutrients, Scale


def add_up(
    foods: Sequence[AnalyzedFood],
    scale: Scale | None,
    known_foods: FoodNames,
    timings_ms: Mapping[str, float] | None = None,
) -> MealFacts:
    """The facts of a meal of these foods, weighed at this scale."""
    total, low, high = _total_range(foods, scale)
    return MealFacts(
        foods=tuple(foods),
        total=total,
        total_low=low,
        total_high=high,
        scale=scale,
        timings_ms=timings_ms or {},
        warnings=tuple(_warnings(foods)),
        known_foods=known_foods,
    )


def by_label(foods: Sequence[AnalyzedFood]) -> dict[str, list[AnalyzedFood]]:
    """Equal foods together, in the order of the first of each."""
    found: dict[str, list[AnalyzedFood]] = {}
    for food in foods:
        found.setdefault(food.item.label, []).append(food)
    return found


def whole_mass(foods: Sequence[AnalyzedFood], scale: Scale | None) -> Interval:
    """What one or more foods of a meal weigh together, in grams, with its range."""
    if len(foods) == 1:
        return foods[0].portion.mass_g
    return sum_masses([food.portion.mass_g for food in foods], _covariance(foods, scale))


def _covariance(foods: Sequence[AnalyzedFood], scale: Scale | None) -> Floats:
    return log_covariance(
        [food.portion.mass_g for food in foods],
        [food.food for food in foods],
        scale,
        measured=[food.item.bbox is not None for food in foods],
    )


def _total_range(
    foods: Sequence[AnalyzedFood], scale: Scale | None
) -> tuple[Nutrients, Nutrients, Nutrients]:
    """The sum of what the foods with nutrients hold, and its range: (sum, low, high)."""
    counted = [(food, amount) for food in foods if (amount := food.nutrients) is not None]
    if not counted:
        return NO_NUTRIENTS, NO_NUTRIENTS, NO_NUTRIENTS
    amounts = [amount for _, amount in counted]
    low, high = sum_range(amounts, _covariance([food for food, _ in counted], scale))
    return sum(amounts, NO_NUTRIENTS), low, high


def _warnings(foods: Sequence[AnalyzedFood]) -> Iterator[str]:
    uncounted = [food.item.label for food in foods if food.nutrients is None]
    unnamed = uncounted.count(UNKNOWN_FOOD)
    if unnamed == 1:
        yield "1 item could not be named and is not counted in the totals."
    elif unnamed:
        yield f"{unnamed} items could not be named and are not counted in the totals."
    yield from (
        f"There is no nutrition data for {label}, so it is not counted in the totals."
        for label in uncounted
        if label != UNKNOWN_FOOD
    )
