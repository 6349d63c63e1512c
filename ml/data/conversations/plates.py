"""Pictures of plates with known foods: a photo as it is, or several pasted on one table."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.random import Generator

from ml.data.scenes.backgrounds import background
from ml.data.scenes.canvas import Canvas, Layer
from ml.data.scenes.tableware import plate
from ml.types import Image

SIZE = 256
PLACES: dict[int, tuple[tuple[float, float], ...]] = {
    2: ((0.28, 0.5), (0.72, 0.5)),
    3: ((0.28, 0.3), (0.72, 0.3), (0.5, 0.72)),
    4: ((0.27, 0.27), (0.73, 0.27), (0.27, 0.73), (0.73, 0.73)),
}
"""Centres (x, y) of the foods, by how many there are, as shares of the picture."""


def lay_plate(rng: Generator, photos: Sequence[Image]) -> Image:
    """The photo (HxWx3 uint8 RGB) if it is one; else up to four cut to ellipses on a table, 256x256."""
    if len(photos) == 1:
        return photos[0]
    canvas = Canvas(background(rng, SIZE))
    if rng.random() < 0.6:
        dish, _ = plate(rng, int(SIZE * rng.uniform(0.9, 1.2)))
        corner = (SIZE - len(dish.opacity)) // 2
        canvas.lay(dish, corner, corner, food=False)
    turned = rng.random() < 0.5
    for (x, y), photo in zip(PLACES[len(photos)], photos, strict=True):
        across, down = (y, x) if turned else (x, y)
        side = int(SIZE * rng.uniform(0.38, 0.52))
        left, top = (int(SIZE * (place + rng.uniform(-0.05, 0.05)) - side / 2) for place in (across, down))
        canvas.lay(_cut(rng, photo, side), left, top, food=True)
    return canvas.scene(rng).image


def _cut(rng: Generator, photo: Image, side: int) -> Layer:
    """The middle of a photo in an ellipse."""
    axes = (side // 2, int(side * rng.uniform(0.4, 0.5)))
    opacity = np.zeros((side, side), np.float32)
    cv2.ellipse(opacity, (side // 2, side // 2), axes, rng.uniform(0, 180), 0, 360, 1.0, cv2.FILLED)
    return Layer(cv2.resize(photo, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32), opacity)
