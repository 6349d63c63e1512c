"""The photo with a coloured mask for each food, as `gr.AnnotatedImage` takes it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from noon_demo.images import Image
from noon_demo.ml_inference import PhotoAnalysis
from noon_demo.overlay import COLORS

Annotated = tuple[Image, list[tuple[NDArray[np.float32], str]]]
"""A photo, HxWx3 uint8 RGB, and its labelled masks: opacities in 0..1, HxW."""

DISPLAY_PX = 960
"""Longest side of what the page shows; each mask travels as an image of this size."""
FILL, OUTLINE = 0.4, 1.0
"""Opacity inside a mask and along its edge."""


def item_color(number: int) -> str:
    """The colour of a food in the photo and the table, as #RRGGBB; `number` counts from 1."""
    return COLORS[(number - 1) % len(COLORS)]


def annotated(photo: PhotoAnalysis) -> tuple[Annotated, dict[str, str]]:
    """The photo at most `DISPLAY_PX` long with a numbered mask for each food, and each label's colour."""
    height, width = photo.image.shape[:2]
    factor = min(1.0, DISPLAY_PX / max(height, width))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    shown = cv2.resize(photo.image, size, interpolation=cv2.INTER_AREA)
    masks, colors = [], {}
    for number, food in enumerate(photo.facts.foods, start=1):
        if food.item.mask is not None:
            label = f"{number} {food.item.label}"
            masks.append((_opacity(food.item.mask, size), label))
            colors[label] = item_color(number)
    return (np.asarray(shown, np.uint8), masks), colors


def _opacity(mask: NDArray[np.bool_], size: tuple[int, int]) -> NDArray[np.float32]:
    """A bool HxW mask as float32 opacities at `size` (width, height)."""
    small = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    edge = cv2.morphologyEx(small, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    return np.where(edge > 0, OUTLINE, small * FILL).astype(np.float32)
