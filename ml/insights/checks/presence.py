"""A food said to be there must have been found, and where some was found there is not none."""

from __future__ import annotations

import re

from ml.insights.checks.facts import MEAL
from ml.insights.checks.known_meal import KnownMeal
from ml.insights.checks.sentence import Mention, Sentence
from ml.words import singular

_IS_THERE = re.compile(
    r"\b(?:contains?|includes?|consists? of|shows?|made (?:up )?of|there (?:is|are)|there's|has|have|holds?"
    r"|(?:i|you|we) (?:can )?see|(?:it|this|that|meal|plate|dish|photo|picture)(?:'s| is| are))\b",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"\b(?:not?|nor|neither|none|without|instead|if|c?would|could|may|might|should|can|cannot|like|though|but"
    r"|usually|often|sometimes|typically|add\w*|try|than|such as|similar|maybe|perhaps|possibly|as much as)\b"
    r"|n't\b",
    re.IGNORECASE,
)
_IS_NONE = re.compile(
    r"\b(?:see|find|shows?|says?|contains?|there is|there's) no food\b(?!.*\bthough\b)", re.IGNORECASE
)
_THE = re.compile(r"\bthe\s+$", re.IGNORECASE)
_PART_OF = re.compile(r"\s*(?:in|on|of|from|inside)\s+(?:the\s+|your\s+|this\s+)?$", re.IGNORECASE)
INGREDIENTS = frozenset(
    {"bread", "bun", "dough", "tortilla", "rice", "noodle", "pasta", "potato", "bean", "nut", "fruit"}
    | {"vegetable", "meat", "beef", "pork", "ham", "bacon", "sausage", "chicken", "turkey", "lamb", "fish"}
    | {"shrimp", "egg", "cheese", "milk", "cream", "butter", "oil", "tofu", "lettuce", "tomato", "onion"}
    | {"garlic", "ginger", "mushroom", "carrot", "cucumber", "pepper", "spinach", "olive", "pickle", "water"}
    | {"sugar", "honey", "syrup", "chocolate", "jam", "gravy", "sauce", "dressing", "ketchup", "mustard"}
    | {"mayonnaise", "salsa"}
)
"""Last words of foods that are often parts of another one, as "the bun" is of a hamburger."""


def fails(sentence: Sentence, meal: KnownMeal) -> bool:
    """Whether it plainly has a food in the meal that was not found, or none where some was.

    One that is said to be in another food ("the hamburger contains cheese") may be an ingredient, as may "the
    bun". Where nothing was found at all, nothing is known.
    """
    if meal.counts and _IS_NONE.search(sentence.text):
        return True
    absent = [mention for mention in sentence.mentions if not mention.is_found]
    if not absent or not meal.counts or _HEDGE.search(sentence.text):
        return False
    return any(_is_said_to_be_there(mention, sentence) for mention in absent)


def _is_said_to_be_there(food: Mention, sentence: Sentence) -> bool:
    found = [each for each in sentence.mentions if each.is_found and each.subject != MEAL]
    if any(_PART_OF.fullmatch(sentence.text, food.end, each.start) for each in found):
        return False
    if _THE.search(sentence.text, 0, food.start):
        words = sentence.text[food.start : food.end].lower().split()
        return singular(words[-1]) not in INGREDIENTS
    verb = _IS_THERE.search(sentence.text, 0, food.start)
    return verb is not None and not any(each.start < verb.start() for each in found)
