"""Corrections in words become edits; questions don't."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml.corrections.editor import MealEditor
from ml.corrections.spoken import read
from ml.nutrition.database import FoodDatabase
from ml.nutrition.facts import add_up
from ml.nutrition.foods import FoodTable
from ml.nutrition.search import FoodSearch
from ml.types import AnalyzedFood, Candidate, FoodItem, Interval, MealFacts, Portion

NUTRITION = Path(__file__).parents[3] / "assets/nutrition"
FOODS = FoodTable(NUTRITION / "foods.csv")
BREAKFAST = ("tea", "coffee", "toast", "bread", "egg", "bacon")
DINNER = ("grilled salmon", "rice", "broccoli", "salad", "pizza", "hamburger")


@pytest.fixture(scope="module")
def search() -> FoodSearch:
    return FoodSearch(FOODS, FoodDatabase(NUTRITION / "foods.sqlite"))


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


def remove(*numbers: int) -> list[dict]:
    return [{"edit": "remove", "id": number} for number in numbers]


def add(food: str, grams: float | None = None) -> dict:
    return {"edit": "add", "food": food, "grams": grams}


def test_nothing_of_a_meal_without_foods_is_corrected(search) -> None:
    assert read("It weighs 150 g", meal(), search) is None


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
        (
            "the rice was about one cup",
            ("rice", "egg"),
            [{"edit": "measure", "id": 1, "amount": 1, "measure": "cup"}],
        ),
        ("it was two slices", ("pizza",), [{"edit": "measure", "id": 1, "amount": 2, "measure": "slice"}]),
        ("I ate it all", ("rice", "egg"), [eat(None, 1)]),
        ("I ate everything", ("rice", "egg"), [eat(None, 1)]),
        ("All gone!", ("rice", "egg"), [eat(None, 1)]),
        ("I finished my plate", ("rice", "egg"), [eat(None, 1)]),
        ("there was nothing left", ("rice", "egg"), [eat(None, 1)]),
        ("I ate it all except the egg", ("rice", "egg"), remove(2)),
        ("two of the four eggs", ("egg",), [eat(1, 0.5)]),
        ("I just had 1 of 3 eggs", ("egg", "bread"), [eat(1, 0.33)]),
        ("there is no bread", ("egg", "bread"), remove(2)),
        ("I didn't eat the bread", ("egg", "bread"), remove(2)),
        ("without bread", BREAKFAST, remove(4)),
        ("we had no bread", BREAKFAST, remove(4)),
        ("there is no bread on the plate", BREAKFAST, remove(4)),
        ("don't count the bread", BREAKFAST, remove(4)),
        ("remove both eggs", ("egg", "egg", "bread"), remove(1, 2)),
        ("No bread, please", BREAKFAST, remove(4)),
        ("please take the bread out", BREAKFAST, remove(4)),
        ("take out the eggs and the bacon", BREAKFAST, remove(5, 6)),
        ("remove the rice and beans", ("rice", "black beans", "egg"), remove(1, 2)),
        ("remove the salad", ("caesar salad", "salad dressing"), remove(1)),
        ("there is no salmon, only rice", DINNER, remove(1)),
        ("I ate all but the rice", DINNER, remove(2)),
        ("remove all of the bread", BREAKFAST, remove(4)),
        ("there's no rice, it's quinoa", DINNER, [rename(2, "quinoa")]),
        ("it isn't rice, it's quinoa", DINNER, [rename(2, "quinoa")]),
        ("No, it's goat cheese, not rice", DINNER, [rename(2, "goat cheese")]),
        ("the rice is quinoa", DINNER, [rename(2, "quinoa")]),
        ("the rice isn't rice, it's quinoa", DINNER, [rename(2, "quinoa")]),
        ("swap rice for quinoa", DINNER, [rename(2, "quinoa")]),
        ("replace the rice with quinoa", DINNER, [rename(2, "quinoa")]),
        ("change the rice to quinoa", DINNER, [rename(2, "quinoa")]),
        ("change the rice to 200 g", DINNER, [weigh(2, 200)]),
        ("not 160 g of rice but 200 g", DINNER, [weigh(2, 200)]),
        ("200 g rice", DINNER, [weigh(2, 200)]),
        ("rice: 200 g", DINNER, [weigh(2, 200)]),
        ("it's 200 g of rice, not 160 g", DINNER, [weigh(2, 200)]),
        ("the rice and broccoli weigh 300 g", DINNER, [weigh(2, 150), weigh(3, 150)]),
        ("I ate 2/3 of the rice", DINNER, [eat(2, 0.67)]),
        ("I ate 50% of the pizza", DINNER, [eat(5, 0.5)]),
        ("she ate one third of it", DINNER, [eat(None, 0.33)]),
        ("I left half the rice", DINNER, [eat(2, 0.5)]),
        ("I didn't eat a quarter of the rice", DINNER, [eat(2, 0.75)]),
        ("remove half of the bread", BREAKFAST, [eat(4, 0.5)]),
        ("I drank half the tea and all of the coffee", BREAKFAST, [eat(1, 0.5), eat(2, 1)]),
        ("I ate half the eggs and the bacon", BREAKFAST, [eat(5, 0.5), eat(6, 0.5)]),
        ("I ate half a cup of rice", DINNER, [{"edit": "measure", "id": 2, "amount": 0.5, "measure": "cup"}]),
        ("add 10 g of olive oil", ("salad",), [add("olive oil", 10)]),
        ("add olive oil to the salad", ("salad",), [add("olive oil")]),
        ("I also drank a glass of milk", ("egg",), [add("a glass of milk")]),
        ("add two eggs", ("salad",), [add("two eggs")]),
        (
            "add an apple, a banana and 20 g of honey",
            ("egg",),
            [*map(add, ("an apple", "a banana")), add("honey", 20)],
        ),
        ("add macaroni and cheese", ("egg",), [add("macaroni and cheese")]),
        ("add one more egg", ("egg",), [add("one more egg")]),
        ("add more rice", DINNER, [add("rice")]),
        ("I also drank half a litre of milk", ("egg",), [add("milk", 500)]),
        ("the rice weighs 1 lb", DINNER, [weigh(2, 453.6)]),
        ("I ate 70 percent of the rice", DINNER, [eat(2, 0.7)]),
        ("I ate half of the pizza and left the rest", DINNER, [eat(5, 0.5)]),
        ("remove the rice from the plate", DINNER, remove(2)),
        ("there is no rice and no broccoli", DINNER, remove(2, 3)),
        ("I didn't eat an egg", BREAKFAST, remove(5)),
        ("remove the fruit", ("orange", "apple", "egg"), remove(1, 2)),
        ("no it's a quiche", ("pizza",), [rename(1, "quiche")]),
    ],
)
def test_what_is_said_becomes_edits(search, message, labels, edits) -> None:
    spoken = read(message, meal(*labels), search)
    assert spoken is not None
    assert list(spoken.edits) == edits
    assert spoken.said


@pytest.mark.parametrize(
    ("message", "labels", "said"),
    [
        ("there is no sugar in the tea", BREAKFAST, "Only a whole food"),
        ("no butter on the toast", BREAKFAST, "Only a whole food"),
        ("there is no dressing on the salad", DINNER, "Only a whole food"),
        ("there is no cheese in the burger", DINNER, "Only a whole food"),
        ("no dressing", DINNER, "Only a whole food"),
        ("I didn't eat the pizza crust", DINNER, "Only a whole food"),
        ("remove one slice of bread", BREAKFAST, "Only a whole food"),
        ("remove some rice", DINNER, "Only a whole food"),
        ("remove the croutons from the salad", DINNER, "Only a whole food"),
        ("remove the chicken", ("chicken curry",), "Only a whole food"),
        ("remove the rice and the crust", DINNER, "Only a whole food"),
        ("I didn't eat an egg", ("egg", "egg"), 'say for example "remove the egg"'),
        ("no bacon left", BREAKFAST, 'say for example "remove the bacon"'),
        ("remove the crust", ("pizza",), 'say for example "remove the pizza" or "I ate half of the pizza"'),
        ("I didn't eat all of the bread", BREAKFAST, 'Say for example "I ate half of the bread"'),
        ("add a pinch of salt", DINNER, "such as 1 g of salt"),
        ("I ate a pile of rice", DINNER, "How much is that?"),
        ("the salad dressing weighs 30 g", DINNER, 'say "add 30 g of salad dressing"'),
        ("remove it", ("rice", "egg"), "Which do you mean, the rice or the egg?"),
        ("20 g of honey", DINNER, 'say "add 20 g of honey"'),
        ("add the calories", DINNER, 'No food is known for sure by the name "calories"'),
        ("add fiber", DINNER, 'by the name "fiber"'),
        ("it's roasted, not salmon", DINNER, 'by the name "roasted"'),
    ],
)
def test_what_can_not_be_done_is_said_and_changes_nothing(search, message, labels, said) -> None:
    spoken = read(message, meal(*labels), search)
    assert spoken is not None
    assert not spoken.edits
    assert said in spoken.said


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("the rice and broccoli weigh 300 g", "rice and broccoli are now 300 g together"),
        ("the salmon weighs 90 g", "grilled salmon is now 90 g"),
        ("add 2 eggs", "2 eggs added"),
        ("remove the rice and the salad", "rice and salad are taken out"),
    ],
)
def test_what_was_done_is_said(search, message, said) -> None:
    spoken = read(message, meal(*DINNER), search)
    assert spoken is not None
    assert spoken.said == said


def test_foods_said_to_weigh_something_together_keep_their_proportion(search) -> None:
    first = meal("rice", "broccoli")
    heavier = MealEditor(FOODS, search).weigh(first, 1, 300)
    spoken = read("the rice and broccoli weigh 200 g", heavier, search)
    assert spoken is not None
    assert list(spoken.edits) == [weigh(1, 150), weigh(2, 50)]


@pytest.mark.parametrize("message", ["It weighs 150 g", "it's actually tacos"])
def test_it_is_asked_back_where_it_may_be_several(search, message) -> None:
    spoken = read(message, meal("rice", "egg"), search)
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
        "there is no way this is 500 kcal",
        "no thanks",
        "it's not brown rice",
        "swap the rice for something healthier",
        "the egg isn't vegan but the rice is",
        "without the egg how many calories is it",
        "no egg, is it vegan then",
        "no nuts, I'm allergic",
        "I left one egg",
        "I ate one egg",
        "the egg is an egg",
        "the rice was a disaster",
        "add more questions. " * 50,
    ],
)
def test_other_messages_correct_nothing(search, message) -> None:
    assert read(message, meal("rice", "egg"), search) is None


@pytest.mark.parametrize("message", ["The bacon is meat", "the orange is a fruit", "the toast is bread"])
def test_what_is_true_of_a_food_gives_it_no_broader_name(search, message) -> None:
    assert read(message, meal("bacon", "orange", "toast", "bread"), search) is None
