"""Corrections that reach every food they may be of, and no more than that."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml.corrections.editor import MealEditor
from ml.corrections.rows import CorrectionError
from ml.nutrition.database import FoodDatabase
from ml.nutrition.facts import add_up
from ml.nutrition.foods import FoodTable
from ml.nutrition.search import FoodSearch
from ml.types import AnalyzedFood, Candidate, FoodItem, Interval, MealFacts, Portion

NUTRITION = Path(__file__).parents[3] / "assets/nutrition"
FOODS = FoodTable(NUTRITION / "foods.csv")


@pytest.fixture(scope="module")
def editor() -> MealEditor:
    return MealEditor(FOODS, FoodSearch(FOODS, FoodDatabase(NUTRITION / "foods.sqlite")))


def meal(count: int | None = None, **grams: float) -> MealFacts:
    foods = []
    for number, (name, mass) in enumerate(grams.items(), 1):
        label = name.replace("_", " ")
        amount = Interval(mass, 0.8 * mass, 1.2 * mass)
        item = FoodItem(label, 0.9, (Candidate(label, 0.9), Candidate("taco", 0.1)))
        portion = Portion(0.0, amount, amount, count)
        foods.append(AnalyzedFood(item, portion, FOODS.get(label), None, None, id=number))
    return add_up(foods, None, FOODS.names)


def grams(meal: MealFacts) -> dict[str, float]:
    return {food.item.label: food.portion.mass_g.value for food in meal.foods}


def test_what_is_left_is_taken_off_once_where_it_may_be_either_of_two_foods(editor) -> None:
    after = editor.leftovers(meal(tiramisu=100, carrot_cake=100), meal(cake=60))
    assert sum(grams(after).values()) == pytest.approx(140)


def test_what_is_left_is_taken_off_the_food_of_its_own_name(editor) -> None:
    after = editor.leftovers(meal(cake=100, carrot_cake=100), meal(carrot_cake=60))
    assert grams(after) == pytest.approx({"cake": 100, "carrot cake": 40})


@pytest.mark.parametrize(("factor", "count"), [(2, 6), (1 / 3, 1), (0.5, None)])
def test_another_amount_is_another_number_of_pieces(editor, factor: float, count: int | None) -> None:
    assert editor.multiply(meal(3, egg=150), 1, factor).foods[0].portion.count == count


def test_an_amount_that_a_person_changed_is_not_weighed_anew_by_another_name(editor) -> None:
    doubled = editor.multiply(meal(rice=100), 1, 2)
    assert grams(editor.rename(doubled, 1, "pasta")) == {"pasta": 200}


def test_a_weight_that_a_person_gave_takes_less_room_where_the_food_is_a_denser_one(editor) -> None:
    weighed = editor.weigh(meal(popcorn=50), 1, 100)
    renamed = editor.rename(weighed, 1, "apple")
    assert grams(renamed) == {"apple": 100}
    assert renamed.foods[0].portion.volume_cm3.value < 0.5 * weighed.foods[0].portion.volume_cm3.value


@pytest.mark.parametrize(
    ("name", "label", "mass"),
    [
        ("2 eggs", "egg", 100),
        ("two eggs", "egg", 100),
        ("another egg", "egg", 50),
        ("3 sugars", "sugar", 12),
        ("2 tsp of sugar", "sugar", 8.4),
        ("half an avocado", "avocado", 75),
        ("half a pizza", "pizza", 215),
        ("2 slices of toast", "toast", 50),
        ("1 tbsp of olive oil", "olive oil", 13.5),
        ("1/2 cup rice", "rice", 79),
        ("200 g of rice", "rice", 200),
        ("0,5 kg potatoes", "potato", 500),
        ("two coffees", "coffee", 480),
        ("2 portions of rice", "rice", 320),
        ("olive oil", "olive oil", 14),
        ("½ avocado", "avocado", 75),
        ("1 1/2 cups of rice", "rice", 237),
        ("one and a half bananas", "banana", 177),
        ("a dozen eggs", "egg", 600),
        ("a couple of eggs", "egg", 100),
        ("zwei Eier", "egg", 100),
        ("eine halbe Avocado", "avocado", 75),
        ("eine Handvoll Nüsse", "nuts", 30),
        ("1 EL Olivenöl", "olive oil", 13.5),
        ("250 Gramm Quark", "cottage cheese", 250),
        ("zwei Scheiben Brot", "bread", 60),
        ("dos huevos", "egg", 100),
        ("media manzana", "apple", 91),
        ("un vaso de leche", "milk", 258),
        ("100 g de arroz", "rice", 100),
        ("una tarta de manzana", "apple pie", 130),
        ("rice and beans", "rice and beans", 250),
        ("slice of ham", "ham", 28),
        ("Tasse Kaffee", "coffee", 237),
        ("2 pizza slices", "pizza", 214),
        ("10 cucumber slices", "cucumber", 70),
        ("5 cherry tomatoes", "cherry tomatoes", 85),
        ("a chocolate bar", "chocolate", 44),
        ("half a baguette", "baguette", 125),
        ("half a chicken", "chicken", 299),
        ("zwei Wiener", "frankfurter", 114),
        ("una morcilla", "blood sausage", 55),
        ("1 EL Nutella", "chocolate hazelnut spread", 18.5),
        ("a pint of beer", "beer", 473),
        ("a shot of vodka", "vodka", 42),
        ("whisky", "whiskey", 42),
        ("ein Gin Tonic", "gin and tonic", 225),
        ("un chupito de ron", "rum", 42),
        ("ein Glas Sekt", "sparkling wine", 120),
        ("2 Twix", "twix", 100),
        ("3 oreos", "chocolate sandwich cookie", 33),
        ("a packet of crisps", "potato chips", 25),
    ],
)
def test_as_much_is_added_as_is_said(editor, name: str, label: str, mass: float) -> None:
    food = editor.add(meal(salad=100), name).foods[-1]
    assert (food.item.label, food.portion.mass_g.value) == (label, pytest.approx(mass))


@pytest.mark.parametrize(
    ("name", "masses"),
    [
        ("an apple and a banana", {"apple": 182, "banana": 118}),
        ("2 slices of toast with butter", {"toast": 50, "butter": 10}),
        ("Schnitzel mit Pommes", {"schnitzel": 160, "french fries": 120}),
        ("un huevo, pan y dos tomates", {"egg": 50, "bread": 30, "tomato": 246}),
        ("scrambled eggs on toast", {"scrambled eggs": 120, "toast": 25}),
        ("tea with milk and sugar", {"tea with milk": 240, "sugar": 4}),
        (
            "Brot mit Nutella und Kaffee mit Milch",
            {"bread": 30, "chocolate hazelnut spread": 20, "coffee with milk": 240},
        ),
    ],
)
def test_several_foods_are_added_at_once(editor, name: str, masses: dict[str, float]) -> None:
    assert grams(editor.add(meal(salad=100), name)) == {"salad": 100} | masses


def test_grams_count_before_an_amount_in_the_name(editor) -> None:
    assert grams(editor.add(meal(salad=100), "2 eggs", 90))["egg"] == 90


@pytest.mark.parametrize(
    "name", ["a pinch of salt", "two bags of potato chips", "1000 eggs", "3 rabbits", "5 avocado slices"]
)
def test_an_amount_that_nobody_knows_is_asked_for(editor, name: str) -> None:
    with pytest.raises(CorrectionError, match=r"Say grams|at most 5,000 g"):
        editor.add(meal(salad=100), name)
