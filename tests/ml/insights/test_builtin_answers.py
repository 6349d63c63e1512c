"""Built-in answers to what people ask of certain plates, above all where a wrong one may do harm."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ml.corrections.editor import MealEditor
from ml.insights.base import History, Request
from ml.insights.builtin import BuiltinInsights
from ml.insights.checks.checker import checked
from ml.insights.checks.known_meal import KnownMeal
from ml.insights.checks.sentence_stream import sentences
from ml.nutrition.database import FoodDatabase
from ml.nutrition.facts import add_up
from ml.nutrition.foods import FoodTable
from ml.nutrition.search import FoodSearch
from ml.types import UNKNOWN_FOOD, MealFacts

NUTRITION = Path(__file__).parents[3] / "assets/nutrition"
FOODS = FoodTable(NUTRITION / "foods.csv")
BREAKFAST = "oat milk, peanut butter, croissant"


@pytest.fixture(scope="module")
def editor() -> MealEditor:
    return MealEditor(FOODS, FoodSearch(FOODS, FoodDatabase(NUTRITION / "foods.sqlite")))


def plate(editor: MealEditor, foods: str) -> MealFacts:
    """A usual serving of each food."""
    meal = add_up([], None, FOODS.names)
    for food in foods.split(", "):
        meal = editor.add(meal, food)
    return meal


def answer(meal: MealFacts, question: str, history: History = ()) -> str:
    photo = np.zeros((8, 8, 3), np.uint8)
    return "".join(BuiltinInsights().answer(Request(photo, question, meal, history)))


@pytest.mark.parametrize(
    ("foods", "question", "expected"),
    [
        (
            BREAKFAST,
            "I have celiac disease, can I eat this?",
            r"Expect gluten: the croissant.*doctor or dietitian",
        ),
        (BREAKFAST, "My toddler is allergic to peanuts", r"Expect nuts: the peanut butter.*ask whoever made"),
        (BREAKFAST, "My doctor says I can't have dairy", r"Expect dairy: the croissant.*doctor or dietitian"),
        (BREAKFAST, "My doctor says I can't have milk", r"Expect dairy: the croissant"),
        (BREAKFAST, "I'm allergic to milk", r"Expect dairy: the croissant.*don't go by a photo"),
        (BREAKFAST, "I'm allergic to peanut butter", r"Expect nuts: the peanut butter"),
        (BREAKFAST, "Is the oat milk dairy free?", r"^Dairy is not to be expected in the oat milk, as"),
        (
            BREAKFAST,
            "Is the peanut butter gluten free?",
            r"^Gluten is not to be expected in the peanut butter, as",
        ),
        ("pita bread, cheese", "I'm allergic to casein", r"Expect dairy: the cheese"),
        (
            "grilled salmon, rice",
            "I'm allergic to seafood",
            r"Expect fish: the grilled salmon.*Shellfish is not",
        ),
        ("shrimp, rice", "I'm allergic to seafood", r"Expect shellfish: the shrimp"),
        (
            "kiwi, rice",
            "I'm allergic to kiwi",
            r"^The kiwi is on the plate itself.*celery, lupin and sulphites are not",
        ),
        (
            "hummus, rice",
            "Is there sesame in it?",
            r"Expect sesame: the hummus usually holds some.*ask whoever made",
        ),
        ("rice", "I'm allergic to sesame", r"the data cannot tell.*ask whoever made"),
        ("white wine, rice", "Is there alcohol in it?", r"^Expect alcohol: the white wine"),
        ("tiramisu", "Is there alcohol in it?", r"^There may be alcohol in it"),
        (
            "orange juice",
            "Is there alcohol in it?",
            r"^No food here is known for its alcohol, but the data cannot",
        ),
        ("white wine, rice", "Is it halal?", r"^No, it isn't halal: the white wine is not"),
        ("pork chop, rice", "Is it halal?", r"^No, it isn't halal: the pork chop is not"),
        ("pork chop, rice", "Is it kosher?", r"^No, it isn't kosher: the pork chop is not"),
        ("steak, rice", "Is it kosher?", r"^The data cannot tell whether it is kosher"),
        ("pork chop, rice", "Does it contain pork?", r"^The pork chop is pork"),
        ("spaghetti carbonara", "Does it contain pork?", r"^There may be pork in it"),
        ("maultaschen", "Does it contain pork?", r"^The maultaschen is pork or"),
        ("gummy bears", "Does it contain pork?", r"^There may be pork in it"),
        ("spaghetti carbonara", "Is it halal?", r"cannot tell.*Ask about the spaghetti carbonara above all"),
        ("pork chop, rice", "Is it pescatarian?", r"^No, it isn't pescatarian: the pork chop is not"),
        ("grilled salmon, rice", "Is it pescatarian?", r"^Yes, as usually made"),
        ("pepperoni, rice", "Is it vegetarian?", r"^No, it isn't vegetarian: the pepperoni is not"),
        ("pepperoni, rice", "Does it contain pork?", r"^The pepperoni is pork"),
        ("blood sausage", "Does it contain pork?", r"^The blood sausage is pork"),
        ("frankfurter", "Does it contain pork?", r"^There may be pork in it"),
        ("biscuits and gravy", "Does it contain pork?", r"^There may be pork in it"),
        ("fried tofu, rice", "Does it contain soy?", r"^Expect soy: the fried tofu"),
        ("paella", "Is it pescatarian?", r"^It may be pescatarian, but that depends on how the paella was"),
        ("gin and tonic, rice", "Is it halal?", r"^No, it isn't halal: the gin and tonic is not\.$"),
        (
            "gin and tonic, rice",
            "Is there alcohol in it?",
            r"^Expect alcohol: the gin and tonic usually.*some\.$",
        ),
        (
            "rabbit, rice",
            "Is it vegan?",
            r"^As usually made the rice is vegan\. Nothing can be said about the Rabbit",
        ),
        ("egg, rice", "Is it good for the baby?", r"doctor or dietitian"),
        ("egg, rice", "Is it good for your heart?", r"mg of sodium.*doctor or dietitian"),
        ("egg, rice", "My throat is closing", r"call the emergency number"),
        (
            "egg, rice",
            "I can't breathe after eating this",
            r"^If someone has trouble breathing.*call the emergency",
        ),
        ("egg, rice", "I got hives from the egg", r"call the emergency number.*Expect egg: the egg"),
    ],
)
def test_nobody_is_told_less_than_is_known_of_diets_and_allergens(editor, foods, question, expected) -> None:
    text = answer(plate(editor, foods), question)
    assert re.search(expected, text, re.DOTALL), text


def test_allergens_are_not_ruled_out_for_a_food_that_nobody_knows_or_is_sure_of(editor) -> None:
    rice, kiwi = plate(editor, "rice, kiwi").foods
    guessed = replace(rice, named_by="model", item=replace(rice.item, confidence=0.4))
    text = answer(add_up([guessed, kiwi], None, FOODS.names), "I have allergies. What is in it?")
    assert "The name of the rice is a guess; if it is another food, this is not true of it." in text
    unnamed = replace(
        kiwi, item=replace(kiwi.item, label=UNKNOWN_FOOD), food=None, record=None, nutrients=None
    )
    text = answer(add_up([rice, unnamed], None, FOODS.names), "I have allergies. What is in it?")
    assert "None of the common allergens" not in text
    assert "Nothing can be said about the item without a name." in text


@pytest.mark.parametrize(
    ("foods", "question", "expected"),
    [
        (
            "syrup, water, strawberries",
            "What is the healthiest?",
            r"the strawberries come out best.*syrup comes last",
        ),
        ("beer, almonds", "Which is the healthiest?", r"the almonds come out best"),
        (
            "egg, pancakes",
            "Which is better, the egg or the pancakes?",
            r"the egg comes out best.*pancakes come last",
        ),
        ("egg, pancakes", "Is egg good for me?", r"^No single food is .*The egg weighs.*of saturated fat"),
        (
            "milk, croissant",
            "How much calcium?",
            r"^This meal holds about \d+ mg of calcium.*of the 1,300 mg",
        ),
        ("milk, croissant", "Which has more calcium?", r"^The milk has more calcium"),
        (
            "milk, croissant",
            "How much vitamin B12 does the milk have?",
            r"^The milk has about [\d.]+ µg of vitamin B12",
        ),
        (
            "milk, croissant",
            "Which vitamins are in it?",
            r"^Of the vitamins in this meal.*vitamin B12 \(\d+ %\)",
        ),
        (
            "milk, croissant",
            "What minerals are in the milk?",
            r"^Of the minerals in the milk.*calcium \(\d+ %\)",
        ),
        (
            "milk, croissant",
            "How much cholesterol is in it?",
            r"^This meal holds about \d+ mg of cholesterol",
        ),
        ("white wine", "What are the macros?", r"^Its energy comes \d\d % from alcohol,"),
        ("white wine", "Tell me about the wine", r"energy is made of \d+ g of alcohol"),
        ("french fries, cola", "How many calories are in the chips?", r"^The french fries have about"),
        ("aubergine, cola", "How many calories are in the coke?", r"^The cola has about"),
        ("aubergine, cola", "How many calories are in the eggplant?", r"^The aubergine has about"),
        ("french fries, cola", "Is that a lot?", r"^This meal comes to about \d+ kcal"),
        ("raw spinach, egg", "How many calories are in the baby spinach?", r"^The raw spinach has about"),
        ("raw spinach, egg", "What percentage of my daily sodium?", r"mg of sodium.* \d+ % of the 2,300 mg"),
        ("raw spinach, egg", "What percentage of the energy is fat?", r"^Its energy comes"),
        ("coffee, sugar", "How much sugar?", r"^This meal holds about 4 g of sugar"),
        ("coffee, sugar", "How many calories does the sugar have?", r"^The sugar has about 16 kcal"),
        ("egg, salt", "Is it salty?", r"^This meal holds about .* of sodium"),
        ("egg, rice", "How many Weight Watchers points?", r"anything about points of a diet programme"),
        ("egg, rice", "How many kilojoules?", r"In kilojoules that is about [\d,]+ kJ in all"),
    ],
)
def test_what_is_asked_is_answered(editor, foods, question, expected) -> None:
    text = answer(plate(editor, foods), question)
    assert re.search(expected, text, re.DOTALL), text


def test_an_amount_that_the_data_lacks_is_said_to_be_unknown(editor) -> None:
    rice, kiwi = plate(editor, "rice, kiwi").foods
    lacking = replace(kiwi, nutrients=replace(kiwi.nutrients, choline_mg=None))
    meal = add_up([rice, lacking], None, FOODS.names)
    assert (
        answer(meal, "How much choline is in the kiwi?") == "The amount of choline in the kiwi is not known."
    )
    assert "The data lacks choline for this meal." in answer(meal, "Which vitamins are in it?")
    assert answer(meal, "How much choline?") == (
        "The amount of choline is not known, as the data lacks it for the kiwi."
    )


def test_is_that_a_lot_is_asked_of_what_was_asked_before(editor) -> None:
    meal = plate(editor, "egg, rice")
    assert "of sodium" in answer(meal, "Is that a lot?", [("How much sodium?", "About 67 mg.")])


@pytest.mark.parametrize(
    "question",
    ["Is cooking it better?", "It was smelling of garlic", "I ate stollen", "I have a sore throat"],
)
def test_words_that_are_like_those_for_a_reaction_tell_of_none(editor, question: str) -> None:
    assert "emergency" not in answer(plate(editor, "egg, rice"), question)


@pytest.mark.parametrize("question", ["What are the macros?", "Tell me about the wine"])
def test_alcohol_counts_as_energy_in_the_checks_too(editor, question: str) -> None:
    meal = plate(editor, "white wine, cheese")
    for sentence in sentences([answer(meal, question)]):
        assert checked(sentence, KnownMeal(meal, question)) == sentence
    assert checked("The white wine gets 97 % of its energy from carbohydrates.", KnownMeal(meal)) is None
