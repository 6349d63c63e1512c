"""Every label leads to a real, plausible row, with density, serving, shape and diet that hold together."""

from collections import Counter
from pathlib import Path
from shutil import copy

import pytest

from ml.data.nutrition import check_energy
from ml.nutrition.alcohol import ALCOHOLIC
from ml.nutrition.database import FoodDatabase, NutritionDataError
from ml.nutrition.foods import FoodTable
from ml.portion.shapes import SHAPES
from ml.types import NUTRIENTS

ASSETS = Path("assets/nutrition")


@pytest.fixture(scope="module")
def foods():
    return FoodTable(ASSETS / "foods.csv")


@pytest.fixture(scope="module")
def database():
    return FoodDatabase(ASSETS / "foods.sqlite")


def test_every_label_has_a_row_whose_energy_agrees_with_its_nutrients(foods, database):
    for label in foods.labels:
        record = database.by_id(foods.get(label).food_id)
        assert record is not None, label
        check_energy(record.per_100g, alcoholic=bool(ALCOHOLIC.search(record.category)))


@pytest.mark.parametrize(
    ("label", "low", "high"),
    [
        ("apple", 45, 65),
        ("banana", 85, 100),
        ("rice", 115, 140),
        ("egg", 135, 160),
        ("butter", 700, 760),
        ("olive oil", 870, 905),
        ("cucumber", 10, 20),
        ("french fries", 270, 330),
        ("pizza", 230, 300),
        ("chicken breast", 140, 190),
        ("grilled salmon", 180, 270),
        ("milk", 55, 70),
        ("cheddar", 390, 420),
        ("bread", 240, 290),
        ("falafel", 270, 350),
        ("creme brulee", 250, 350),
        ("sushi", 90, 160),
        ("miso soup", 15, 45),
        ("macarons", 380, 470),
        ("almonds", 570, 640),
        ("tofu", 70, 150),
        ("coffee", 0, 5),
    ],
)
def test_well_known_foods_have_well_known_calories(foods, database, label, low, high):
    assert low <= database.by_id(foods.get(label).food_id).per_100g.calories <= high


def test_nutrients_beyond_the_headline_are_known_and_right(foods, database):
    def per_100g(label):
        return database.by_id(foods.get(label).food_id).per_100g

    known = [
        (label, name)
        for label in foods.labels
        for name in NUTRIENTS
        if getattr(per_100g(label), name) is not None
    ]
    assert len(known) >= 0.99 * len(foods.labels) * len(NUTRIENTS)
    assert 50 <= per_100g("orange").vitamin_c_mg <= 65
    assert 320 <= per_100g("banana").potassium_mg <= 380
    assert 110 <= per_100g("milk").calcium_mg <= 130
    assert 350 <= per_100g("egg").cholesterol_mg <= 430
    assert 2 <= per_100g("steak").iron_mg <= 4
    assert 5 <= per_100g("grilled salmon").vitamin_d_ug <= 20


def test_densities_and_servings_are_those_of_food(foods):
    for label in foods.labels:
        food = foods.get(label)
        assert 0.02 <= food.density_g_cm3 <= 1.5, label
        assert 0.5 <= food.serving_g <= 500, label
        assert food.shape in SHAPES, label


def test_a_piece_is_named_and_is_no_heavier_than_a_plate_of_them(foods):
    for label in foods.labels:
        food = foods.get(label)
        assert (food.piece is None) == (food.piece_g is None), label
        assert food.piece_g is None or 0.5 <= food.piece_g <= 4 * food.serving_g, label
    egg, rice = foods.get("egg"), foods.get("rice")
    assert (egg.piece, egg.piece_g, rice.piece) == ("egg", 50.0, None)


def test_heavy_things_are_denser_than_airy_ones(foods):
    def density(label):
        return foods.get(label).density_g_cm3

    assert density("popcorn") < density("lettuce") < density("bread") < density("rice") < density("steak")
    assert density("potato chips") < density("french fries") < density("potato") < density("honey")


def test_diet_answers_do_not_contradict_each_other(foods):
    for label in foods.labels:
        diet = foods.get(label).diet
        answers = set(vars(diet).values())
        assert answers <= {"yes", "no", "maybe"}, label
        animal = [diet.dairy, diet.egg, diet.fish, diet.shellfish]
        if diet.vegan == "yes":
            assert diet.vegetarian == "yes" and set(animal) == {"no"}, label
        if diet.vegan == "maybe":
            assert diet.vegetarian != "no" and "yes" not in animal, label
        if diet.vegetarian == "yes":
            assert diet.fish == diet.shellfish == "no", label
        if diet.vegetarian == "maybe":
            assert "yes" not in (diet.fish, diet.shellfish), label


@pytest.mark.parametrize(
    ("label", "question", "answer"),
    [
        ("falafel", "vegan", "yes"),
        ("lasagna", "vegan", "no"),
        ("lasagna", "gluten", "yes"),
        ("grilled salmon", "fish", "yes"),
        ("paella", "shellfish", "yes"),
        ("pad thai", "nuts", "yes"),
        ("pad thai", "fish", "yes"),
        ("pad thai", "vegetarian", "no"),
        ("pho", "fish", "maybe"),
        ("dolma", "nuts", "maybe"),
        ("candy", "nuts", "maybe"),
        ("caesar salad", "fish", "maybe"),
        ("caesar salad", "egg", "maybe"),
        ("rice", "gluten", "no"),
        ("steak", "vegetarian", "no"),
        ("panna cotta", "vegetarian", "no"),
        ("honey", "vegan", "no"),
        ("edamame", "soy", "yes"),
        ("baklava", "nuts", "yes"),
        ("oat milk", "dairy", "no"),
        ("pepperoni", "vegetarian", "no"),
        ("broth", "vegetarian", "no"),
        ("fried tofu", "soy", "yes"),
        ("biscuits and gravy", "gluten", "yes"),
        ("chicken salad", "egg", "yes"),
        ("coffee with milk", "dairy", "yes"),
        ("protein powder", "dairy", "yes"),
        ("chocolate hazelnut spread", "nuts", "yes"),
        ("cheese sandwich", "gluten", "yes"),
        ("blood sausage", "vegetarian", "no"),
        ("oreo", "gluten", "yes"),
        ("snickers", "nuts", "yes"),
        ("twix", "gluten", "yes"),
        ("gummy bears", "vegetarian", "no"),
        ("seitan", "gluten", "yes"),
        ("prawn crackers", "shellfish", "yes"),
        ("vodka", "vegan", "yes"),
    ],
)
def test_diet_answers_that_matter_to_people(foods, label, question, answer):
    assert getattr(foods.get(label).diet, question) == answer


def test_parents_are_labels_and_lead_to_a_root(foods):
    for label in foods.parents:
        seen = {label}
        while (label := foods.parents.get(label)) is not None:
            assert label in foods.labels and label not in seen
            seen.add(label)
    assert foods.parents["tiramisu"] == "cake"
    assert foods.parents["lemon"] == foods.parents["satsuma"] == "citrus fruit"


def test_no_name_means_two_foods(foods):
    names = Counter(name for group in foods.names_by_id().values() for name in group)
    assert not [name for name, count in names.items() if count > 1]


def test_get_knows_labels_and_aliases_only(foods):
    assert foods.get("donut") is foods.get("doughnut")
    assert foods.get("Eggplant").label == "aubergine"
    assert foods.get("not food") is foods.get("unknown food") is foods.get("") is None


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("french fry", "french fries"),
        ("Strawberry", "strawberries"),
        ("a slice of red velvet cake", "red velvet cake"),
        ("steamed brocoli", "broccoli"),
        ("spagetti bolognese", "spaghetti bolognese"),
        ("two-egg omelette", None),
        ("kiwis", "kiwi"),
        ("crème brûlée", "creme brulee"),
        ("bicycle", None),
        ("goat", None),
        ("sake", None),
        ("", None),
        ("🍕" * 10_000, None),
    ],
)
def test_find_understands_what_people_type(foods, typed, label):
    food = foods.find(typed)
    assert (food and food.label) == label


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("rice with pepper and peppers", ["rice", "bell pepper", "bell pepper"]),
        ("2 g of salt and 10 g of sugar", []),
        ("a spoon of white sugar", ["sugar"]),
    ],
)
def test_in_a_text_salt_and_sugar_are_nutrients_and_pepper_the_vegetable(foods, text, named):
    assert [label for *_, label in foods.names.find(text)] == named


def test_a_missing_or_damaged_table_is_named(tmp_path):
    with pytest.raises(NutritionDataError, match="missing"):
        FoodTable(tmp_path / "foods.csv")
    for further in ("names.csv", "measures.csv"):
        copy(ASSETS / further, tmp_path)
    table = (ASSETS / "foods.csv").read_text()
    header, first, second = table.splitlines()[:3]
    density = first.split(",")[header.split(",").index("density_g_cm3")]
    for damaged in (
        "",
        header,
        "label,description\napple,Apple\n",
        f"{header}\n{first}\n{second[: len(second) // 2]}",
        f"{header}\n{first.replace(density, 'nan', 1)}",
        f'{header}\n{first}\n"{second}',
    ):
        (tmp_path / "foods.csv").write_text(damaged)
        with pytest.raises(NutritionDataError, match=r"^The food table foods\.csv is missing or damaged"):
            FoodTable(tmp_path / "foods.csv")
