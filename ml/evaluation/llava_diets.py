"""Whether a text answers a question about a diet or an allergen."""

from __future__ import annotations

import re

from ml.data.conversations.ask import Ask
from ml.evaluation.llava_texts import CAUTION, NOT, PERHAPS, SENTENCE_END, names
from ml.insights.intents import Intent
from ml.nutrition.diets import ALLERGENS, diet_foods
from ml.nutrition.meal import Meal


def suits(text: str, meal: Meal, ask: Ask) -> bool:
    """The right one of yes, no and maybe."""
    truth, _ = diet_foods(meal, ask.word)
    first = SENTENCE_END.split(text)[0]
    if PERHAPS.search(first):
        return truth == "maybe"
    return truth == ("no" if NOT.search(first) else "yes")


def holds(text: str, meal: Meal, ask: Ask) -> bool:
    """The same of an allergen, naming a food that holds it; with caution where somebody is allergic."""
    if ask.intent == Intent.ALLERGIC and not CAUTION.search(text):
        return False
    truth, foods = diet_foods(meal, ask.word)
    first = SENTENCE_END.split(text)[0]
    if truth == "yes":
        return any(names(first, each.label) for each in foods) and not NOT.search(first)
    if truth == "maybe":
        return PERHAPS.search(first) is not None
    return NOT.search(first) is not None and PERHAPS.search(first) is None


def allergy(text: str, meal: Meal, ask: Ask) -> bool:
    """Every allergen that is usual in the foods, with caution."""
    held = [name for name in ALLERGENS if diet_foods(meal, name)[0] == "yes"]
    return all(re.search(rf"\b{name}", text, re.I) for name in held) and CAUTION.search(text) is not None
