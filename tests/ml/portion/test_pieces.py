"""Counting what comes in pieces, and what that says about the weight."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ml.portion.estimator import weigh_outlines
from ml.portion.scale import log_interval, scale_from_view
from ml.portion.shapes import outline
from ml.types import Diet, Food, Scale

VEGAN = Diet("yes", "yes", "no", "no", "no", "no", "no", "no", "no")
EGG = Food("egg", None, 1, 1.03, 50.0, "ellipsoid", VEGAN, "egg", 50.0)
BREAD = Food("bread", None, 2, 0.25, 30.0, "slab", VEGAN, "slice", 30.0)
RICE = Food("rice", None, 3, 0.7, 160.0, "heap", VEGAN)
PX_PER_CM = 20
EGG_CM = (5.6, 4.4)


def eggs(*places, cm=EGG_CM):
    """The outline of eggs at (x, y) in cm, in a photo of 32 by 24 cm."""
    mask = np.zeros((480, 640), np.uint8)
    for x, y in places:
        axes = (cm[0] * PX_PER_CM, cm[1] * PX_PER_CM)
        cv2.ellipse(mask, ((x * PX_PER_CM, y * PX_PER_CM), axes, 90), 1, cv2.FILLED)
    return outline(mask > 0)


def slab(width_cm, height_cm):
    mask = np.zeros((480, 640), bool)
    mask[: int(height_cm * PX_PER_CM), : int(width_cm * PX_PER_CM)] = True
    return outline(mask)


APART = [(5, 5), (15, 5), (5, 15), (15, 15)]
TOUCHING = [(5, 5), (9.2, 5), (5, 10.2), (9.2, 10.2)]
BLIND = scale_from_view(640, 480)
KNOWN = Scale(log_interval(1 / PX_PER_CM, 0.04), "a test")


@pytest.mark.parametrize("places", [APART, TOUCHING], ids=["apart", "touching"])
@pytest.mark.parametrize("scale", [BLIND, KNOWN], ids=["no scale", "scale"])
def test_four_eggs_in_one_mask_are_four_and_weigh_as_much(places, scale):
    four = weigh_outlines([eggs(*places)], [EGG], scale).portions[0]
    assert four.count == 4
    assert four.mass_g.value == pytest.approx(200, rel=0.3)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_eggs_are_counted(number):
    portion = weigh_outlines([eggs(*APART[:number])], [EGG], BLIND).portions[0]
    assert portion.count == number


def test_large_egg_is_still_one():
    large = eggs((8, 8), cm=(7.5, 5.8))
    assert weigh_outlines([large], [EGG], KNOWN).portions[0].count == 1


def test_crumb_beside_a_piece_is_no_piece():
    mask = cv2.circle(np.zeros((200, 200), np.uint8), (90, 90), 60, 1, cv2.FILLED)
    cv2.circle(mask, (180, 180), 8, 1, cv2.FILLED)
    assert outline(mask > 0).lobes == 1


def test_slices_are_counted_where_they_lie_apart():
    two = np.zeros((480, 640), bool)
    two[20:140, 20:180] = two[20:140, 300:460] = True
    apart = weigh_outlines([outline(two)], [BREAD], KNOWN).portions[0]
    alone = weigh_outlines([slab(8, 6)], [BREAD], KNOWN).portions[0]
    assert (alone.count, apart.count) == (1, 2)
    assert apart.mass_g.value > 1.6 * alone.mass_g.value


def test_what_comes_in_no_pieces_and_what_is_unsure_has_no_count():
    assert weigh_outlines([slab(10, 10)], [RICE], KNOWN).portions[0].count is None
    assert weigh_outlines([slab(10, 10)], [None], KNOWN).portions[0].count is None
    crumbs = Food("peanuts", None, 4, 0.6, 30.0, "heap", VEGAN, "peanut", 1.0)
    assert weigh_outlines([slab(6, 6)], [crumbs], BLIND).portions[0].count is None
