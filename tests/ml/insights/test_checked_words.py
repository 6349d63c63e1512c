"""What a sentence may say in words: English, foods that were found, no advice, no links."""

from dataclasses import replace

import pytest

from ml.evaluation.sample_meal import burger_and_fries
from ml.evaluation.transcripts import NUTRITION
from ml.insights.checks import english
from ml.insights.checks.checker import checked
from ml.insights.checks.known_meal import KnownMeal
from ml.nutrition.foods import FoodTable
from tests.checked_sentence import check


@pytest.fixture(scope="module")
def food_names():
    return FoodTable(NUTRITION / "foods.csv").names


@pytest.mark.parametrize(
    "sentence",
    [
        "You should take more insulin before this meal.",
        "You have diabetes, so leave the fries.",
        "You are overweight.",
        "Your symptoms can be diagnosed as an allergy.",
    ],
)
def test_medical_advice_and_body_judgement_are_dropped(sentence):
    assert check(sentence) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "Nehmen Sie mehr Insulin vor dem Essen.",
        "Tome más insulina antes de comer.",
        "餐前多打胰岛素。",
        "Примите больше инсулина перед едой.",
        "Enjoy the meal, and nehmen Sie mehr Insulin.",
        "The meal is fine, 但是要多打胰岛素.",
        "Take more insulin, and ask your doctor later.",
        "Two tablets of ibuprofen help with that.",
    ],
)
def test_advice_on_medicines_never_passes(sentence):
    assert check(sentence) is None


def test_a_medicine_may_be_named_to_refer():
    for sentence in (
        "Whether this goes with your medication is a question for your doctor.",
        "If you take insulin, ask your doctor.",
    ):
        assert check(sentence) == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "Es sind drei Hamburger.",
        "Hay tres hamburguesas.",
        "Il y a trois hamburgers.",
        "Er zijn drie hamburgers.",
        "Son 997 kcal en total.",
        "Das Gericht hat 997 kcal.",
        "La comida tiene 997 kcal y 51,6 g de grasa.",
        "这顿饭约有997千卡。",
        "Здесь три гамбургера.",
        "ハンバーガーが三つあります。",
        "Hamburger mit Pommes, 997 kcal.",
    ],
)
def test_what_is_not_english_is_dropped(sentence):
    assert check(sentence) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "Pho, pad thai and gyoza: 640 kcal.",
        "Sashimi, nigiri, ramen.",
        "Moussaka, dolma, tzatziki, pita bread: 820 kcal.",
        "Crème brûlée, pain au chocolat and café au lait: a sweet breakfast.",
        "Huevos rancheros with salsa and queso fresco.",
        "Bibimbap, kimchi and tteokbokki come to 700 kcal.",
        "Wiener schnitzel with sauerkraut is salty.",
        "Enjoy!",
        "Delicious!",
        "Hamburger: 560 kcal.",
    ],
)
def test_english_full_of_names_is_english(sentence, food_names):
    meal = KnownMeal(replace(burger_and_fries(), known_foods=food_names))
    assert not english.fails(meal.read(sentence), meal)


@pytest.mark.parametrize(
    ("sentence", "is_shown"),
    [
        ("It contains pizza.", False),
        ("The photo shows a hamburger, fries and a cola.", False),
        ("There is a steak on the plate.", False),
        ("I see sushi.", False),
        ("This is pad thai.", False),
        ("The pizza has 560 kcal.", False),
        ("The pizza is rich.", False),
        ("The photo shows a hamburger and chips.", True),
        ("The hamburger contains cheese.", True),
        ("The cheese in the hamburger brings fat.", True),
        ("The bun and the fries bring carbohydrates.", True),
        ("It contains no pizza.", True),
        ("A salad would go well with it.", True),
        ("For more fibre, add beans or lentils.", True),
        ("It looks like pizza, though the analysis says hamburger.", True),
        ("I see no food in this photo.", False),
        ("The analysis says no food to me; by the photo alone I can't tell for sure.", False),
        ("I see no food in this photo, though the analysis says hamburger.", True),
    ],
)
def test_a_food_said_to_be_there_was_found(sentence, is_shown, food_names):
    meal = KnownMeal(replace(burger_and_fries(), known_foods=food_names))
    assert checked(sentence, meal) == (sentence if is_shown else None)


@pytest.mark.parametrize(
    "sentence",
    [
        "See https://example.com for more.",
        "See example.com for more.",
        "![plate](//example.com/p.png)",
        "Nice <img src=x> plate.",
        "<script>",
    ],
)
def test_links_and_tags_are_dropped(sentence):
    assert check(sentence) is None


def test_a_referral_to_a_doctor_is_kept():
    sentence = "I cannot diagnose anything; please ask your doctor."
    assert check(sentence) == sentence
