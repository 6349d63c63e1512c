"""The embedded LLaVA's prompt: photo, facts, question. Its rules are trained in, so that it stays short.

A token takes about a millisecond on two cores, and a digit is a token. What a visitor writes comes last, so
that a follow-up question finds all before it computed.
"""

from __future__ import annotations

from collections.abc import Sequence

from ml.insights.prompt import DESCRIBE, NAMES, as_data
from ml.nutrition.daily_values import percent_daily_value
from ml.types import AnalyzedFood, Diet, Interval, MealFacts, Nutrients

IMAGE = "<unused0>"
"""Stands for the photo, an otherwise unused token of Gemma's vocabulary; the processor repeats it."""

START_OF_TURN = "<start_of_turn>"
END_OF_TURN = "<end_of_turn>"

MAX_CHARS = 400
"""Of a question, and of an earlier answer; what is longer is cut."""
MAX_HISTORY = 3

LIST_FOODS = "List the foods and their grams as JSON."

_SUITS = ("vegetarian", "vegan")
_ALLERGENS = ("gluten", "dairy", "nuts", "egg", "fish", "shellfish", "soy")


def write_prompt(question: str | None, facts: MealFacts, history: Sequence[tuple[str, str]] = ()) -> str:
    """The conversation up to where the model goes on, holding `IMAGE` once.

    `history` holds earlier (question, answer) pairs, oldest first; the last `MAX_HISTORY` are kept. Where
    nothing was asked, `DESCRIBE` stands for the question. The tokenizer adds the first token, <bos>.
    """
    turns = [*list(history)[-MAX_HISTORY:], (question or "", "")]
    texts = []
    for asked, answered in turns:
        tagged = f"<question>{_cut(asked or DESCRIBE)}</question>"
        texts.append(_turn("user", tagged) + f"{START_OF_TURN}model\n")
        if answered:
            texts.append(f"{_cut(answered)}{END_OF_TURN}\n")
    start = f"{START_OF_TURN}user\n"
    texts[0] = texts[0].replace(start, f"{start}{IMAGE}{facts_text(facts)}\n", 1)
    return "".join(texts)


def food_list_prompt() -> str:
    """The request for the foods in a photo with their grams."""
    return _turn("user", f"{IMAGE}{LIST_FOODS}") + f"{START_OF_TURN}model\n"


def facts_text(facts: MealFacts) -> str:
    """A line for each food, one for the meal and one for its shares of the daily values."""
    lines = [_food(number, food) for number, food in enumerate(facts.foods, 1)]
    low, high = facts.total_low.calories, facts.total_high.calories
    lines.append(f"Meal: {_nutrients(facts.total)}; range {low:.0f}-{high:.0f} kcal")
    percents = percent_daily_value(facts.total)
    shares = {"calories": "energy", **NAMES}
    daily = [f"{name} {percents[key]:.0f}%" for key, name in shares.items() if percents[key] is not None]
    lines.append(f"Daily value: {', '.join(daily)}")
    return "\n".join(lines)


def _food(number: int, food: AnalyzedFood) -> str:
    parts = [f"{number}. {food.item.label}: {food.portion.mass_g.value:.0f} g {_range(food.portion.mass_g)}"]
    parts.append(_nutrients(food.nutrients) if food.nutrients else "no nutrition data")
    if food.food:
        parts.append(_diet(food.food.diet))
    return "; ".join(parts)


def _nutrients(nutrients: Nutrients) -> str:
    amounts = [f"{nutrients.calories:.0f} kcal"]
    for key, name in NAMES.items():
        value = getattr(nutrients, key)
        amounts.append(f"{name} {value:.0f} mg" if key.endswith("_mg") else f"{name} {value:.1f} g")
    return ", ".join(amounts)


def _diet(diet: Diet) -> str:
    """Whom it suits and which allergens it holds, such as "vegetarian, maybe vegan, gluten"; no others."""
    suits = {"yes": "{}", "maybe": "maybe {}", "no": "not {}"}
    flags = [suits[getattr(diet, name)].format(name) for name in _SUITS]
    if diet.vegetarian == "no":
        flags = flags[:1]
    held = [(name, getattr(diet, name)) for name in _ALLERGENS]
    return ", ".join(flags + [suits[answer].format(name) for name, answer in held if answer != "no"])


def _range(interval: Interval) -> str:
    return f"({interval.low:.0f}-{interval.high:.0f})"


def _cut(text: str) -> str:
    return as_data(text)[:MAX_CHARS]


def _turn(role: str, text: str) -> str:
    return f"{START_OF_TURN}{role}\n{text}{END_OF_TURN}\n"
