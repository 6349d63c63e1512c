"""Foods that bring what a meal lacks."""

from ml.nutrition.meal import Meal

ADDITIONS = {
    "fiber_g": "vegetables, a salad, beans, lentils or whole grains",
    "protein_g": "fish, chicken, eggs, tofu or beans",
    "fat_g": "a little olive oil, some nuts or avocado",
}
MEATLESS_PROTEIN = "eggs, yoghurt, tofu, beans or nuts"
"""Foods by what they bring most of; the meatless ones for a meal without meat or fish."""


def foods_rich_in(nutrient: str, meal: Meal) -> str:
    """Foods that bring protein, fibre or fat; for a meal without meat, without meat."""
    meatless = all(h.food is not None and h.food.diet.vegetarian != "no" for h in meal.counted)
    return MEATLESS_PROTEIN if nutrient == "protein_g" and meatless else ADDITIONS[nutrient]
