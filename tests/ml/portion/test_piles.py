"""Pieces in one outline without lobes to count: a pile weighs as one, and never as a single giant."""

from __future__ import annotations

from math import pi

import pytest

from ml.portion.estimator import MAX_DISAGREEMENT, weigh_outlines
from ml.portion.mass import disagreement, measure
from ml.portion.scale import PLATE_SPREAD, RIM_SPREAD, log_interval, scale_from_view
from ml.types import Diet, Food, Outline, Scale

VEGAN = Diet("yes", "yes", "no", "no", "no", "no", "no", "no", "no")
APPLE = Food("apple", None, 1, 0.79, 180.0, "sphere", VEGAN, "apple", 182.0)
BEIGNETS = Food("beignets", None, 2, 0.32, 150.0, "ellipsoid", VEGAN, "beignet", 50.0)
COOKIES = Food("cookies", None, 3, 0.55, 30.0, "slab", VEGAN, "cookie", 16.0)
DUMPLINGS = Food("dumplings", None, 4, 0.9, 140.0, "ellipsoid", VEGAN, "dumpling", 20.0)
CM_PER_PX = 0.025


def disc(radius_cm):
    """Pieces that lie close together on a plate."""
    return Outline(pi * (radius_cm / CM_PER_PX) ** 2, radius_cm / CM_PER_PX)


def weighed(food, radius_cm, scale):
    return weigh_outlines([disc(radius_cm)], [food], scale).portions[0]


STATED, TAKEN = (Scale(log_interval(CM_PER_PX, spread), "a test") for spread in (RIM_SPREAD, PLATE_SPREAD))
BLIND = scale_from_view(1440, 1080)


@pytest.mark.parametrize("scale", [STATED, TAKEN], ids=["stated", "taken"])
@pytest.mark.parametrize(
    ("food", "radius_cm", "truth_g"), [(BEIGNETS, 9.5, 350), (DUMPLINGS, 7, 240), (COOKIES, 11, 320)]
)
def test_pile_on_a_plate_weighs_as_its_pieces_do(food, radius_cm, truth_g, scale):
    pile = weighed(food, radius_cm, scale)
    assert pile.mass_g.low < truth_g < pile.mass_g.high
    assert pile.mass_g.high > 2.5 * pile.mass_g.low, "how high it is can't be seen"
    assert pile.count is None


def test_pile_is_no_reason_to_doubt_the_plate():
    assert disagreement(measure([disc(9.5)], [BEIGNETS], TAKEN)) < MAX_DISAGREEMENT


def test_dish_of_dumplings_that_fills_a_photo_is_no_single_dumpling():
    assert weighed(DUMPLINGS, 13, BLIND).mass_g.low > 2 * DUMPLINGS.piece_g


def test_apple_close_to_the_camera_is_one_apple():
    apple = weighed(APPLE, 13, BLIND)
    assert apple.count == 1
    assert apple.mass_g.value < 1.5 * APPLE.piece_g
