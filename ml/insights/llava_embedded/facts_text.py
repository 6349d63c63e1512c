"""The facts as the embedded LLaVA's prompt has them: what a question needs stands together in one line.

So small a model copies well and compares badly: the foods of each nutrient stand from the most to the
least, and what is high or short is said, in the words and numbers that an answer takes over.
"""

from __future__ import annotations

from collections.abc import Sequence

from ml.insights.builtin.choices import ENCOURAGED, LIMITED, nutrient_score
from ml.insights.builtin.diets import ALLERGENS, SUITS
from ml.insights.builtin.meal import HIGH_PERCENT, LOW_PERCENT, Helping, Meal, amount_in
from ml.insights.builtin.words import NUTRIENT_NAMES, unit
from ml.types import Answer, MealFacts


def facts_text(facts: MealFacts) -> str:
    """The foods, a line for each nutrient and allergen with the foods that bring it, and what stands out."""
    meal = Meal(facts)
    lines = [_food(number, helping) for number, helping in enumerate(in_order(meal.helpings, facts), 1)]
    if not meal.counted:
        return "\n".join([*lines, "no nutrition data"])
    lines += [_nutrient(name, meal) for name in NUTRIENT_NAMES]
    lines += [_standing_out("high", high(meal), meal), _standing_out("short of", short(meal), meal)]
    if len(meal.counted) > 1:
        lines.append(f"best: {max(meal.counted, key=nutrient_score).label}")
    lines += filter(None, (_diet(name, meal) for name in (*SUITS, *ALLERGENS)))
    return "\n".join(lines)


def high(meal: Meal) -> list[str]:
    """What there should be little of and is much of, by the names of `Nutrients`, the most first."""
    shares = meal.daily_percent
    return sorted((n for n in LIMITED if shares[n] >= HIGH_PERCENT), key=lambda name: -shares[name])


def short(meal: Meal) -> list[str]:
    """What there should be much of and isn't, by the names of `Nutrients`, the least first."""
    shares = meal.daily_percent
    return sorted((n for n in ENCOURAGED if shares[n] < HIGH_PERCENT), key=lambda name: shares[name])


def level_of(nutrient: str, share: float) -> str:
    """What a nutrient's percent of the Daily Value is, "high", "low" or ""; energy is neither."""
    if nutrient == "calories" or LOW_PERCENT < share < HIGH_PERCENT:
        return ""
    return "high" if share >= HIGH_PERCENT else "low"


def in_order(helpings: Sequence[Helping], facts: MealFacts) -> list[Helping]:
    """Helpings as the facts list them."""
    order = [food.item.label for food in facts.foods]
    return sorted(helpings, key=lambda helping: order.index(helping.label))


def amount(nutrient: str, value: float) -> str:
    """Such as "437 kcal", "28.0 g" or "980 mg"."""
    return f"{value:.{1 if unit(nutrient) == 'g' else 0}f} {unit(nutrient)}"


def diet_foods(meal: Meal, diet: str) -> tuple[Answer, list[Helping]]:
    """What the meal is by the name of a diet or allergen of `Diet`, and the foods that make it so.

    One food against a diet decides, as one with an allergen does. The foods are those with data.
    """
    order: tuple[Answer, ...] = ("no", "maybe", "yes") if diet in SUITS else ("yes", "maybe", "no")
    helpings = in_order(meal.helpings, meal.facts)
    for answer in order:
        if foods := [h for h in helpings if h.food is not None and getattr(h.food.diet, diet) == answer]:
            return answer, foods
    return "maybe", []


def _food(number: int, helping: Helping) -> str:
    mass = helping.mass_g
    count = f" ({helping.count} items)" if helping.count > 1 else ""
    text = f"{number}. {helping.label}{count}: {mass.value:.0f} g ({mass.low:.0f}-{mass.high:.0f})"
    return text if helping.nutrients else f"{text}; no nutrition data"


def _nutrient(name: str, meal: Meal) -> str:
    """Such as "protein: 28.0 g, 56% of a day, high; burger 23.2 g, french fries 4.8 g"."""
    parts = [amount(name, getattr(meal.facts.total, name))]
    if name == "calories":
        parts[0] += f" ({meal.facts.total_low.calories:.0f}-{meal.facts.total_high.calories:.0f})"
    if (share := meal.daily_percent.get(name)) is not None:
        parts.append(f"{share:.0f}% of a day")
        if level := level_of(name, share):
            parts.append(level)
    foods = [f"{h.label} {amount(name, amount_in(h, name))}" for h in meal.richest(name)]
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
