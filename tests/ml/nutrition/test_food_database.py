"""Looking a food up finds the plain food first, whatever people type, from any number of threads."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ml.nutrition.database import FoodDatabase, NutritionDataError

PATH = Path("assets/nutrition/foods.sqlite")


@pytest.fixture(scope="module")
def database():
    return FoodDatabase(PATH)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("apple", "Apple, raw"),
        ("apples", "Apple, raw"),
        ("aple", "Apple, raw"),
        ("french fries", "Potato, french fries, fast food"),
        ("boiled egg", "Egg, whole, boiled or poached"),
        ("rice", "Rice, white, cooked, no added fat"),
        ("kiwi", "Kiwi fruit, raw"),
        ("donut", "Doughnut, NFS"),
        ("strawbery", "Strawberries, raw"),
        ("tomatos", "Tomatoes, raw"),
        ("BROCOLI", "Broccoli, fresh, cooked, no added fat"),
        ("courgette", "Summer squash, cooked, as ingredient"),
        ("greek yogurt", "Yogurt, Greek, whole milk, plain"),
        ("big mac", "McDONALD'S, BIG MAC"),
        ("crème brûlée", "Creme brulee with cream (recipe of USDA foods)"),
        ("butter", "Butter, stick"),
        ("tofu", "Tofu, extra firm, prepared with nigari"),
        ("raw pasta", "Pasta, dry, enriched"),
        ("cooked pasta", "Pasta, cooked"),
        ("raw potato", "Potatoes, flesh and skin, raw"),
        ("raw salmon", "Fish, salmon, raw"),
        ("raw egg", "Egg, whole, raw"),
        ("dry lentils", "Lentils, raw"),
        ("cooked lentils", "Lentils, from dried, no added fat"),
        ("raw oats", "Oats, raw"),
        ("uncooked chicken breast", "Chicken, breast, boneless, skinless, raw"),
        ("grilled salmon", "Fish, salmon, grilled"),
        ("poached egg", "Egg, whole, boiled or poached"),
        ("Coca-Cola", "Soft drink, cola"),
        ("coke", "Soft drink, cola"),
        ("milk", "Milk, whole"),
        ("fish", "Fish, white, mixed species, baked or broiled"),
        ("lard", "Lard"),
        ("sugar", "Sugar, NFS"),
        ("salt", "Salt, table"),
        ("turnip", "Turnip, raw"),
        ("goat cheese", "Cheese, goat"),
        ("chicken liver", "Liver, chicken"),
        ("ice cream chocolate", "Ice cream, chocolate"),
        ("oat meal", "Oatmeal, NFS"),
        ("cheese cake", "Cheesecake, plain"),
        ("pop corn", "Popcorn, NFS"),
        ("beansprouts", "Bean sprouts, raw"),
        ("wholemeal bread", "Bread, whole wheat"),
        ("minced beef", "Beef, ground"),
        ("tinned tuna", "Fish, tuna, canned"),
        ("prawns", "Shrimp, steamed or boiled"),
        ("skimmed milk", "Milk, fat free (skim)"),
        ("semi-skimmed milk", "Milk, reduced fat (2%)"),
        ("whisky", "Whiskey"),
        ("sake", "Wine, rice"),
        ("goose", "Goose, wild, roasted"),
        ("dried apricots", "Apricot, dried"),
        ("avacado", "Avocado, raw"),
        ("bannana", "Banana, raw"),
        ("ceaser salad", "Caesar salad with dressing (recipe of USDA foods)"),
        ("parmezan", "Cheese, Parmesan, hard"),
        ("a bowl of soup", "Soup, vegetable"),
        ("jollof rice", None),
        ("fromage", None),
        ("haggis", None),
        ("vitamin tablet", None),
        ("jaffa cake", None),
        ("club mate", None),
        ("iphone 15", None),
        ("love", None),
        ("bicycle", None),
        ("the", None),
    ],
)
def test_the_plain_food_comes_first_or_nothing(database, typed, first):
    hits = database.search(typed)
    assert (hits[0].record.description if hits else None) == first
    assert all(0.45 <= hit.score <= 1 for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_a_beginning_of_a_word_is_enough(database):
    assert any("Strawberries" in hit.record.description for hit in database.search("strawb"))


def test_limit_bounds_the_answer(database):
    assert len(database.search("chicken", limit=3)) == 3
    assert database.search("chicken", limit=3) == database.search("chicken", limit=20)[:3]


@pytest.mark.parametrize(
    "text",
    [
        '"',
        "'; DROP TABLE food; --",
        "apple AND (OR NOT",
        "NEAR(apple pie, 2)",
        "description:apple*",
        "^apple + pie",
        "🍕",
        "日本語のカレー",
        "\0",
        "apple " * 2_000,
        "x" * 10_000,
    ],
)
def test_any_text_is_only_text(database, text):
    assert isinstance(database.search(text), list)


def test_words_that_mean_nothing_find_nothing(database):
    assert database.search("") == database.search("   ?!") == database.search("🍕") == []


def test_by_id_gives_the_row_back_and_none_for_others(database):
    record = database.search("banana")[0].record
    assert database.by_id(record.food_id) == record
    assert record.category == "Bananas"
    assert database.by_id(-1) is None


def test_threads_share_one_database(database):
    typed = ["apple", "rice", "chicken curry", "tomatos", "boiled egg", "pizza", "kale", "donut"] * 8
    alone = [database.search(text) for text in typed]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(database.search, typed)) == alone


def test_the_database_is_never_written(tmp_path):
    copy = tmp_path / "foods.sqlite"
    copy.write_bytes(PATH.read_bytes())
    copy.chmod(0o444)
    FoodDatabase(copy).search("apple")
    assert copy.read_bytes() == PATH.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["foods.sqlite"]


def test_a_missing_or_damaged_database_is_named(tmp_path):
    with pytest.raises(NutritionDataError, match="rebuild"):
        FoodDatabase(tmp_path / "foods.sqlite")
    (tmp_path / "foods.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(NutritionDataError, match="rebuild"):
        FoodDatabase(tmp_path / "foods.sqlite")
