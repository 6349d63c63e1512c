"""What a person types in English, German or Spanish finds that food first, or nothing."""

from pathlib import Path
from time import perf_counter

import pytest

from ml.nutrition.database import FoodDatabase
from ml.nutrition.foods import LANGUAGES, FoodTable
from ml.nutrition.search import FoodSearch, UnknownFoodError

ASSETS = Path("assets/nutrition")


@pytest.fixture(scope="module")
def table():
    return FoodTable(ASSETS / "foods.csv")


@pytest.fixture(scope="module")
def search(table):
    return FoodSearch(table, FoodDatabase(ASSETS / "foods.sqlite"))


@pytest.mark.parametrize(
    ("typed", "language", "name", "food"),
    [
        ("rice", "en", "rice", "rice"),
        ("taco", "en", "tacos", "tacos"),
        ("2 eggs", "en", "egg", "egg"),
        ("slices of bread", "en", "bread", "bread"),
        ("lazagna", "en", "lasagna", "lasagna"),
        ("bread garlic", "en", "garlic bread", "garlic bread"),
        ("goat cheese", "en", "Cheese, goat", "Cheese, goat"),
        ("turnip", "en", "Turnip, raw", "Turnip, raw"),
        ("sake", "en", "sake", "Wine, rice"),
        ("Reis", "de", "Reis", "rice"),
        ("Äpfel", "de", "Apfel", "apple"),
        ("apfel", "de", "Apfel", "apple"),
        ("Ei", "de", "Ei", "egg"),
        ("Rührei", "de", "Rührei", "scrambled eggs"),
        ("ruhrei", "de", "Rührei", "scrambled eggs"),
        ("Ruehrei", "de", "Rührei", "scrambled eggs"),
        ("broetchen", "de", "Brötchen", "bun"),
        ("Kase", "de", "Käse", "cheese"),
        ("Kartoffelpüre", "de", "Kartoffelpüree", "mashed potatoes"),
        ("Chips", "de", "Kartoffelchips", "potato chips"),
        ("chips", "en", "french fries", "french fries"),
        ("Zucker", "de", "Zucker", "sugar"),
        ("Öl", "de", "Olivenöl", "olive oil"),
        ("manz", "es", "manzana", "apple"),
        ("manzana", "de", "Apfel", "apple"),
        ("manzana", "en", "apple", "apple"),
        ("judias verdes", "es", "judías verdes", "green beans"),
        ("papas fritas", "es", "patatas fritas", "french fries"),
        ("pan", "es", "pan", "bread"),
        ("té", "es", "té", "tea"),
        ("naranja zumo", "es", "zumo de naranja", "orange juice"),
        ("pollo", "es", "pollo", "chicken"),
        ("sal", "es", "sal", "salt"),
        ("salt", "en", "salt", "salt"),
        ("pepper", "en", "black pepper", "black pepper"),
        ("peppers", "en", "bell pepper", "bell pepper"),
        ("Sahne", "de", "Sahne", "cream"),
        ("Haferflocken", "de", "Haferflocken", "oats"),
        ("Cola Zero", "de", "Cola light", "diet cola"),
        ("spaghetti", "en", "pasta", "pasta"),
        ("broth", "en", "broth", "broth"),
        ("chicken stock", "en", "broth", "broth"),
        ("Tomaten", "de", "Tomate", "tomato"),
        ("Zitronen", "de", "Zitrone", "lemon"),
        ("Gurken", "de", "Gurke", "cucumber"),
        ("coconut milk", "en", "coconut milk", "Coconut milk, used in cooking"),
        ("Apfelstrudel", "de", "Apfelstrudel", "apple strudel"),
        ("yuca", "es", "yuca", "Cassava, cooked"),
        ("Tempeh", "de", "Tempeh", "tempeh"),
        ("Wodka", "de", "Wodka", "vodka"),
        ("Kirschtomaten", "de", "Kirschtomaten", "cherry tomatoes"),
        ("Käsespätzle", "de", "Käsespätzle", "cheese spaetzle"),
        ("Hefeflocken", "de", "Hefeflocken", "nutritional yeast"),
        ("ensaimada", "es", "ensaimada", "sweet bun"),
        ("ginger ale", "en", "ginger ale", "Soft drink, ginger ale"),
        ("Nutella", "de", "Nuss-Nougat-Creme", "chocolate hazelnut spread"),
        ("Wiener", "de", "Wiener Würstchen", "frankfurter"),
        ("Käsebrot", "de", "Käsebrot", "cheese sandwich"),
        ("té con leche", "es", "té con leche", "tea with milk"),
        ("Eiweißpulver", "de", "Proteinpulver", "protein powder"),
    ],
)
def test_the_food_comes_first_by_its_name_in_that_language(search, typed, language, name, food):
    first = search.search(typed, language)[0]
    assert (first.name, first.food) == (name, food)
    assert 0.5 <= first.score <= 1
    assert search.resolve(first.food)[0] == food


@pytest.mark.parametrize(
    "typed", ["", "🍕", "jollof rice", "fromage", "bicycle", "Fahrrad", "the", "xyzzy", "x" * 9999]
)
def test_what_is_no_food_here_finds_nothing_and_says_so(search, typed):
    assert search.search(typed) == []
    with pytest.raises(UnknownFoodError, match="No food is known by the name"):
        search.resolve(typed)


@pytest.mark.parametrize(
    ("typed", "food"),
    [
        ("Kartofelsalat", "potato salad"),
        ("brocoli", "broccoli"),
        ("turnp", "Turnip, raw"),
        ("Hähnch", "chicken"),
        ("grilled chicken curry", "chicken curry"),
        ("pecans", "Pecans, NFS"),
        ("cocktail", "Cocktail, NFS"),
        ("2 eggs", "egg"),
        ("catfish", "Fish, catfish, NFS"),
        ("oregano", "Spices, oregano, dried"),
        ("half and half", "Cream, half and half"),
        ("Lebkuchen", "Cookie, Lebkuchen"),
        ("Red Bull", "Energy drink (Red Bull)"),
    ],
)
def test_a_name_without_a_choice_is_taken_for_what_fits_best(search, typed, food):
    assert search.resolve(typed)[0] == food


@pytest.mark.parametrize(
    "typed",
    [
        "snack",
        "drink",
        "dessert",
        "mascarpone",
        "whole grain",
        "cocido",
        "soft",
        "oyst",
        "unsalted",
        "low fat",
        "sugar free",
        "light",
        "dried",
    ],
)
def test_a_name_that_is_only_a_little_like_one_is_not_taken_for_it(search, typed):
    with pytest.raises(UnknownFoodError):
        search.resolve(typed)


def test_every_name_leads_back_to_its_food(table, search):
    for language in LANGUAGES:
        for label in table.labels:
            assert table.named[language][label], (language, label)
            assert search.resolve(table.named[language][label][0])[0] == label
            first = search.search(search.name(label, language), language)[0]
            assert first.food == label, (language, label)


def test_a_name_means_one_food_in_a_language(table):
    for language in LANGUAGES:
        names = [name.casefold() for names in table.named[language].values() for name in names]
        assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Wodka", "Vodka"),
        ("Käse", "Cheese, NFS"),
        ("pollo", "Chicken, NS as to part, sauteed, skin eaten"),
        ("Apfel", "Apple, raw"),
        ("apple", "Apple, raw"),
    ],
)
def test_rows_of_the_database_are_found_by_names_in_each_language(search, typed, first):
    rows = search.rows(typed, limit=5)
    assert rows[0].record.description == first
    assert len({row.record.food_id for row in rows}) == len(rows) <= 5


def test_another_language_is_answered_in_english(search):
    assert search.search("manzana", "fr")[0].name == search.name("apple", "fr") == "apple"


def test_reviewed_foods_come_before_rows_of_the_database(search):
    foods = [match.food for match in search.search("chicken")]
    assert foods[0] == "chicken"
    assert {"roast chicken", "fried chicken", "chicken curry"} <= set(foods)


def test_a_description_of_the_database_may_be_chosen(search):
    label, food, record = search.resolve("cheese, GOAT")
    assert (label, food, record.description) == ("Cheese, goat", None, "Cheese, goat")
    label, food, record = search.resolve("Spiegelei")
    assert (label, food.label) == ("fried egg", "fried egg")
    assert record.food_id == food.food_id


def test_answers_come_as_one_types(search):
    typed = ("warm up", "c", "chi", "chicken tikka masala with rice", "spagetti bolognase", "Kartofelsalat")
    started = perf_counter()
    for text in typed:
        search.search(text, "de")
    assert perf_counter() - started < 0.3 * len(typed)
