"""What is known of a meal, for the checks of sentences about it."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

from ml.insights.checks.claims import claims
from ml.insights.checks.facts import MEAL, Fact, facts_of, facts_per_grams
from ml.insights.checks.mentions import Mentions
from ml.insights.checks.sentence import Sentence, quantities
from ml.nutrition.meal import Meal
from ml.types import MealFacts


class KnownMeal:
    """The facts of a meal, and the numbers that a person asked about.

    `facts` are all of them, `counts` the pieces of each food, `asked` the claims of the question.
    """

    def __init__(self, meal: MealFacts, question: str | None = None) -> None:
        self.facts = facts_of(meal)
        self.counts = {helping.label: helping.count for helping in Meal(meal).helpings}
        self.asked = claims(question or "")
        self._meal = meal
        self._mentions = Mentions(meal)

    def read(self, text: str) -> Sentence:
        """The sentence as the checks see it."""
        return Sentence(text, tuple(claims(text)), self._mentions.find(text), quantities(text))

    def per_grams(self, grams: float) -> tuple[Fact, ...]:
        """What so many grams of each food, and of the meal, hold."""
        return facts_per_grams(self._meal, grams)

    @cached_property
    def amounts(self) -> dict[str, dict[str, float]]:
        """Best estimates by quantity and food, equal foods together."""
        amounts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for fact in self.facts:
            if fact.kind == "estimate" and fact.subject != MEAL:
                amounts[fact.quantity][fact.subject] += fact.value
        return amounts
