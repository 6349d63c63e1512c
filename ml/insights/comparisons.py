"""Sentences that compare: which food has the most, whether a goal is reached, what is high or low."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from ml.insights.claims import Claim, claims
from ml.insights.context import Mentions, quantities_named
from ml.insights.facts import MEAL, Fact, agrees, daily_values
from ml.nutrition.levels import CLOSE, HIGH_PERCENT

_EXTREME = re.compile(
    r"\b(?:(?P<most>most|highest|richest|largest|biggest|greatest|main source|comes? first)"
    r"|least|lowest|fewest|smallest)\b",
    re.IGNORECASE,
)
_YOUR = re.compile(r"\byour (?:goal of |target of )?$", re.IGNORECASE)
_BELOW = re.compile(r"\b(?:below|under|less|short|not|misses|isn't|doesn't|does not)\b", re.IGNORECASE)
_ABOVE = re.compile(
    r"\b(?:reach(?:es)?|meets?|covers?|exceeds?|above|over|more|passes|enough for)\b", re.IGNORECASE
)
_HIGH = re.compile(r"\bhigh\b", re.IGNORECASE)
_LOW = re.compile(r"\b(?:low|short of|little|lacks?)\b", re.IGNORECASE)
_OF_A_DAY = re.compile(r"\b(?:days?|daily)\b", re.IGNORECASE)
_IN = re.compile(r"\b(?:high in|low in|short of|lacks?)\b", re.IGNORECASE)
_DAILY = {fact.quantity: fact.value for fact in daily_values()}
_UNSURE = re.compile(r"\b(?:not|if|would|could|certain|sure|more than|less than)\b|n't\b", re.IGNORECASE)


class Comparisons:
    """Knows how much of everything each food of a meal has."""

    def __init__(self, facts: Sequence[Fact], mentions: Mentions) -> None:
        self._facts, self._mentions = facts, mentions
        self._amounts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for fact in facts:
            if fact.kind == "estimate" and fact.subject != MEAL:
                self._amounts[fact.quantity][fact.subject] += fact.value

    def is_wrong(self, sentence: str) -> bool:
        """Whether the sentence plainly puts a food, an amount beside a goal or what is high or low amiss."""
        return self._misplaces_food(sentence) or _misjudges_goal(sentence) or self._misjudges_level(sentence)

    def _misplaces_food(self, sentence: str) -> bool:
        """Whether one food is said to be first or last in a quantity, and another one is.

        Without a quantity by name ("the most comes from the fries, 437 kcal") it is one that the food has as
        much of as the sentence says.
        """
        extremes = list(_EXTREME.finditer(sentence))
        if len(extremes) != 1 or _UNSURE.search(sentence):
            return False
        foods = [(start, subject) for start, _, subject in self._mentions.find(sentence) if subject != MEAL]
        if not foods:
            return False
        before = [food for start, food in foods if start < extremes[0].start()]
        food = before[0] if before else foods[0][1]
        quantities = quantities_named(sentence) or self._quantities_stated(sentence, food)
        sign = 1 if extremes[0]["most"] else -1
        return len(quantities) > 0 and not any(self._is_first(food, each, sign) for each in quantities)

    def _quantities_stated(self, sentence: str, food: str) -> set[str]:
        return {
            fact.quantity
            for claim in claims(sentence)
            for fact in self._facts
            if fact.subject == food and fact.unit == claim.unit and agrees(claim, fact.value)
        }

    def _is_first(self, food: str, quantity: str, sign: int) -> bool:
        amounts = self._amounts[quantity]
        if food not in amounts:
            return False
        first = (max if sign > 0 else min)(amounts.values())
        return abs(first - amounts[food]) <= CLOSE * max(first, amounts[food])

    def _misjudges_level(self, sentence: str) -> bool:
        """Whether something is called high below `HIGH_PERCENT` of a day, or low from there on."""
        is_high, is_low = (pattern.search(sentence) is not None for pattern in (_HIGH, _LOW))
        if is_high == is_low or _UNSURE.search(sentence):
            return False
        found = claims(sentence)
        levels = []
        if _OF_A_DAY.search(sentence):
            levels += [{claim.value} for claim in found if claim.unit == "%"]
        if _IN.search(sentence):
            levels += [self._percents_of_a_day(claim, sentence) for claim in found if claim.unit == "g"]
        return any(
            percents and all((round(percent) >= HIGH_PERCENT) != is_high for percent in percents)
            for percents in levels
        )

    def _percents_of_a_day(self, amount: Claim, sentence: str) -> set[float]:
        """Of the Daily Value, for all that an amount in the sentence may be of."""
        quantities = quantities_named(sentence) & set(_DAILY)
        return {
            100 * fact.value / _DAILY[fact.quantity]
            for fact in self._facts
            if fact.kind == "estimate" and fact.quantity in quantities and agrees(amount, fact.value)
        }


def _misjudges_goal(sentence: str) -> bool:
    """Whether an amount is said to reach "your" so many grams and is less, or to stay below and is more."""
    found = claims(sentence)
    goals = [claim for claim in found if _YOUR.search(sentence, 0, claim.start)]
    amounts = [claim for claim in found if claim not in goals]
    if len(goals) != 1 or len(amounts) != 1 or goals[0].unit != amounts[0].unit:
        return False
    amount, goal = amounts[0].value, goals[0].value
    if _BELOW.search(sentence):
        return amount > goal
    return _ABOVE.search(sentence) is not None and amount < (1 - CLOSE) * goal
