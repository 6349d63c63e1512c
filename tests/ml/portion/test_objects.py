"""Finding drawn coins and cards of a known size, and none among what only looks a little like them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ml.portion.objects import find_objects

STEEL, COPPER, TOMATO, WOOD, PLASTIC = (
    (170, 172, 176),
    (165, 120, 95),
    (190, 45, 35),
    (176, 136, 90),
    (30, 70, 130),
)


def table(seed=0):
    noise = np.random.default_rng(seed).normal(0, 4, (480, 640, 1))
    return np.clip(np.array(WOOD) + cv2.GaussianBlur(noise, (0, 0), 1.5)[..., None], 0, 255).astype(np.uint8)


def lay_coin(photo, colour, diameter_px, tilt_deg=0, at=(520, 120)):
    axes = (diameter_px, diameter_px * np.cos(np.radians(tilt_deg)))
    cv2.ellipse(photo, ((at[0] + 2, at[1] + 2), axes, 0), (70, 50, 40), cv2.FILLED, cv2.LINE_AA)
    cv2.ellipse(photo, (at, axes, 0), colour, cv2.FILLED, cv2.LINE_AA)
    return cv2.GaussianBlur(photo, (3, 3), 0)


def lay_card(photo, long_px, turn_deg, tilt_deg=0, ratio=85.60 / 53.98):
    corners = cv2.boxPoints(((0, 0), (long_px, long_px / ratio), turn_deg))
    corners[:, 1] *= np.cos(np.radians(tilt_deg))
    cv2.fillConvexPoly(photo, np.rint(corners + np.array([450, 300])).astype(np.int32), PLASTIC, cv2.LINE_AA)
    return cv2.GaussianBlur(photo, (3, 3), 0)


@pytest.mark.parametrize("tilt", [0, 25, 40])
@pytest.mark.parametrize("colour", [STEEL, COPPER])
def test_coin_gives_its_diameter(colour, tilt):
    photo = lay_coin(table(), colour, 42, tilt)
    for known in (float(tilt), None):
        assert find_objects(photo, [], known) == {"coin": pytest.approx(42, rel=0.1)}


@pytest.mark.parametrize(("turn", "tilt"), [(0, 0), (20, 0), (75, 0), (30, 30)])
def test_card_gives_its_long_side(turn, tilt):
    photo = lay_card(table(), 150, turn, tilt)
    assert find_objects(photo, [], float(tilt)) == {"card": pytest.approx(150, rel=0.06)}


def test_size_of_the_photo_does_not_matter():
    photo = cv2.resize(lay_coin(lay_card(table(), 150, 20), STEEL, 42), None, fx=3, fy=3)
    found = find_objects(photo, [], 0.0)
    assert found == {"coin": pytest.approx(126, rel=0.08), "card": pytest.approx(450, rel=0.06)}


@pytest.mark.parametrize(
    "photo",
    [
        table(),
        lay_coin(table(), TOMATO, 42),
        lay_coin(table(), STEEL, 200),
        lay_card(table(), 150, 20, ratio=1.0),
        lay_card(table(), 150, 20, ratio=2.0),
    ],
    ids=["nothing", "tomato", "saucer", "square", "telephone"],
)
def test_what_only_looks_alike_is_not_taken(photo):
    assert find_objects(photo, [], 0.0) == {}


def test_food_is_neither_coin_nor_card():
    photo = lay_coin(lay_card(table(), 150, 20), STEEL, 42)
    everything = np.ones(photo.shape[:2], bool)
    assert find_objects(photo, [everything], 0.0) == {}
