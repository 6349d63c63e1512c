"""Several foods in one text: "an apple and a banana", "eggs on toast", "Schnitzel mit Pommes"."""

from __future__ import annotations

import re

from ml.corrections.quantities import read_quantity
from ml.nutrition.search import FoodSearch

_JOINED = re.compile(r"\s*[,&+]\s*(?:and\s+)?|\s+(?:and|with|on|und|mit|auf|y|con)\s+", re.IGNORECASE)
MOST_PARTS = 3
"""Of the name of a food in a list: "tea with milk" has two."""


def listed(text: str, search: FoodSearch) -> list[str]:
    """The foods that a text lists, each with its amount; "tea with milk and sugar" are two.

    Only where each is the name of a food: of anything else the whole may be what is meant.
    """
    if _is_food(text, search):
        return [text]
    joints = list(_JOINED.finditer(text))
    starts = [0, *(joint.end() for joint in joints)]
    ends = [*(joint.start() for joint in joints), len(text)]
    foods: list[str] = []
    first = 0
    while first < len(starts):
        lasts = range(first, min(first + MOST_PARTS, len(ends)))
        last = max((i for i in lasts if _is_food(text[starts[first] : ends[i]], search)), default=None)
        if last is None:
            return [text]
        foods.append(text[starts[first] : ends[last]].strip())
        first = last + 1
    return foods


def _is_food(text: str, search: FoodSearch) -> bool:
    """Whether a text is the name of a food, with its amount or without."""
    return search.is_name(read_quantity(text.strip()).food)
