"""Photos as training sees them: windows, mirrored, turned and relit; food painted over or cut out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.data.scenes.canvas import Opacity, Picture
from ml.types import Image, Mask


class Window(NamedTuple):
    """A part of a photo, in pixels."""

    top: int
    left: int
    height: int
    width: int


def random_window(rng: Generator, height: int, width: int) -> Window:
    """55 to 100 % of each side of a photo, anywhere."""
    h, w = (int(extent * rng.uniform(0.55, 1)) for extent in (height, width))
    return Window(int(rng.integers(0, height - h + 1)), int(rng.integers(0, width - w + 1)), h, w)


def close_window(rng: Generator, mask: Mask) -> Window:
    """1.2 to 4 times as wide and as high as what the mask (bool HxW) shows, and with all of it."""
    box = cv2.boundingRect(mask.astype(np.uint8))
    zoom = rng.uniform(1.2, 4)
    sides = []
    for start, extent, whole in zip(box[1::-1], box[:1:-1], mask.shape, strict=True):
        side = min(whole, max(48, int(zoom * extent)))
        lowest, highest = max(0, start + extent - side), min(start, whole - side)
        sides.append((int(rng.integers(lowest, highest + 1)), side))
    (top, h), (left, w) = sides
    return Window(top, left, h, w)


def random_view(
    rng: Generator, image: Image, masks: Sequence[Mask], size: int, window: Window | None = None
) -> tuple[Picture, list[Mask]]:
    """A window of a photo, mirrored, turned and recoloured, squeezed to `size` x `size` with its masks."""
    top, left, h, w = window or random_window(rng, *image.shape[:2])
    turns, mirror = rng.choice(4, p=(0.7, 0.1, 0.1, 0.1)), rng.random() < 0.5

    def view(array: NDArray[Any], interpolation: int) -> NDArray[Any]:
        crop = cv2.resize(array[top : top + h, left : left + w], (size, size), interpolation=interpolation)
        crop = np.rot90(crop, turns)
        return np.ascontiguousarray(crop[:, ::-1] if mirror else crop)

    picture = view(image, cv2.INTER_AREA).astype(np.float32)
    gain, shift = rng.uniform(0.7, 1.25) * rng.uniform(0.9, 1.1, 3), rng.uniform(-15, 15)
    views = [view(mask.astype(np.uint8), cv2.INTER_NEAREST_EXACT).astype(bool) for mask in masks]
    return np.clip(picture * gain + shift, 0, 255).astype(np.float32), views


def erase(picture: Picture, masks: Sequence[Mask]) -> Picture:
    """The picture with its masks, and a little around them, painted over from their surroundings.

    Telea's inpainting (2004) at a quarter of the size: what is left looks like an empty plate or table.
    """
    union = np.any([np.zeros(picture.shape[:2], bool), *masks], axis=0)
    hidden = cv2.dilate(union.astype(np.uint8), np.ones((17, 17), np.uint8))
    small = cv2.resize(picture, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA).astype(np.uint8)
    small_hidden = cv2.resize(hidden, small.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    filled = cv2.resize(cv2.inpaint(small, small_hidden, 3, cv2.INPAINT_TELEA), picture.shape[1::-1])
    alpha = cv2.GaussianBlur(hidden.astype(np.float32), (0, 0), 2)[..., None]
    return np.asarray(picture + alpha * (filled.astype(np.float32) - picture))


def cut_out(
    rng: Generator, image: Image, masks: Sequence[Mask], extent: float
) -> tuple[Picture, list[Opacity]]:
    """The part of a photo around the first mask, relit, its longer side `extent` pixels; all masks in it."""
    x, y, w, h = cv2.boundingRect(masks[0].astype(np.uint8))
    scale = extent / max(w, h)
    shape = (max(8, int(w * scale)), max(8, int(h * scale)))
    layers = [layer[y : y + h, x : x + w].astype(np.float32) for layer in (image, *masks)]
    paint, *opacities = (cv2.resize(layer, shape, interpolation=cv2.INTER_AREA) for layer in layers)
    lit = np.clip(paint * rng.uniform(0.7, 1.25) + rng.uniform(-15, 15), 0, 255).astype(np.float32)
    return lit, opacities
