"""Foods told apart by the food map alone: its connected areas, cut where they are pinched."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.segmentation.masks import Logits
from ml.segmentation.prompts import depth_within, food_peaks
from ml.types import Mask

NECK = 0.7
"""Bodies part at a neck no wider than this share of the slimmer one."""
MOST_BODIES = 24


def food_regions(food: NDArray[np.float32], threshold: float) -> Logits:
    """Logits (N, h, w) of the separate foods in `food`, float32 (h, w) in 0..1; above 0 where it passes.

    Touching bodies are parted where they meet in a neck; one of even width, such as a bent banana, stays one.
    """
    wanted = food > threshold
    peaks = food_peaks(food, wanted, MOST_BODIES)
    if not len(peaks):
        return np.empty((0, *food.shape), np.float32)
    _, parts = cv2.connectedComponents((wanted & ~_necks(wanted, peaks)).astype(np.uint8), connectivity=4)
    probability = np.clip(food, 0.01, 0.99)
    odds = np.log(probability / (1 - probability)) - np.log(threshold / (1 - threshold))
    kept = [part for part in np.unique(parts[peaks[:, 1], peaks[:, 0]]) if part]
    regions = [np.where(parts == part, odds, -np.abs(odds)) for part in kept]
    return np.array(regions, np.float32).reshape(-1, *food.shape)


def _necks(wanted: Mask, peaks: NDArray[np.int64]) -> Mask:
    """Where two bodies of `wanted`, each around one of the `peaks`, meet in a neck: bool (h, w).

    A place belongs to the peak whose largest inner circle is the nearest (power diagram, Aurenhammer 1987).
    """
    depth = depth_within(wanted)
    radius = depth[peaks[:, 1], peaks[:, 0]]
    ys, xs = np.indices(wanted.shape)
    offsets = np.stack([xs, ys], -1)[:, :, None] - peaks
    bodies = ((offsets**2).sum(-1) - radius**2).argmin(-1)
    necks = np.zeros_like(wanted)
    for here, there in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1], np.s_[1:])):
        near, far = bodies[here], bodies[there]
        low, high = np.minimum(near, far), np.maximum(near, far)
        for pair in np.unique(np.stack([low, high], -1)[near != far], axis=0):
            border = (low == pair[0]) & (high == pair[1]) & wanted[here] & wanted[there]
            if border.any() and depth[here][border].max() < NECK * radius[pair].min():
                necks[here] |= border
    return necks
