"""Whether a text answers a question about a diet or an allergen."""

from __future__ import annotations

import re

from ml.data.conversations.ask import Ask
from ml.evaluation.llava_texts import CAUTION, NOT, PERHAPS, SENTENCE_END, names
from ml.insights.intents import Intent
from ml.nutrition.diets import ALLERGENS
from ml.nutrition.meal import Meal


def suits(text: str, meal: Meal, ask: Ask) -> bool:
    """The right one of yes, no and maybe."""
    truth = _truth(meal, ask.word, worst="no")
    first = SENTENCE_END.split(text)[0]
    if PERHAPS.search(first):
        return truth == "maybe"
    return truth == ("no" if NOT.search(first) else "yes")


def holds(text: str, meal: Meal, ask: Ask) -> bool:
    """The same of an allergen, naming a food that holds it; with caution where somebody is allergic."""
    truth = _truth(meal, ask.word, worst="yes")
    if ask.intent == Intent.ALLERGIC and not CAUTION.search(text):
        return False
    first = SENTENCE_END.split(text)[0]
    if truth == "yes":
        holders = [h for h in meal.named if h.food and getattr(h.food.diet, ask.word) == "yes"]
        return any(names(first, h.label) for h in holders) and not NOT.search(first)
    if truth == "maybe":
        return PERHAPS.search(first) is not None
    return NOT.search(first) is not None and PERHAPS.search(first) is None


def _truth(meal: Meal, diet: str, worst: str) -> str:
    answers = {str(getattr(h.food.diet, diet)) for h in meal.helpings if h.food is not None}
    best = "yes" if worst == "no" else "no"
    return worst if worst in answers else "maybe" if "maybe" in answers else best


def allergy(text: str, meal: Meal, ask: Ask) -> bool:
    """Every allergen that is usual in the foods, with caution."""
    held = [name for name in ALLERGENS if _truth(meal, name, worst="yes") == "yes"]
    return all(re.search(rf"\b{name}", text, re.I) for name in held) and CAUTION.search(text) is not None
