"""Numbers as the embedded LLaVA's prompt writes them, so that an answer copies and never rounds."""

from __future__ import annotations

from ml.insights.builtin.meal import Helping, Meal
from ml.insights.builtin.words import NUTRIENT_NAMES, unit
from ml.types import Interval


def amount(nutrient: str, value: float) -> str:
    """Such as "437 kcal", "28.0 g" or "980 mg"."""
    return f"{value:.{1 if unit(nutrient) == 'g' else 0}f} {unit(nutrient)}"


def amount_of(nutrient: str, value: float) -> str:
    """Such as "437 kcal" or "28.0 g of protein"."""
    written = amount(nutrient, value)
    return written if nutrient == "calories" else f"{written} of {NUTRIENT_NAMES[nutrient]}"


def percent(value: float) -> str:
    """Such as "52%"."""
    return f"{value:.0f}%"


def weight(mass: Interval) -> str:
    """Such as "140 g (95 to 200 g)"."""
    return f"{mass.value:.0f} g ({mass.low:.0f} to {mass.high:.0f} g)"


def energy_range(meal: Meal) -> str:
    """Such as "698 to 1396 kcal"."""
    return f"{meal.facts.total_low.calories:.0f} to {meal.facts.total_high.calories:.0f} kcal"


def in_order(meal: Meal) -> list[Helping]:
    """The helpings that have a name, in the facts' order."""
    order = [food.item.label for food in meal.facts.foods]
    return sorted(meal.named, key=lambda helping: order.index(helping.label))
