"""Which words of a text are foods of the meal."""

from pathlib import Path

import pytest

from ml.corrections.editor import MealEditor
from ml.insights.checks.facts import MEAL
from ml.insights.checks.mentions import Mentions
from ml.nutrition.database import FoodDatabase
from ml.nutrition.facts import add_up
from ml.nutrition.foods import FoodTable
from ml.nutrition.search import FoodSearch

NUTRITION = Path(__file__).parents[3] / "assets/nutrition"


@pytest.fixture(scope="module")
def sweetened_tea():
    foods = FoodTable(NUTRITION / "foods.csv")
    editor = MealEditor(foods, FoodSearch(foods, FoodDatabase(NUTRITION / "foods.sqlite")))
    return Mentions(editor.add(editor.add(add_up([], None, foods.names), "tea"), "sugar"))


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("The meal holds 4 g of sugar.", [MEAL]),
        ("The tea has 0 g of sugar.", ["tea"]),
        ("The sugar has 16 kcal.", ["sugar"]),
    ],
)
def test_sugar_in_a_meal_is_a_food_where_it_is_the_sugar(sweetened_tea, text, subjects):
    assert [mention.subject for mention in sweetened_tea.find(text)] == subjects
