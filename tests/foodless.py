"""Pictures without food: what someone may drop in by mistake, uint8 RGB."""

from __future__ import annotations

import cv2
import numpy as np

from ml.types import Image


def grey() -> Image:
    return np.full((120, 160, 3), 128, np.uint8)


def white() -> Image:
    return np.full((90, 90, 3), 250, np.uint8)


def noise() -> Image:
    return np.random.default_rng(0).integers(0, 256, (128, 128, 3), np.uint8)


def text() -> Image:
    page = np.full((160, 200, 3), 245, np.uint8)
    for y in range(20, 160, 20):
        cv2.putText(page, "Lorem ipsum dolor sit", (5, y), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (20, 20, 20), 1)
    return page


def checks() -> Image:
    return (np.indices((144, 144)).sum(axis=0) // 12 % 2 * 180 + 40).astype(np.uint8)[..., None].repeat(3, 2)
