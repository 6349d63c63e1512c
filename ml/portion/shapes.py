"""Volume of a food from its outline in the photo, by the body it resembles.

With A the outline's area and r the radius of the largest circle inside it, both in cm seen at the food:

* sphere, ellipsoid (third axis equal to the short one): 4/3 A r
* cylinder on its side (a bent one and a torus too): pi/2 A r
* slab, wedge, sheet: A h with a usual thickness h
* heap, leafy: a paraboloid over the outline, 1/2 A (k sqrt(A / pi)), of height k times its radius
* bowl: a paraboloid below the outline, which is the visible surface of what the bowl holds

A r holds for any number of equal bodies that touch in one mask. Real foods fall short of the round solids,
being flattened and outlined with some shadow: by 0.8 for spheres and ellipsoids, fitted on half of the items
of ECUSTFD (Liang and Li 2017; `python -m ml.evaluation.portion`) like the spreads of the round shapes and of
the slab, whose thickness comes from there too. The other heights and spreads are our estimates from kitchen
measures: a 300 g bowl of soup, a 160 g serving of rice, a 120 g slice of cake.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import pi, sqrt

import cv2
import numpy as np
from cv2.typing import MatLike

from ml.types import Mask, Outline

WORKING_SIDE = 256
CRUMB = 0.25
"""Of the largest part's area, below which a part of a mask is no piece of its own."""
NECK = 0.7
"""Of a part's inradius: where a mask is narrower, two pieces touch."""
ROUNDNESS = 0.8
"""Volume of real round foods over that of the solid with their outline."""


@dataclass(frozen=True)
class Shape:
    """A body: its volume in cm3 from area (cm2) and inradius (cm), and how far real foods stray from it."""

    volume: Callable[[float, float], float]
    degree: int
    """By which power of the scale the volume grows: 3, or 2 for a body of fixed thickness."""
    flat: bool
    """Whether it lies in the plane of the plate, so that a tilted camera sees its area shortened."""
    spread: float
    """Standard deviation of the logarithm of true over computed volume."""


def _round(factor: float, spread: float) -> Shape:
    return Shape(lambda area, inradius: factor * area * inradius, 3, False, spread)


def _thick(height_cm: float, spread: float) -> Shape:
    return Shape(lambda area, _: area * height_cm, 2, True, spread)


def _mound(height_to_radius: float, spread: float) -> Shape:
    return Shape(lambda area, _: 0.5 * area * height_to_radius * sqrt(area / pi), 3, True, spread)


SHAPES = {
    "sphere": _round(ROUNDNESS * 4 / 3, 0.15),
    "ellipsoid": _round(ROUNDNESS * 4 / 3, 0.2),
    "cylinder": _round(ROUNDNESS * pi / 2, 0.4),
    "slab": _thick(2.2, 0.4),
    "wedge": _thick(4.0, 0.4),
    "sheet": _thick(0.6, 0.45),
    "heap": _mound(0.5, 0.4),
    "leafy": _mound(0.55, 0.5),
    "bowl": _mound(0.65, 0.35),
}
"""By the names that the reviewed food table uses."""


def layer(piece_cm3: float) -> Shape:
    """Round pieces of this volume that cover the outline: A r with the r of one of them.

    Gaps between them and a second layer on top make up for each other, give or take the spread: our estimate.
    """
    factor = ROUNDNESS * 4 / 3
    radius = (piece_cm3 / (factor * pi)) ** (1 / 3)
    return Shape(lambda area, inradius: factor * area * min(radius, inradius), 2, False, 0.5)


def fit(pixels: MatLike, long_side: int) -> MatLike:
    """An image or mask of bytes (HxW or HxWxC) scaled to a `long_side`, no side below a pixel; averaged."""
    height, width = pixels.shape[:2]
    factor = long_side / max(height, width)
    size = max(1, round(width * factor)), max(1, round(height * factor))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)


def outline(mask: Mask) -> Outline:
    """Measure a bool HxW mask with at least one pixel set."""
    x, y, width, height = cv2.boundingRect(mask.view(np.uint8))
    shrink = min(1.0, WORKING_SIDE / max(width, height))
    crop = mask[y : y + height, x : x + width].astype(np.uint8) * 255
    small = fit(crop, WORKING_SIDE) if shrink < 1 else crop
    framed = cv2.copyMakeBorder(small, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    inside = framed > min(127, framed.max() - 1)  # a mask thinner than a pixel of the small one has no 127
    depth = cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    inradius = max(float(depth.max()) - 0.5, 0.5) / shrink
    return Outline(float(np.count_nonzero(mask)), inradius, _lobes(depth))


def _lobes(depth: MatLike) -> int:
    """How many parts a mask has whose distance to its edge (h, w) falls off between them."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats((depth > 0).astype(np.uint8))
    areas = stats[1:, cv2.CC_STAT_AREA]
    count = 0
    for part in np.flatnonzero(areas >= CRUMB * areas.max()) + 1:
        inner = np.where(labels == part, depth, 0)
        count += cv2.connectedComponents((inner > NECK * inner.max()).astype(np.uint8))[0] - 1
    return count
