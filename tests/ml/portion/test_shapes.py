"""Volumes of outlines whose true volume is known."""

from __future__ import annotations

from math import pi

import cv2
import numpy as np
import pytest

from ml.portion.shapes import ROUNDNESS, SHAPES, outline


def disc(radius, size=700):
    return cv2.circle(np.zeros((size, size), np.uint8), (size // 2, size // 2), radius, 1, cv2.FILLED) > 0


def volume(shape, mask, cm_per_px):
    found = outline(mask)
    return SHAPES[shape].volume(found.area * cm_per_px**2, found.inradius * cm_per_px)


@pytest.mark.parametrize("radius_px", [20, 100, 300])
def test_sphere_of_known_radius(radius_px):
    true = 4 / 3 * pi * 3.5**3
    assert volume("sphere", disc(radius_px), 3.5 / radius_px) == pytest.approx(ROUNDNESS * true, rel=0.06)


@pytest.mark.parametrize("mask", [np.ones((2000, 3), bool), np.eye(2000, dtype=bool), np.ones((1, 1), bool)])
def test_the_thinnest_masks_are_measured(mask):
    found = outline(mask)
    assert found.area == mask.sum()
    assert 0 < found.inradius < 9
    assert found.lobes >= 1


def test_three_touching_spheres_are_three():
    mask = np.zeros((100, 300), np.uint8)
    for x in (50, 150, 250):
        cv2.circle(mask, (x, 50), 49, 1, cv2.FILLED)
    true = 3 * 4 / 3 * pi * 2**3
    assert volume("sphere", mask > 0, 2 / 49) == pytest.approx(ROUNDNESS * true, rel=0.06)


def test_spheroid_has_its_short_axis_twice():
    mask = cv2.ellipse(np.zeros((300, 500), np.uint8), (250, 150), (200, 100), 30, 0, 360, 1, cv2.FILLED) > 0
    assert volume("ellipsoid", mask, 0.01) == pytest.approx(ROUNDNESS * 4 / 3 * pi * 2 * 1 * 1, rel=0.06)


def test_cylinder_lying_on_its_side():
    mask = np.zeros((200, 600), bool)
    mask[75:125, 50:550] = True
    assert volume("cylinder", mask, 0.04) == pytest.approx(ROUNDNESS * pi * 1**2 * 20, rel=0.06)


def test_ring_is_a_torus_not_a_disc():
    ring = disc(200) & ~disc(100)
    true = 2 * pi**2 * 3 * 1**2
    assert volume("cylinder", ring, 0.02) == pytest.approx(ROUNDNESS * true, rel=0.06)


def test_slab_grows_with_its_area_alone():
    assert volume("slab", disc(200), 0.02) == pytest.approx(4 * volume("slab", disc(100), 0.02), rel=0.02)


@pytest.mark.parametrize("name", SHAPES)
def test_volume_grows_by_the_degree_of_the_shape(name):
    grown = volume(name, disc(100), 0.04) / volume(name, disc(100), 0.02)
    assert grown == pytest.approx(2 ** SHAPES[name].degree)
