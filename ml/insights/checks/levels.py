"""What a sentence calls high or low must be so."""

from __future__ import annotations

import re

from ml.insights.checks.claims import Claim
from ml.insights.checks.facts import daily_values
from ml.insights.checks.known_meal import KnownMeal
from ml.insights.checks.sentence import Sentence
from ml.nutrition.levels import HIGH_PERCENT

_HIGH = re.compile(r"\bhigh\b", re.IGNORECASE)
_LOW = re.compile(r"\b(?:low|short of|little|lacks?)\b", re.IGNORECASE)
_OF_A_DAY = re.compile(r"\b(?:days?|daily)\b", re.IGNORECASE)
_IN = re.compile(r"\b(?:high in|low in|short of|lacks?)\b", re.IGNORECASE)
_DAILY = {fact.quantity: fact.value for fact in daily_values()}


def fails(sentence: Sentence, meal: KnownMeal) -> bool:
    """Whether it calls something high below `HIGH_PERCENT` of a day, or low from there on."""
    is_high, is_low = (pattern.search(sentence.text) is not None for pattern in (_HIGH, _LOW))
    if is_high == is_low or sentence.is_unsure:
        return False
    levels: list[set[float]] = []
    if _OF_A_DAY.search(sentence.text):
        levels += [{claim.value} for claim in sentence.claims if claim.unit == "%"]
    if _IN.search(sentence.text):
        levels += [_percents_of_a_day(each, sentence, meal) for each in sentence.claims if each.unit == "g"]
    return any(
        percents and all((round(percent) >= HIGH_PERCENT) != is_high for percent in percents)
        for percents in levels
    )


def _percents_of_a_day(amount: Claim, sentence: Sentence, meal: KnownMeal) -> set[float]:
    """Of the Daily Value, for all that an amount in the sentence may be of."""
    quantities = sentence.quantity_names & set(_DAILY)
    return {
        100 * fact.value / _DAILY[fact.quantity]
        for fact in meal.facts
        if fact.kind == "estimate" and fact.quantity in quantities and amount.agrees(fact.value)
    }
