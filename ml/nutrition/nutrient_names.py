"""What the fields of `Nutrients` are called, and their units."""

import re

NUTRIENT_NAMES = {
    "calories": "energy",
    "protein_g": "protein",
    "carb_g": "carbohydrates",
    "fat_g": "fat",
    "saturated_fat_g": "saturated fat",
    "fiber_g": "fibre",
    "sugar_g": "sugar",
    "sodium_mg": "sodium",
}

NAMES_IN_TEXTS = {
    "saturated_fat_g": r"saturated(?: fats?| fatty acids)?|saturates",
    "fat_g": r"fats?",
    "protein_g": r"proteins?",
    "carb_g": r"carbs?|carbohydrates?",
    "fiber_g": r"fib(?:re|er)s?",
    "sugar_g": r"sugars?",
    "sodium_mg": r"sodium",
    "salt_g": r"salt",
    "alcohol_g": r"alcohol",
    "mass_g": r"weighs?|weight|portion|serving",
    "calories": r"calories|energy|kcal",
}
"""What texts call the fields of `Nutrients`, salt, alcohol and weight, as regular expressions."""
NUTRIENT = re.compile("|".join(NAMES_IN_TEXTS.values()))
"""A word for a nutrient, salt or weight; "sugar" and "salt" name foods too."""


def unit(nutrient: str) -> str:
    """The unit of a field of `Nutrients` as people write it: "kcal", "g", "mg" or "µg"."""
    return "kcal" if nutrient == "calories" else nutrient.rsplit("_", 1)[1].replace("ug", "µg")
