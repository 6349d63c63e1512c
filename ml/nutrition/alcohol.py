"""Alcohol: the data holds it only as the energy that nothing else in a drink accounts for."""

from __future__ import annotations

import re

from ml.nutrition.factors import KCAL_PER_G
from ml.types import AnalyzedFood

ALCOHOLIC = re.compile(r"^(beer|wine|liquor and cocktails)$|\balcoholic\b", re.IGNORECASE)
"""Categories and descriptions of USDA's rows of drinks with alcohol, and of such drinks made without."""
ALCOHOL_KCAL_G = 7.0
LEAST_G = 1.0
"""Of alcohol in 100 g, below which the energy may be off by rounding."""


def alcohol_g(food: AnalyzedFood) -> float:
    """Grams of alcohol in a drink, by its energy beyond protein, carbohydrate and fat; 0 in other foods."""
    record, nutrients = food.record, food.nutrients
    if record is None or nutrients is None:
        return 0.0
    if not (ALCOHOLIC.search(record.category) or ALCOHOLIC.search(record.description)):
        return 0.0
    others = sum(factor * getattr(nutrients, name) for name, factor in KCAL_PER_G.items())
    grams = (nutrients.calories - others) / ALCOHOL_KCAL_G
    return grams if grams >= LEAST_G * food.portion.mass_g.value / 100 else 0.0
