"""Percent of a day as the label of the United States counts it."""

import pytest

from ml.nutrition.daily_values import percent_daily_value
from ml.types import Nutrients


def test_a_day_of_reference_amounts_is_a_hundred_percent():
    day = Nutrients(2000, 50, 275, 78, 28, 90, 2300, 20)
    percent = percent_daily_value(day)
    assert percent.pop("sugar_g") is None
    assert list(percent.values()) == pytest.approx([100.0] * 7)


def test_nothing_is_zero_percent_and_total_sugars_have_no_reference():
    percent = percent_daily_value(Nutrients(0, 0, 0, 0, 0, 12, 0, 0))
    assert percent["calories"] == percent["fat_g"] == 0.0
    assert percent["sugar_g"] is None
