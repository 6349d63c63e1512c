"""From masks and names to grams and nutrients, with the real food table and database."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from ml.analyzer import NutritionAnalyzer
from ml.nutrition.database import FoodDatabase
from ml.nutrition.foods import FoodTable
from ml.portion.stated import scale_by_plate
from ml.types import NO_NUTRIENTS, UNKNOWN_FOOD, Candidate, Detections, FoodItem

NUTRITION = Path(__file__).parents[2] / "assets" / "nutrition"
PX_PER_CM = 22


@pytest.fixture(scope="module")
def analyzer():
    return NutritionAnalyzer(FoodTable(NUTRITION / "foods.csv"), FoodDatabase(NUTRITION / "foods.sqlite"))


def served(*foods, plate_cm=26.0):
    """A drawn plate with discs on it, each (label, diameter in cm, x and y in cm from the middle)."""
    photo = np.full((720, 960, 3), (122, 92, 66), np.uint8)
    if plate_cm:
        cv2.circle(photo, (480, 360), int(plate_cm * PX_PER_CM / 2), (236, 234, 230), cv2.FILLED, cv2.LINE_AA)
    items = []
    for label, diameter, x, y in foods:
        place = (480 + int(x * PX_PER_CM), 360 + int(y * PX_PER_CM))
        mask = (
            cv2.circle(np.zeros((720, 960), np.uint8), place, int(diameter * PX_PER_CM / 2), 1, cv2.FILLED)
            > 0
        )
        photo[mask] = (170, 80, 40)
        items.append(FoodItem(label, 0.9, (Candidate(label, 0.9),), mask))
    return Detections(photo, tuple(items))


APPLE_AND_RICE = (("apple", 7.5, -5, 0), ("rice", 11, 5, 0))


def test_weighs_and_sums_a_meal(analyzer):
    meal = served(*APPLE_AND_RICE)
    facts = analyzer.analyze(meal)
    apple, rice = facts.foods
    assert [food.item for food in facts.foods] == list(meal.items)
    assert 90 < apple.portion.mass_g.value < 260
    assert apple.record.description.startswith("Apple")
    assert apple.nutrients == apple.record.per_100g.scaled(apple.portion.mass_g.value / 100)
    assert facts.total == NO_NUTRIENTS + apple.nutrients + rice.nutrients
    for name, total in vars(facts.total).items():
        assert total is not None
        assert getattr(facts.total_low, name) <= total <= getattr(facts.total_high, name)
    assert facts.scale.source == "a plate rim, taken as 26 cm across"
    assert facts.warnings == ()
    assert set(facts.timings_ms) == {"portion", "nutrition"}


def test_total_range_is_no_wider_than_its_foods_together(analyzer):
    facts = analyzer.analyze(served(*APPLE_AND_RICE))
    low = sum(f.record.per_100g.calories * f.portion.mass_g.low / 100 for f in facts.foods)
    high = sum(f.record.per_100g.calories * f.portion.mass_g.high / 100 for f in facts.foods)
    assert low < facts.total_low.calories < facts.total.calories < facts.total_high.calories < high


def test_stated_plate_is_used_and_narrows_the_range(analyzer):
    meal = served(*APPLE_AND_RICE)
    assumed, stated = analyzer.analyze(meal), analyzer.analyze(meal, plate_diameter_cm=21.0)
    assert stated.scale.source == "a plate rim, stated to be 21 cm across"
    assert stated.scale.cm_per_px.value == pytest.approx(21 / (26 * PX_PER_CM), rel=0.05)
    assert stated.foods[0].portion.mass_g.value < assumed.foods[0].portion.mass_g.value
    ratio = [f.total_high.calories / f.total_low.calories for f in (stated, assumed)]
    assert ratio[0] < ratio[1]


def test_without_a_plate_servings_set_the_scale(analyzer):
    facts = analyzer.analyze(served(*APPLE_AND_RICE, plate_cm=0))
    assert "usual servings" in facts.scale.source
    assert 80 < facts.foods[0].portion.mass_g.value < 350


def test_rim_that_would_make_giants_of_the_food_is_not_believed_but_kept(analyzer):
    tray = served(("apple", 2.0, -3, 0), ("orange", 2.0, 3, 0))
    facts = analyzer.analyze(tray)
    assert "usual servings" in facts.scale.source
    assert facts.foods[0].portion.mass_g.value > 20
    assert scale_by_plate(facts.scale, 52.0).cm_per_px.value == pytest.approx(52 / (26 * PX_PER_CM), rel=0.05)


def test_stated_plate_is_believed_even_so(analyzer):
    facts = analyzer.analyze(served(("apple", 7.5, 0, 0)), plate_diameter_cm=52.0)
    assert facts.scale.source == "a plate rim, stated to be 52 cm across"
    assert facts.foods[0].portion.mass_g.value > 350  # more than one apple weighs
    assert facts.warnings == ()


def test_stated_plate_without_a_rim_says_what_to_do_instead(analyzer):
    facts = analyzer.analyze(served(*APPLE_AND_RICE, plate_cm=0), plate_diameter_cm=21.0)
    assert facts.warnings == (
        "No plate rim was found in this photo; mark two points whose distance you know instead.",
    )


def test_rim_around_a_soup_is_a_bowl(analyzer):
    facts = analyzer.analyze(served(("ramen", 20, 0, 0)))
    assert facts.scale.source == "a bowl's rim, taken as 17 cm across"


@pytest.mark.parametrize(
    ("unnamed", "warning"),
    [
        (1, "1 item could not be named and is not counted in the totals."),
        (2, "2 items could not be named and are not counted in the totals."),
    ],
)
def test_foods_without_a_name_are_weighed_but_not_counted(analyzer, unnamed, warning):
    strangers = [(UNKNOWN_FOOD, 4, 6, 4 * k) for k in range(unnamed)]
    facts = analyzer.analyze(served(("apple", 7.5, -5, 0), *strangers))
    assert facts.warnings == (warning,)
    assert facts.foods[1].nutrients is None
    assert facts.foods[1].portion.mass_g.value > 0
    assert facts.total == facts.foods[0].nutrients


def test_meal_of_nothing_named_has_no_total(analyzer):
    facts = analyzer.analyze(served((UNKNOWN_FOOD, 8, 0, 0)))
    assert facts.total == facts.total_low == facts.total_high == NO_NUTRIENTS


def test_no_items_no_facts(analyzer):
    facts = analyzer.analyze(served())
    assert facts.foods == ()
    assert facts.scale is None


def test_named_foods_are_looked_up_without_masks(analyzer):
    facts = analyzer.analyze_named([("Bananas", 120.0), ("borscht from Mars", 50.0)])
    banana, stranger = facts.foods
    assert banana.item.label == "banana"
    assert banana.item.mask is None
    assert banana.portion.mass_g.value == 120
    assert 50 < banana.portion.mass_g.low < 75
    assert 190 < banana.portion.mass_g.high < 290
    assert facts.scale is None
    assert stranger.item.label == "borscht from Mars"
    assert facts.total == banana.nutrients
    assert facts.warnings == (
        "There is no nutrition data for borscht from Mars, so it is not counted in the totals.",
    )


def test_name_beyond_the_table_is_found_in_the_database(analyzer):
    [eel] = analyzer.analyze_named([("eel", 30.0)]).foods
    assert eel.food is None
    assert "eel" in eel.record.description.lower()
    assert eel.nutrients == eel.record.per_100g.scaled(0.3)


def test_no_named_foods(analyzer):
    assert analyzer.analyze_named([]).foods == ()
