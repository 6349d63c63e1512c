"""Weighing: exact formulas, honest ranges, and the say that usual servings have."""

from __future__ import annotations

import numpy as np
import pytest

from ml.portion.estimator import weigh_one, weigh_outlines
from ml.portion.mass import log_covariance, sum_range
from ml.portion.scale import log_interval, scale_from_view
from ml.portion.shapes import ROUNDNESS, SHAPES
from ml.types import Diet, Food, Interval, Nutrients, Outline, Scale

VEGAN = Diet("yes", "yes", "no", "no", "no", "no", "no", "no", "no")
APPLE = Food("apple", None, 1, 0.8, 180.0, "sphere", VEGAN)
BREAD = Food("bread", None, 2, 0.25, 30.0, "slab", VEGAN)
RICE = Food("rice", None, 3, 0.7, 160.0, "heap", VEGAN)
ROUND = Outline(area=np.pi * 100**2, inradius=100.0)
"""A disc of 100 px."""


def scale(cm_per_px, spread, tilt=0.0):
    return Scale(log_interval(cm_per_px, spread), "a test", tilt)


def weighed(foods, known, outlines=None):
    return weigh_outlines(outlines or [ROUND] * len(foods), foods, known)


def test_true_scale_weighs_an_apple_between_measure_and_serving():
    apple = weighed([APPLE], scale(0.04, 0.03)).portions[0]
    measured = 0.8 * ROUNDNESS * 4 / 3 * np.pi * 4.0**3
    assert min(measured, 180) < apple.mass_g.value < max(measured, 180)
    assert apple.mass_g.value == pytest.approx(measured, rel=0.05)
    assert apple.mass_g.low < apple.mass_g.value < apple.mass_g.high
    assert apple.volume_cm3.value == pytest.approx(apple.mass_g.value / 0.8)
    assert apple.area_cm2 == pytest.approx(np.pi * 4.0**2, rel=0.05)


def test_wild_scale_makes_no_giant_apple():
    apple = weighed([APPLE], scale(0.12, 0.4)).portions[0]
    measured = 0.8 * ROUNDNESS * 4 / 3 * np.pi * 12.0**3
    assert measured > 4000
    assert apple.mass_g.value < 450


def test_surer_scale_gives_a_narrower_range():
    widths = [
        (mass := weighed([APPLE], scale(0.04, spread)).portions[0].mass_g).high / mass.low
        for spread in (0.03, 0.15, 0.4)
    ]
    assert widths == sorted(widths)


def test_one_food_tells_the_scale_of_the_others():
    blind = scale_from_view(640, 480)
    small = Outline(ROUND.area / 4, ROUND.inradius / 2)
    alone = weighed([RICE], blind, [ROUND]).portions[0].mass_g
    beside = weighed([RICE, APPLE], blind, [ROUND, small]).portions[0].mass_g
    assert beside.value > alone.value, "an apple half as wide says that the rice is a large heap"


def test_tilt_shortens_flat_foods_only():
    views = [scale(0.04, 0.03, tilt) for tilt in (0.0, 60.0)]
    flat = [weighed([BREAD], view).portions[0].area_cm2 for view in views]
    ball = [weighed([APPLE], view).portions[0].area_cm2 for view in views]
    assert flat[1] / flat[0] == pytest.approx(2, rel=0.1)
    assert ball[1] == pytest.approx(ball[0])


def test_food_without_a_name_is_weighed_with_a_wide_range():
    unnamed, apple = weighed([None, APPLE], scale(0.04, 0.1)).portions
    assert unnamed.mass_g.high / unnamed.mass_g.low > apple.mass_g.high / apple.mass_g.low


def test_ranges_hold_the_truth_eight_times_in_ten():
    """Foods drawn from the model itself: servings, shape errors and a scale error."""
    rng = np.random.default_rng(0)
    held = []
    for _ in range(600):
        common = rng.normal(0, 0.6 / np.sqrt(2))
        true = 180 * np.exp(common + rng.normal(0, 0.6 / np.sqrt(2)))
        volume = true / 0.8 * np.exp(rng.normal(0, np.hypot(SHAPES["sphere"].spread, 0.1)))
        radius_cm = (volume / (ROUNDNESS * 4 / 3 * np.pi)) ** (1 / 3)
        assumed = 0.04 * np.exp(rng.normal(0, 0.15))
        seen = Outline(np.pi * (radius_cm / 0.04) ** 2, radius_cm / 0.04)
        mass = weighed([APPLE], scale(assumed, 0.15), [seen]).portions[0].mass_g
        held.append(mass.low <= true <= mass.high)
    assert 0.75 < np.mean(held) < 0.85


def test_food_weighed_anew_weighs_about_what_it_did_among_the_others():
    foods = [APPLE, RICE, BREAD]
    together = weighed(foods, scale(0.04, 0.18))
    for portion, food in zip(together.portions, foods, strict=True):
        anew = weigh_one(ROUND, food, together.scale)
        assert anew.mass_g.value == pytest.approx(portion.mass_g.value, rel=0.15)


def test_renamed_food_is_weighed_as_what_it_is_now():
    meal = weighed([APPLE, RICE], scale(0.04, 0.04))
    bread = weigh_one(ROUND, BREAD, meal.scale)
    assert bread.mass_g.value < 0.3 * meal.portions[0].mass_g.value
    assert bread.area_cm2 == pytest.approx(np.pi * 4.0**2, rel=0.1)


def test_unsure_scale_makes_foods_vary_together():
    masses = [log_interval(180, 0.5), log_interval(160, 0.5)]
    sure, unsure = (
        log_covariance(masses, [APPLE, RICE], scale(0.04, spread), [True, True]) for spread in (0.01, 0.15)
    )
    assert sure[0, 1] == pytest.approx((3 * 0.01) ** 2)
    assert unsure[0, 1] == pytest.approx((3 * 0.15) ** 2)
    assert np.diag(unsure) == pytest.approx(0.25)


def test_weight_that_a_person_states_adds_nothing_to_the_range():
    masses = [Interval(150, 150, 150), log_interval(160, 0.5)]
    covariance = log_covariance(masses, [APPLE, RICE], scale(0.04, 0.15), [True, True])
    assert covariance[0].tolist() == [0, 0]
    assert covariance[1, 1] == pytest.approx(0.25)


def test_food_that_the_scale_did_not_measure_varies_alone():
    masses = [log_interval(180, 0.5), log_interval(160, 0.5)]
    covariance = log_covariance(masses, [APPLE, RICE], scale(0.04, 0.15), [True, False])
    assert covariance == pytest.approx(np.diag([0.25, 0.25]))


def test_shared_errors_add_up_and_single_ones_even_out():
    amounts = [Nutrients(100, 1, 1, 1, 1, 1, 1, 1)] * 4
    assert sum_range(amounts, np.eye(4) * 0.04)[0].iron_mg is None
    alone = sum_range(amounts, np.eye(4) * 0.04)[1].calories
    shared = sum_range(amounts, np.full((4, 4), 0.04))[1].calories
    assert alone == pytest.approx(400 * np.exp(1.2816 * 0.1))
    assert shared == pytest.approx(400 * np.exp(1.2816 * 0.2))
