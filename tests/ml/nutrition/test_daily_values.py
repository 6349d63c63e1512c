"""Percent of a day as the label of the United States counts it."""

from dataclasses import replace

import pytest

from ml.nutrition.daily_values import DAILY_VALUES, percent_daily_value
from ml.types import NO_NUTRIENTS, NUTRIENTS, Nutrients


def test_a_day_of_reference_amounts_is_a_hundred_percent():
    percent = percent_daily_value(Nutrients(**vars(DAILY_VALUES), sugar_g=90))
    assert percent.pop("sugar_g") is None
    assert list(percent) == [name for name in NUTRIENTS if name != "sugar_g"]
    assert list(percent.values()) == pytest.approx([100.0] * len(percent))


def test_nothing_is_zero_percent_and_total_sugars_have_no_reference():
    percent = percent_daily_value(Nutrients(0, 0, 0, 0, 0, 12, 0, 0))
    assert percent["calories"] == percent["fat_g"] == 0.0
    assert percent["sugar_g"] is None


def test_what_one_food_lacks_the_whole_meal_lacks_but_nothing_else():
    known = replace(NO_NUTRIENTS, calories=100.0, iron_mg=2.0, vitamin_a_ug=90.0)
    total = known + replace(known, vitamin_a_ug=None)
    assert (total.calories, total.iron_mg, total.vitamin_a_ug) == (200.0, 4.0, None)
    assert total.scaled(0.5).iron_mg == 2.0
    assert total.scaled(0.5).vitamin_a_ug is percent_daily_value(total)["vitamin_a_ug"] is None
