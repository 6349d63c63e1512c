"""The facts as the embedded LLaVA's prompt has them: what a question needs stands together in one line.

So small a model copies well and compares badly: the foods of each nutrient stand from the most to the
least, and what is high or short is said, in the words and numbers that an answer takes over.
"""

from __future__ import annotations

from collections.abc import Sequence

from ml.nutrition.diets import ALLERGENS, SUITS, diet_foods
from ml.nutrition.levels import level_of
from ml.nutrition.meal import Helping, Meal, amount_in, nutrient_score
from ml.nutrition.nutrient_names import NUTRIENT_NAMES, unit
from ml.types import MealFacts


def facts_text(facts: MealFacts) -> str:
    """The foods, a line for each nutrient and allergen with the foods that bring it, and what stands out."""
    meal = Meal(facts)
    lines = [_food(number, helping) for number, helping in enumerate(meal.in_order(meal.helpings), 1)]
    if not meal.counted:
        return "\n".join([*lines, "no nutrition data"])
    lines += [_nutrient(name, meal) for name in NUTRIENT_NAMES]
    lines += [_standing_out("high", meal.high, meal), _standing_out("short of", meal.short, meal)]
    if len(meal.counted) > 1:
        lines.append(f"best: {max(meal.counted, key=nutrient_score).label}")
    lines += filter(None, (_diet(name, meal) for name in (*SUITS, *ALLERGENS)))
    return "\n".join(lines)


def exact_amount(nutrient: str, value: float) -> str:
    """Such as "437 kcal", "28.0 g" or "980 mg"."""
    return f"{value:.{1 if unit(nutrient) == 'g' else 0}f} {unit(nutrient)}"


def _food(number: int, helping: Helping) -> str:
    mass = helping.mass_g
    count = f" ({helping.count} items)" if helping.count > 1 else ""
    text = f"{number}. {helping.label}{count}: {mass.value:.0f} g ({mass.low:.0f}-{mass.high:.0f})"
    return text if helping.nutrients else f"{text}; no nutrition data"


def _nutrient(name: str, meal: Meal) -> str:
    """Such as "protein: 28.0 g, 56% of a day, high; burger 23.2 g, french fries 4.8 g"."""
    parts = [exact_amount(name, getattr(meal.facts.total, name))]
    if name == "calories":
        parts[0] += f" ({meal.facts.total_low.calories:.0f}-{meal.facts.total_high.calories:.0f})"
    if (share := meal.daily_percent.get(name)) is not None:
        parts.append(f"{share:.0f}% of a day")
        if level := level_of(name, share):
            parts.append(level)
    foods = [f"{h.label} {exact_amount(name, amount_in(h, name))}" for h in meal.richest(name)]
    brought = f"; {', '.join(foods)}" if len(foods) > 1 else ""
    return f"{NUTRIENT_NAMES[name]}: {', '.join(parts)}{brought}"


def _standing_out(word: str, names: Sequence[str], meal: Meal) -> str:
    shares = [f"{NUTRIENT_NAMES[name]} {meal.daily_percent[name]:.0f}%" for name in names]
    return f"{word}: {', '.join(shares) or 'nothing'}"


def _diet(name: str, meal: Meal) -> str:
    """Such as "vegan: no, burger" or "gluten: maybe, soup"; "" for an allergen that isn't usual."""
    answer, foods = diet_foods(meal, name)
    if name in SUITS and answer == "yes":
        return f"{name}: yes"
    if not foods or (name in ALLERGENS and answer == "no"):
        return ""
    return f"{name}: {answer}, {', '.join(h.label for h in foods)}"
