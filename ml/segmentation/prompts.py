"""Where to click: few good points, from a map of where food is."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.types import Mask


def depth_within(wanted: Mask) -> NDArray[np.float32]:
    """How far each place of `wanted` (bool (h, w)) is from what is not wanted, the map's border included."""
    return np.asarray(cv2.distanceTransform(np.pad(wanted, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1])


def food_peaks(food: NDArray[np.float32], wanted: Mask, count: int, seam: float = 0.0) -> NDArray[np.int64]:
    """Up to `count` places (P, 2) as (x, y), deep inside `wanted` (bool (h, w)), surest food first.

    `food` is float32 (h, w) in 0..1. A place's merit is its probability times its depth, the distance to the
    nearest place that is not wanted; each choice rules out the largest disc of wanted places around it.
    Places no deeper than `seam` cells get none.
    """
    depth = depth_within(wanted)
    merit = np.where(depth > seam, food * depth, 0)
    ys, xs = np.indices(food.shape)
    peaks: list[tuple[int, int]] = []
    while len(peaks) < count and merit.max() > 0:
        y, x = np.unravel_index(merit.argmax(), merit.shape)
        peaks.append((int(x), int(y)))
        merit[np.hypot(xs - x, ys - y) <= depth[y, x]] = 0
    return np.array(peaks, np.int64).reshape(-1, 2)
