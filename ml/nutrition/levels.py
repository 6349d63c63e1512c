"""What counts as much and as little."""

from typing import Literal

LOW_PERCENT, HIGH_PERCENT = 5.0, 20.0
"""Share of the Daily Value at which a nutrient counts as low or high (FDA, "The Lows and Highs of Percent
Daily Value on the Nutrition Facts Label", 5-20 rule)."""

ENERGY_GUIDE = {"carb_g": (45.0, 65.0), "fat_g": (20.0, 35.0), "protein_g": (10.0, 35.0)}
"""Percent of energy that adults are advised to take from each: the acceptable macronutrient distribution
ranges of the Institute of Medicine (Dietary Reference Intakes, 2005)."""

ENCOURAGED = ("protein_g", "fiber_g")
LIMITED = ("saturated_fat_g", "sodium_mg")
"""Nutrients of which guidelines want more, and less."""

CLOSE = 0.1
"""Two amounts this near each other, as a share of the larger, count as the same."""


def level_of(nutrient: str, share: float) -> Literal["high", "low", ""]:
    """What a nutrient's percent of the Daily Value is; energy is neither high nor low."""
    if nutrient == "calories" or LOW_PERCENT < share < HIGH_PERCENT:
        return ""
    return "high" if share >= HIGH_PERCENT else "low"
