"""Finds coins and cards in a photo by themselves: round and four-cornered things of the right look.

The photo is stretched against the camera's tilt, which makes what lies on the table round or right-angled
again. Coins are circles by Hough's gradient method (Yuen et al. 1990, as OpenCV refines it), whose rim is a
line of edges and whose face is metal: little colour. Cards are convex quadrilaterals with right angles and
the sides of ISO/IEC 7810 ID-1. `python -m ml.evaluation.objects` prints how many are found, and how many that
are none.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from ml.portion.shapes import fit
from ml.types import Image, Mask

Floats = NDArray[np.float64]

LONG_SIDE = 640
"""Objects are sought in the photo shrunk to this many pixels."""
TILTS_DEG = (0.0, 25.0, 40.0)
"""Tried where no rim tells the camera's tilt."""
COIN_RADIUS = (0.018, 0.07)
"""Of the photo's long side: a coin of 2.4 cm in a view of 67 cm down to one of 17 cm."""
ROUNDNESS = 0.8
"""How perfect a circle must be for OpenCV, 0..1."""
RIM_SAMPLES = 72
RIM_REACH = np.arange(-2.0, 2.5)
ALONG = 0.85
"""Cosine between an edge's gradient and the rim's normal."""
MIN_GRADIENT = 6.0
"""Grey levels a pixel."""
MIN_RIM = 0.45
"""Share of a coin's rim on edges of one polarity."""
MAX_CHROMA = 28.0
"""Distance from grey in Lab: copper has about 25, tomatoes and yolks 40 and more."""
FACE, RING = 0.85, (1.15, 1.5)
"""Of a coin's radius: what shows its colour, and what shows the table around it."""
MAX_UNEVEN = 25.0
"""Lab levels by which the table around a coin may vary; beside a bottle's cap there is more to see."""
MIN_CONTRAST = 15.0
"""Lab levels between a coin and the table."""
CARD_RATIO = 85.60 / 53.98
RATIO_TOLERANCE = 0.06
CARD_AREA = (0.008, 0.2)
"""Of the photo's area."""
MAX_COSINE = 0.1
"""Of a card's corners, 84 to 96 degrees."""
MAX_FOOD = 0.05
"""Of an object's area that may be food."""


def find_objects(image: Image, masks: Sequence[Mask], tilt_deg: float | None) -> dict[str, float]:
    """Sizes in photo pixels of the coin and the card that lie beside the food, of those that are certain.

    `image` is uint8 HxWx3 RGB, `masks` bool HxW of the foods, `tilt_deg` the camera's angle from straight
    down where it is known. Keys are "coin" (diameter) and "card" (long side).
    """
    factor = LONG_SIDE / max(image.shape[:2])
    small = fit(image, LONG_SIDE)
    size = (small.shape[1], small.shape[0])
    food = (
        cv2.resize(reduce(np.logical_or, masks).astype(np.uint8), size, interpolation=cv2.INTER_AREA)
        if masks
        else np.zeros(small.shape[:2], np.uint8)
    )
    coins, cards = [], []
    for tilt in TILTS_DEG if tilt_deg is None else (tilt_deg,):
        stretch = 1 / np.cos(np.radians(tilt))
        level, covered = (cv2.resize(pixels, None, fx=1, fy=stretch) for pixels in (small, food))
        grey = cv2.GaussianBlur(cv2.cvtColor(level, cv2.COLOR_RGB2GRAY), (5, 5), 1.2)
        coins += _coins(level, grey, covered)
        cards += _cards(grey, covered)
    found = {"coin": max(coins, default=None), "card": max(cards, default=None)}
    return {kind: best[1] / factor for kind, best in found.items() if best is not None}


def _coins(level: MatLike, grey: MatLike, food: MatLike) -> list[tuple[float, float]]:
    """(Share of the rim on edges, diameter) of each coin."""
    low, high = (round(share * LONG_SIDE) for share in COIN_RADIUS)
    circles = cv2.HoughCircles(
        grey,
        cv2.HOUGH_GRADIENT_ALT,
        dp=1.5,
        minDist=low,
        param1=150,
        param2=ROUNDNESS,
        minRadius=low,
        maxRadius=high,
    )
    if circles is None:
        return []
    gradient = np.stack([cv2.Sobel(grey, cv2.CV_32F, *order) / 4 for order in ((1, 0), (0, 1))], axis=-1)
    lab = cv2.cvtColor(level, cv2.COLOR_RGB2Lab).astype(np.float32)
    coins = []
    for x, y, radius, *_ in circles.reshape(-1, circles.shape[-1]).tolist():
        face, inner, outer = (_disc(food.shape, x, y, share * radius) for share in (FACE, *RING))
        rim = _rim_support(gradient, x, y, radius)
        if rim >= MIN_RIM and food[face].mean() <= MAX_FOOD and _like_coin(lab[face], lab[outer & ~inner]):
            coins.append((rim, 2 * radius))
    return coins


def _disc(shape: tuple[int, ...], x: float, y: float, radius: float) -> Mask:
    center = (round(x), round(y))
    return cv2.circle(np.zeros(shape, np.uint8), center, round(radius), 1, cv2.FILLED) > 0


def _like_coin(face: MatLike, table: MatLike) -> bool:
    """Whether Lab pixels (K, 3) are a metal's that lies on an even table of another colour."""
    chroma = np.linalg.norm(face[:, 1:] - 128, axis=1).mean()
    contrast = np.linalg.norm(np.median(face, axis=0) - np.median(table, axis=0))
    return bool(chroma <= MAX_CHROMA and contrast >= MIN_CONTRAST and table.std(axis=0).sum() <= MAX_UNEVEN)


def _rim_support(gradient: MatLike, x: float, y: float, radius: float) -> float:
    """Share of a circle's rim with an edge along it, all of them from dark to bright or all the other way."""
    angle = np.linspace(0, 2 * np.pi, RIM_SAMPLES, endpoint=False)
    normal = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    points = np.array([x, y]) + (radius + RIM_REACH[:, None, None]) * normal
    height, width = gradient.shape[:2]
    column, row = np.rint(points).astype(int).transpose(2, 0, 1)
    found = gradient[row.clip(0, height - 1), column.clip(0, width - 1)]
    strength = np.linalg.norm(found, axis=-1)
    cosine = (found * normal).sum(-1) / np.maximum(strength, MIN_GRADIENT)
    best = np.take_along_axis(cosine, np.abs(cosine).argmax(axis=0)[None], axis=0)[0]
    return float(max((best > ALONG).mean(), (best < -ALONG).mean()))


def _cards(grey: MatLike, food: MatLike) -> list[tuple[float, float]]:
    """(Minus the misfit of the sides' ratio, long side) of each card."""
    edges = cv2.dilate(cv2.Canny(grey, 40, 120), np.ones((3, 3), np.uint8))
    contours, _ = cv2.findContours(edges, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    cards = []
    for contour in contours:
        area = cv2.contourArea(contour) / grey.size
        if not CARD_AREA[0] <= area <= CARD_AREA[1]:
            continue
        corners = cv2.approxPolyDP(contour, 0.03 * cv2.arcLength(contour, True), True)[:, 0].astype(
            np.float64
        )
        misfit = _misfit(corners)
        inside = cv2.fillConvexPoly(np.zeros(grey.shape, np.uint8), corners.astype(np.int32), 1) > 0
        if misfit <= RATIO_TOLERANCE and food[inside].mean() <= MAX_FOOD:
            cards.append((-misfit, float(_sides(corners).max())))
    return cards


def _sides(corners: Floats) -> Floats:
    """Mean lengths of the two pairs of opposite sides of a quadrilateral (4, 2)."""
    lengths = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    return np.asarray((lengths[:2] + lengths[2:]) / 2)


def _misfit(corners: Floats) -> float:
    """How far a polygon's (K, 2) ratio of sides is from a card's; infinite if it is no rectangle."""
    if len(corners) != 4:
        return np.inf
    sides = np.roll(corners, -1, axis=0) - corners
    lengths = np.linalg.norm(sides, axis=1)
    cosines = np.abs((sides * np.roll(sides, -1, axis=0)).sum(1)) / (lengths * np.roll(lengths, -1))
    if cosines.max() > MAX_COSINE:
        return np.inf
    short, long = np.sort(_sides(corners)).tolist()
    return float(abs(np.log(long / short / CARD_RATIO)))
