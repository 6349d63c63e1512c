"""What a text says, by its words and numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ml.insights.checks.claims import Unit, claims
from ml.nutrition.factors import SALT_PER_SODIUM
from ml.nutrition.nutrient_names import NAMES_IN_TEXTS
from ml.words import singular_and_plural

NOT = re.compile(r"\b(?:no|not|neither|nor|none|nothing|free of|cannot)\b|n't\b", re.I)
NO_FOOD = re.compile(r"\bno food\b", re.I)
PERHAPS = re.compile(r"\b(?:may|might|maybe|perhaps|possibly|depend\w*|could|close)\b", re.I)
UNABLE = re.compile(r"\b(?:cannot|no (?:data|numbers?)|neither|nothing|not)\b|n't\b", re.I)
REFERRAL = re.compile(r"\b(?:doctor|dietitian|dietician|physician|pharmacist)\b", re.I)
CAUTION = re.compile(r"\b(?:ask|label|doctor|allerg\w+)\b", re.I)
REFUSAL = re.compile(r"\b(?:only|can't|cannot|not about)\b", re.I)
SENTENCE_END = re.compile(r"[.!?](?:\s|$)")


def names(text: str, label: str) -> bool:
    """Whether a food is named, in singular or plural.

    >>> names("Two apples and an orange.", "apple"), names("Grape juice.", "grapefruit")
    (True, False)
    """
    called = "|".join(map(re.escape, singular_and_plural(label)))
    return re.search(rf"\b(?:{called})\b", text, re.I) is not None


def states(text: str, unit: Unit, values: Iterable[float]) -> bool:
    """Whether a number with this unit (kcal, g or %) in the text agrees with one of the values."""
    stated = [claim for claim in claims(text) if claim.unit == unit]
    return any(claim.agrees(value) for claim in stated for value in values)


def states_amount(text: str, nutrient: str, value: float) -> bool:
    """Whether the text gives a nutrient, by its name and unit, this value in the unit of `Nutrients`."""
    if nutrient == "calories":
        return states(text, "kcal", [value])
    if nutrient == "sodium_mg":
        grams = value / 1000
        named = re.search(rf"\b(?:{NAMES_IN_TEXTS['sodium_mg']}|{NAMES_IN_TEXTS['salt_g']})\b", text, re.I)
        return named is not None and states(text, "g", [grams, SALT_PER_SODIUM * grams])
    return re.search(rf"\b(?:{NAMES_IN_TEXTS[nutrient]})\b", text, re.I) is not None and states(
        text, "g", [value]
    )
