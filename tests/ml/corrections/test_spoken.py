"""Corrections in words become edits; questions don't."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml.corrections.spoken import read
from ml.nutrition.facts import add_up
from ml.nutrition.foods import FoodTable
from ml.types import AnalyzedFood, Candidate, FoodItem, Interval, MealFacts, Portion

FOODS = FoodTable(Path(__file__).parents[3] / "assets/nutrition/foods.csv")


def meal(*labels: str) -> MealFacts:
    """Foods of 100 g, with the ids 1, 2, …"""
    hundred = Interval(100, 80, 120)
    foods = [
        AnalyzedFood(
            FoodItem(label, 0.9, (Candidate(label, 0.9),)),
            Portion(0.0, hundred, hundred),
            FOODS.get(label),
            None,
            None,
            id=number,
        )
        for number, label in enumerate(labels, 1)
    ]
    return add_up(foods, None, FOODS.names)


def rename(number: int, food: str) -> dict:
    return {"edit": "rename", "id": number, "food": food}


def weigh(number: int, grams: float) -> dict:
    return {"edit": "weigh", "id": number, "grams": grams}


def eat(number: int | None, share: float) -> dict:
    return {"edit": "eat", "id": number, "share": pytest.approx(share, abs=0.01)}


def test_nothing_of_a_meal_without_foods_is_corrected() -> None:
    assert read("It weighs 150 g", meal()) is None


@pytest.mark.parametrize(
    ("message", "labels", "edits"),
    [
        ("It's tacos, not pizza.", ("pizza", "rice"), [rename(1, "tacos")]),
        ("it’s tacos not a pizza", ("pizza", "rice"), [rename(1, "tacos")]),
        ("That is not pizza but tacos", ("rice", "pizza"), [rename(2, "tacos")]),
        ("The pizza is actually an omelette", ("pizza", "rice"), [rename(1, "omelette")]),
        ("It's actually watermelon", ("hamburger",), [rename(1, "watermelon")]),
        ("these are dumplings", ("ravioli",), [rename(1, "dumplings")]),
        ("It weighs 150 g", ("rice",), [weigh(1, 150)]),
        ("The rice weighs about 0,2 kg", ("egg", "rice"), [weigh(2, 200)]),
        ("the rice weighs 1,500 g", ("egg", "rice"), [weigh(2, 1500)]),
        ("the rice weighs 0,125 kg", ("egg", "rice"), [weigh(2, 125)]),
        ("the eggs are 120 grams", ("egg", "egg"), [weigh(1, 60), weigh(2, 60)]),
        ("I only ate half", ("rice", "egg"), [eat(None, 0.5)]),
        ("I only ate half of the rice!", ("rice", "egg"), [eat(1, 0.5)]),
        ("we ate 30 % of it", ("rice",), [eat(None, 0.3)]),
        ("two of the four eggs", ("egg",), [eat(1, 0.5)]),
        ("I just had 1 of 3 eggs", ("egg", "bread"), [eat(1, 0.33)]),
        ("there is no bread", ("egg", "bread"), [{"edit": "remove", "id": 2}]),
        ("I didn't eat the bread", ("egg", "bread"), [{"edit": "remove", "id": 2}]),
        ("add 10 g of olive oil", ("salad",), [{"edit": "add", "food": "olive oil", "grams": 10}]),
        ("I also drank a glass of milk", ("egg",), [{"edit": "add", "food": "glass of milk", "grams": None}]),
    ],
)
def test_what_is_said_becomes_edits(message, labels, edits) -> None:
    spoken = read(message, meal(*labels))
    assert spoken is not None
    assert list(spoken.edits) == edits
    assert spoken.said


@pytest.mark.parametrize("message", ["It weighs 150 g", "it's actually tacos"])
def test_it_is_asked_back_where_it_may_be_several(message) -> None:
    spoken = read(message, meal("rice", "egg"))
    assert spoken is not None
    assert not spoken.edits
    assert "Which do you mean, the rice or the egg?" in spoken.said


@pytest.mark.parametrize(
    "message",
    [
        "",
        "Is it tacos, not pizza?",
        "How much protein is in the rice?",
        "it's good",
        "I want to eat more fibre",
        "the rice is tasty",
        "the rice is really good",
        "the egg is actually fried",
        "I had mostly rice",
        "tell me about 30 g of protein",
        "not now",
        "what if I ate half?",
        "I had a bad day",
        "add more questions. " * 50,
    ],
)
def test_other_messages_correct_nothing(message) -> None:
    assert read(message, meal("rice", "egg")) is None
