"""What a crop is in the app, in training and in evaluation: its place, and how a network sees it."""

from __future__ import annotations

import cv2
import numpy as np

from ml.types import Box, Image

MARGIN = 0.15
"""Of a box's longer side, added around it: what stands beside a food tells something about it."""


def with_margin(box: tuple[float, float, float, float]) -> Box:
    """A food's box (x0, y0, x1, y1 in pixels) and its surroundings; it may reach out of the photo."""
    x0, y0, x1, y1 = box
    margin = MARGIN * max(x1 - x0, y1 - y0)
    return round(x0 - margin), round(y0 - margin), round(x1 + margin), round(y1 + margin)


def cut(image: Image, box: tuple[float, float, float, float]) -> Image:
    """A view of `image` (HxWx3) at `box` (x0, y0, x1, y1 in pixels), as far as it lies within the photo."""
    x0, y0, x1, y1 = (max(0, round(side)) for side in box)
    return image[y0:y1, x0:x1]


def squeeze(crop: Image, size: int, detail: int | None = None) -> Image:
    """The crop (HxWx3 uint8 RGB) squeezed to `size` x `size`, averaging where it shrinks.

    With `detail`, a larger crop is first squeezed to `detail` x `detail`, which takes its sharpness. To a
    network that learnt its dishes from small photos, that is a sign of the few foods it saw sharp.
    """
    if detail and detail < size and max(crop.shape[:2]) > detail:
        crop = squeeze(crop, detail)
    height, width = crop.shape[:2]
    shrunk = cv2.resize(crop, (min(width, size), min(height, size)), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(shrunk, (size, size), interpolation=cv2.INTER_LINEAR), np.uint8)
