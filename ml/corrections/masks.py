"""Masks of foods that a person parts."""

from __future__ import annotations

import cv2
import numpy as np

from ml.types import Mask

SMALLEST_SHARE = 0.02
"""Of the mask's area; smaller parts stay with the nearest larger one."""


def split(mask: Mask) -> list[Mask]:
    """Two or more masks (bool HxW) that together are `mask`: its separate pieces, or else its two halves.

    A mask in one piece is cut through its centre, across its longer axis.
    """
    count, parts, stats, centroids = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA]
    large = [i for i in range(1, count) if areas[i] >= SMALLEST_SHARE * areas[1:].sum()]
    if len(large) > 1:
        nearest = [
            i if i in large else min(large, key=lambda j: float(np.hypot(*(centroids[i] - centroids[j]))))
            for i in range(count)
        ]
        owner = np.array([0, *nearest[1:]])[parts]
        return [np.asarray(owner == i) for i in large]
    rows, columns = np.nonzero(mask)
    points = np.column_stack([columns, rows]).astype(np.float32)
    center = points.mean(axis=0)
    _, _, axes = np.linalg.svd(np.cov((points - center).T))
    beyond = (points - center) @ axes[0] > 0
    halves = [np.zeros_like(mask), np.zeros_like(mask)]
    for half, chosen in zip(halves, (beyond, ~beyond), strict=True):
        half[rows[chosen], columns[chosen]] = True
    return halves
