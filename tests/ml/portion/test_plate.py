"""Finding plates drawn with a known diameter, and finding none where there is none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ml.portion.plate import find_plate

WHITE, RED, DARK, WOOD, CLOTH = (236, 234, 230), (190, 40, 60), (50, 52, 60), (130, 95, 65), (210, 205, 195)


def table(colour, seed=0):
    """A textured table, uint8 480x640x3."""
    noise = np.random.default_rng(seed).normal(0, 6, (480, 640, 1))
    return np.clip(np.array(colour) + cv2.GaussianBlur(noise, (0, 0), 1.5)[..., None], 0, 255).astype(
        np.uint8
    )


def serve(background, colour, diameter_px, tilt_deg, *, center=(320, 240), food_px=60):
    """A plate with a rim line and a round food on it: the photo and the food's mask."""
    photo, minor = background.copy(), np.cos(np.radians(tilt_deg))
    shadow = (center[0] + 5, center[1] + 6)
    cv2.ellipse(photo, (shadow, (diameter_px, diameter_px * minor), 0), (60, 45, 35), cv2.FILLED, cv2.LINE_AA)
    cv2.ellipse(photo, (center, (diameter_px, diameter_px * minor), 0), colour, cv2.FILLED, cv2.LINE_AA)
    well = tuple(int(0.85 * c) for c in colour)
    cv2.ellipse(photo, (center, (0.7 * diameter_px, 0.7 * diameter_px * minor), 0), well, 2, cv2.LINE_AA)
    mask = np.zeros(photo.shape[:2], np.uint8)
    cv2.circle(mask, (center[0] + 20, center[1] - 10), food_px, 1, cv2.FILLED)
    photo[mask > 0] = (150, 160, 60)
    return cv2.GaussianBlur(photo, (3, 3), 0), mask > 0


@pytest.mark.parametrize("tilt", [0, 20, 40, 55])
@pytest.mark.parametrize(("colour", "surface"), [(WHITE, WOOD), (RED, CLOTH), (DARK, CLOTH)])
def test_rim_gives_diameter_and_tilt(tilt, colour, surface):
    plate = find_plate(*_as_arguments(serve(table(surface), colour, 400, tilt)))
    assert plate.diameter_px == pytest.approx(400, rel=0.05)
    assert plate.tilt_deg == pytest.approx(tilt, abs=12)


def test_plate_cut_by_the_frame_is_measured():
    plate = find_plate(*_as_arguments(serve(table(WOOD), WHITE, 420, 15, center=(490, 260))))
    assert plate.diameter_px == pytest.approx(420, rel=0.05)


def test_photo_size_does_not_matter():
    photo, mask = serve(table(WOOD), WHITE, 400, 30)
    large = cv2.resize(photo, None, fx=3, fy=3)
    plate = find_plate(large, [cv2.resize(mask.astype(np.uint8), None, fx=3, fy=3) > 0])
    assert plate.diameter_px == pytest.approx(1200, rel=0.05)


@pytest.mark.parametrize("seed", range(4))
def test_food_without_a_plate_finds_none(seed):
    photo, mask = table(WOOD, seed), np.zeros((480, 640), np.uint8)
    cv2.circle(mask, (300, 250), 110, 1, cv2.FILLED)
    photo[mask > 0] = (200, 60, 50)
    cv2.rectangle(photo, (40, 300), (180, 460), (240, 240, 240), cv2.FILLED)
    cv2.line(photo, (0, 100), (640, 140), (40, 40, 40), 6)
    assert find_plate(photo, [mask > 0]) is None


def test_plate_without_the_food_is_not_taken():
    photo, _ = serve(table(WOOD), WHITE, 260, 0, center=(180, 240), food_px=10)
    beside = np.zeros((480, 640), bool)
    beside[180:300, 450:600] = True
    photo[beside] = (200, 60, 50)
    assert find_plate(photo, [beside]) is None


def test_no_foods_no_plate():
    photo, _ = serve(table(WOOD), WHITE, 400, 0)
    assert find_plate(photo, []) is None


def _as_arguments(served):
    return served[0], [served[1]]
