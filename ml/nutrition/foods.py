"""The reviewed tables in assets/nutrition: for each label its database row, density, diet and names."""

from __future__ import annotations

import csv
import math
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import cast

from rapidfuzz import fuzz, process

from ml.nutrition.database import DATABASE, NutritionDataError, food_id
from ml.nutrition.food_names import FoodNames
from ml.nutrition.nutrient_names import NUTRIENT
from ml.redact import name_of
from ml.types import Answer, Diet, Food, Measure
from ml.words import singular

LANGUAGES = ("en", "de", "es")
DIET = tuple(field.name for field in fields(Diet))
SIMILAR = 85.0
SHORTEST_TYPO = 5
"""Shorter words are too near to other foods: goat to oat, sake to cake."""
SERVING_WORD = re.compile(
    r"\b(an?|the|some|of|side|slice|piece|bowl|plate|cup|glass|portion|serving|fresh|ripe|grilled|roasted|"
    r"roast|baked|steamed|boiled|cooked|sliced|diced|chopped|homemade|whole)\b"
)


class FoodTable:
    """The rows of foods.csv, with names.csv and measures.csv beside it, by label, alias or a typed name.

    `labels` holds every label in the table's order and `names` finds them and their aliases in a text, but
    for `NUTRIENT`; of names that differ in number alone ("peppers", "pepper") it knows the table's first.
    `parents` maps a label to its broader label ("tiramisu" to "cake") and holds only labels that have one;
    `named` gives the names in a language, the one to show first, of labels and some rows of the database.
    Raises `NutritionDataError` when a file cannot be read.

    >>> foods = FoodTable("assets/nutrition/foods.csv")
    >>> foods.get("donut").label, foods.find("a slice of red velvet cakes").label
    ('doughnut', 'red velvet cake')
    """

    name = version = DATABASE

    def __init__(self, path: str | Path) -> None:
        try:
            rows, translations = _rows(Path(path)), _rows(Path(path).with_name("names.csv"))
            measures: dict[str, list[Measure]] = defaultdict(list)
            for row in _rows(Path(path).with_name("measures.csv")):
                measures[row["label"]].append(Measure(row["measure"], _amount(row["grams"])))
            self._foods = {row["label"]: _food(row, tuple(measures[row["label"]])) for row in rows}
            names = {row["label"]: (row["label"], *_listed(row["aliases"])) for row in rows}
            named = {language: _by_label(translations, language) for language in LANGUAGES}
            self.named: Mapping[str, Mapping[str, tuple[str, ...]]] = named | {"en": names | named["en"]}
        except (OSError, KeyError, ValueError, TypeError, AttributeError, csv.Error) as error:
            raise NutritionDataError(
                f"The food table {name_of(path)} is missing or damaged; restore it from the repository."
            ) from error
        self._label_of = {name: label for label, of_label in names.items() for name in of_label}
        first_last = dict(reversed(self._label_of.items()))
        self._label_of_singular = {_singular(name): label for name, label in first_last.items()}
        self.labels = tuple(self._foods)
        self.names = FoodNames({n: label for n, label in first_last.items() if not NUTRIENT.fullmatch(n)})
        self.parents = {food.label: food.parent for food in self._foods.values() if food.parent is not None}

    def get(self, name: str) -> Food | None:
        """The food with this label or alias, whatever the case; None when there is none."""
        label = self._label_of.get(name.casefold().strip())
        return None if label is None else self._foods[label]

    def find(self, text: str) -> Food | None:
        """The food that a typed name means, allowing for plurals, serving words and small typos, or None."""
        name = _singular(text)
        plain = " ".join(SERVING_WORD.sub(" ", name).split())
        label = self._label_of_singular.get(name) or self._label_of_singular.get(plain)
        if label is None and len(plain) >= SHORTEST_TYPO:
            best = process.extractOne(
                plain, self._label_of_singular.keys(), scorer=fuzz.token_sort_ratio, score_cutoff=SIMILAR
            )
            label = self._label_of_singular[best[0]] if best else None
        return None if label is None else self._foods[label]

    def names_by_id(self) -> dict[int, tuple[str, ...]]:
        """For each database row that labels point to, or that has an English name, all its names."""
        names: dict[int, tuple[str, ...]] = {}
        for label, of_label in self.named["en"].items():
            row = self._foods[label].food_id if label in self._foods else food_id(label)
            names[row] = names.get(row, ()) + of_label
        return names


def _rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table. Raises ValueError when some of them lack a cell."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    if not rows or any(None in row.values() for row in rows):
        raise ValueError("cut short")
    return rows


def _by_label(translations: list[dict[str, str]], language: str) -> dict[str, tuple[str, ...]]:
    return {row["label"]: names for row in translations if (names := _listed(row[language]))}


def _listed(names: str) -> tuple[str, ...]:
    return tuple(filter(None, names.split(";")))


def _food(row: dict[str, str], measures: tuple[Measure, ...]) -> Food:
    return Food(
        label=row["label"],
        parent=row["parent"] or None,
        food_id=food_id(row["description"]),
        density_g_cm3=_amount(row["density_g_cm3"]),
        serving_g=_amount(row["serving_g"]),
        shape=row["shape"],
        diet=Diet(**{name: cast(Answer, row[name]) for name in DIET}),
        piece=row["piece"] or None,
        piece_g=_amount(row["piece_g"]) if row["piece"] else None,
        measures=measures,
    )


def _amount(text: str) -> float:
    """A finite number above 0. Raises ValueError."""
    amount = float(text)
    if not 0 < amount < math.inf:
        raise ValueError(f"{text} is no amount")
    return amount


def _singular(text: str) -> str:
    """Lower-case words with English plural endings removed: "French Fries" and "french fry" become one."""
    return " ".join(singular(word) for word in text.casefold().replace("-", " ").split())
