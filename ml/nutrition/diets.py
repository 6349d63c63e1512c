"""What a meal suits and holds, by what is usual in its foods."""

from __future__ import annotations

from ml.nutrition.meal import Helping, Meal
from ml.types import Answer

SUITS = ("vegetarian", "vegan")
"""Names of `Diet` that say what a food suits."""
ALLERGENS = ("gluten", "nuts", "egg", "fish", "shellfish", "soy", "dairy")
"""Names of `Diet` that say what a food holds."""


def diet_foods(meal: Meal, diet: str) -> tuple[Answer, list[Helping]]:
    """What the meal is by the name of a diet or allergen of `Diet`, and the foods that make it so.

    One food against a diet decides, as one with an allergen does. What nothing is known of may be either.
    """
    order: tuple[Answer, ...] = ("no", "maybe", "yes") if diet in SUITS else ("yes", "maybe", "no")
    helpings = meal.in_order(meal.helpings)
    for answer in order:
        if foods := [h for h in helpings if (getattr(h.food.diet, diet) if h.food else "maybe") == answer]:
            return answer, foods
    return "maybe", []
