"""The photo with its masks drawn in, for clients without a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from noon_demo.photos.images import Image

if TYPE_CHECKING:
    from noon_demo.ml_inference import PhotoAnalysis

LONG_SIDE = 1600
OPACITY = 0.45
COLORS = ("#56B4E9", "#CC79A7", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#E69F00")
"""Told apart with any colour vision: Okabe and Ito, "Color Universal Design" (2008), without black."""


def draw(photo: PhotoAnalysis) -> Image:
    """The photo, HxWx3 uint8 RGB at most `LONG_SIDE` long, its foods tinted, outlined, numbered and named."""
    height, width = photo.image.shape[:2]
    factor = min(1.0, LONG_SIDE / max(height, width))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    canvas = cv2.resize(photo.image, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    for number, food in enumerate(photo.facts.foods):
        if food.item.mask is not None:
            mask = cv2.resize(food.item.mask.view(np.uint8), size, interpolation=cv2.INTER_NEAREST)
            _tint(canvas, mask.astype(bool), _rgb(COLORS[number % len(COLORS)]))
    for number, food in enumerate(photo.facts.foods, 1):
        if food.item.bbox is not None:
            x0, y0, x1, y1 = food.item.bbox
            _write(
                canvas,
                f"{number} {food.item.label}",
                round((x0 + x1) / 2 * factor),
                round((y0 + y1) / 2 * factor),
            )
    return canvas


def _tint(canvas: Image, inside: NDArray[np.bool_], color: tuple[int, int, int]) -> None:
    canvas[inside] = ((1 - OPACITY) * canvas[inside] + OPACITY * np.array(color)).astype(np.uint8)
    contours, _ = cv2.findContours(inside.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(canvas, contours, -1, color, max(2, max(canvas.shape) // 400), cv2.LINE_AA)


def _write(canvas: Image, text: str, x: int, y: int) -> None:
    """White words on a dark plate, centred on (x, y) as far as the canvas allows."""
    scale = max(canvas.shape) / 1400
    (width, height), below = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, 2)
    margin = round(8 * scale)
    left = int(np.clip(x - width // 2, margin, max(margin, canvas.shape[1] - width - margin)))
    base = int(
        np.clip(y + height // 2, height + margin, max(height + margin, canvas.shape[0] - below - margin))
    )
    corners = (left - margin, base - height - margin), (left + width + margin, base + below + margin)
    cv2.rectangle(canvas, *corners, (32, 32, 32), cv2.FILLED)
    cv2.putText(canvas, text, (left, base), cv2.FONT_HERSHEY_SIMPLEX, scale, (255, 255, 255), 2, cv2.LINE_AA)


def _rgb(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
