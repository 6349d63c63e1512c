"""A usual amount of what is added without one."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ml.corrections.amounts import CATEGORY_G, serving
from ml.nutrition.database import FoodDatabase
from ml.nutrition.foods import FoodTable
from ml.nutrition.search import FoodSearch

NUTRITION = Path(__file__).parents[3] / "assets/nutrition"


@pytest.fixture(scope="module")
def search():
    return FoodSearch(FoodTable(NUTRITION / "foods.csv"), FoodDatabase(NUTRITION / "foods.sqlite"))


@pytest.mark.parametrize(
    ("name", "grams"),
    [
        ("sugar", 4),
        ("salt", 1),
        ("Sahne", 15),
        ("sunflower oil", 14),
        ("brown sugar", 4),
        ("vinegar", 15),
        ("vegan mayonnaise", 15),
        ("Hazelnuts", 30),
        ("Big Mac", 219),
        ("granola bar", 40),
        ("ginger ale", 360),
        ("skimmed milk", 240),
        ("steak pie", 240),
        ("falafel wrap", 140),
        ("White Russian", 150),
        ("Rabbit", 100),
    ],
)
def test_as_much_is_added_as_is_usual_of_its_kind(search, name, grams):
    _, food, record = search.resolve(name)
    assert serving(food, record).mass_g.value == pytest.approx(grams)


def test_the_categories_are_those_of_the_database():
    with closing(sqlite3.connect(NUTRITION / "foods.sqlite")) as connection:
        rows = connection.execute("SELECT DISTINCT category FROM food")
        assert CATEGORY_G.keys() <= {category for (category,) in rows}
