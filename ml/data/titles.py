"""Which food a photo shows, by its file name: how people label the photos that they share."""

from __future__ import annotations

import re
from pathlib import Path

from ml.data.tables import read_rows
from ml.nutrition.foods import FoodTable
from ml.types import NOT_FOOD

FOLDER = Path(__file__).parent
ASIDE = re.compile(r"\b(with|in|on|and|for|without|by|from|de|topped|served|n)\b")
"""Where the head of an English dish's name ends: "salmon with green beans" is salmon."""

NOISE = re.compile(r"[^a-z]+")
LONGEST = 5
"""Words in a name, at most."""


class TitleReader:
    """Finds the foods of a table by their names, and by those of `title_foods.csv` beside this file.

    `UNKNOWN_FOOD` is a food, such as gulab jamun, that the table does not have.
    A title that is nothing but the name of a thing of `title_things.csv` ("sofa-2.jpg") shows no food.
    """

    def __init__(self, foods: FoodTable) -> None:
        names = {name: foods.get(name) for row in foods.names_by_id().values() for name in row}
        self._labels = {_joined(name): food.label for name, food in names.items() if food}
        self._labels |= {_joined(row["name"]): row["label"] for row in read_rows(FOLDER / "title_foods.csv")}
        self._things = {_joined(row["name"]) for row in read_rows(FOLDER / "title_things.csv")}

    def read(self, title: str) -> str | None:
        """The label of a file name ("12-creamy_tomato-soup with basil.jpg"), or None.

        Of the words before the first "with" or "and", the longest name that ends them all counts, then the
        longest that ends one word before, since a title often closes with a word that says nothing.
        """
        plain = NOISE.sub(" ", title.rsplit(".", 1)[0].casefold()).strip()
        head = ASIDE.split(plain)[0].split()
        if label := self._label(plain.split()):
            return label
        if _joined(plain) in self._things:
            return NOT_FOOD
        for words in (head, head[:-1]):
            for start in range(max(0, len(words) - LONGEST), len(words)):
                if label := self._label(words[start:]):
                    return label
        return None

    def _label(self, words: list[str]) -> str | None:
        name = "".join(words)
        singular = re.sub(r"(?<=[a-z]{2})s$", "", name)
        for form in (name, singular, re.sub(r"(?<=[a-z]{2})e$", "", singular), f"{name}s"):
            if form in self._labels:
                return self._labels[form] or None
        return None


def _joined(name: str) -> str:
    return NOISE.sub("", name.casefold())
