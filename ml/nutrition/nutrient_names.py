"""What the fields of `Nutrients` are called, and their units."""

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


def unit(nutrient: str) -> str:
    """The unit of a field of `Nutrients`: "kcal", "g" or "mg"."""
    return "kcal" if nutrient == "calories" else nutrient.rsplit("_", 1)[1]
