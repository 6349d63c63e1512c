"""How much of a food there is: another amount, and the nutrients that follow from it."""

from __future__ import annotations

from dataclasses import replace

from ml.portion.scale import log_interval
from ml.types import AnalyzedFood, Food, FoodRecord, Interval, Portion

WATER_G_CM3 = 1.0
"""Density taken of a food whose own nobody knows."""


def portion_of(grams: float, spread: float, food: Food | None) -> Portion:
    """Grams, with this log standard deviation, of a food that isn't in the photo."""
    mass = log_interval(grams, spread)
    density = food.density_g_cm3 if food else WATER_G_CM3
    return Portion(0.0, Interval(mass.value / density, mass.low / density, mass.high / density), mass)


def with_portion(food: AnalyzedFood, portion: Portion, record: FoodRecord | None) -> AnalyzedFood:
    """The food in this amount, by this row of the database."""
    nutrients = record.per_100g.scaled(portion.mass_g.value / 100) if record else None
    return replace(food, portion=portion, record=record, nutrients=nutrients)


def times(food: AnalyzedFood, factor: float) -> AnalyzedFood:
    """So many times as much of the food."""
    portion = food.portion
    scaled = replace(portion, mass_g=_times(portion.mass_g, factor), volume_cm3=_times(portion.volume_cm3, factor))
    return with_portion(food, scaled, food.record)


def eaten(food: AnalyzedFood, share: float) -> AnalyzedFood:
    """The food when only this share (above 0, at most 1) of what was served is eaten."""
    return replace(times(food, share / food.eaten), eaten=share)


def _times(amount: Interval, factor: float) -> Interval:
    return Interval(amount.value * factor, amount.low * factor, amount.high * factor)
