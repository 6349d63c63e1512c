"""Numbers as the embedded LLaVA's prompt writes them, so that an answer copies and never rounds."""

from __future__ import annotations

from ml.insights.llava_embedded.facts_text import exact_amount
from ml.nutrition.meal import Helping, Meal
from ml.nutrition.nutrient_names import NUTRIENT_NAMES
from ml.types import Interval


def amount_of(nutrient: str, value: float) -> str:
    """Such as "437 kcal" or "28.0 g of protein"."""
    written = exact_amount(nutrient, value)
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


def named(meal: Meal) -> list[Helping]:
    """The helpings that have a name, in the facts' order."""
    return meal.in_order(meal.named)
