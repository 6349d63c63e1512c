"""Which food of a meal, or of all foods, words mean."""

from __future__ import annotations

import re

from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

from ml.corrections.phrases import AND, IT
from ml.nutrition.search import FoodSearch
from ml.types import AnalyzedFood, MealFacts
from ml.words import singular

SAME_NAME = 85.0
"""Token set ratio of rapidfuzz from which two names mean one food: "the brocolli" and "broccoli"."""
CLEAR = 0.9
"""Score of the search from which a name that the food table lacks means a food for sure."""


class Plate:
    """The foods that words may mean: those of a meal, and those of a search."""

    def __init__(self, meal: MealFacts, search: FoodSearch) -> None:
        self.foods = meal.foods
        self._names = meal.known_foods
        self.search = search

    def named(self, name: str) -> list[AnalyzedFood]:
        """The foods of the meal that a name, or several ("the rice and the egg"), mean; "it" is the only one.

        None does where the name is of a part ("the pizza crust") or says where ("the sugar in the tea").
        """
        plain = plain_name(name)
        if re.fullmatch(IT, plain):
            return list(self.foods) if len(self.foods) == 1 else []
        if foods := self._called(plain):
            return foods
        parts = [self._called(plain_name(part)) for part in AND.split(plain)]
        meant = [food for part in parts for food in part]
        return [food for food in self.foods if food in meant] if all(parts) else []

    def _called(self, name: str) -> list[AnalyzedFood]:
        label = self.label(name)
        if exact := [food for food in self.foods if food.item.label == label]:
            return exact
        return [food for food in self.foods if self._may_be(name, label, food)]

    def _may_be(self, name: str, label: str | None, food: AnalyzedFood) -> bool:
        """Whether a food is of a broader name, such as "the salad", or a misspelt one."""
        called, its_own = _singular(name), _singular(food.item.label)
        if label is not None:
            return self.is_a(food, label) or f" {its_own}".endswith(f" {called}")
        likeness = fuzz.token_set_ratio(called, its_own, processor=default_process)
        return likeness >= SAME_NAME and len(called.split()) <= len(its_own.split())

    def is_a(self, food: AnalyzedFood, label: str) -> bool:
        """Whether a food is what a label means, or a kind of it: an orange is a fruit."""
        kind = food.food
        while kind is not None and kind.label != label:
            kind = self.search.resolve(kind.parent)[1] if kind.parent else None
        return kind is not None

    def label(self, name: str) -> str | None:
        """The label of the food table that the whole of a name means."""
        found = {(start, end): label for start, end, label in self._names.find(name)}
        return found.get((0, len(name)))

    def labels_in(self, text: str) -> set[str]:
        """The labels of the food table that are named anywhere."""
        return {label for _, _, label in self._names.find(text)}

    def is_clear(self, name: str) -> bool:
        """Whether a name means a food for sure."""
        if self.label(name) is not None:
            return True
        best = self.search.search(name, limit=1)
        return bool(best) and best[0].score >= CLEAR


def plain_name(name: str) -> str:
    """A name without article and space around it."""
    return re.sub(r"^(?:of\s+)?(?:(?:an?|the|some|my|our|any|both)\s+)?", "", name.strip(" ,"))


def _singular(name: str) -> str:
    return " ".join(map(singular, name.split()))
