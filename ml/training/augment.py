"""Crop augmentation: makes thumbnails and sharp photos, clean masks and busy plates look alike."""

from __future__ import annotations

import io

import cv2
import numpy as np
import PIL.Image

from ml.recognition.crops import squeeze
from ml.types import Image

SHARPNESS = (48.0, 400.0)
"""Longer side in px that a photo is shrunk to first, at random: its resolution tells nothing of its food."""


def augment(image: Image, rng: np.random.Generator, size: int, detail: int | None = None) -> Image:
    """A random view of a crop (HxWx3 uint8 RGB) at `size` x `size`, by way of `detail` as in `squeeze`."""
    image = _shrink(image, float(np.exp(rng.uniform(*np.log(SHARPNESS)))))
    if rng.random() < 0.5:
        image = _compress(image, int(rng.integers(30, 95)))
    image = squeeze(_crop(image, rng), size, detail)
    if rng.random() < 0.5:
        image = np.ascontiguousarray(image[:, ::-1])
    image = _recolor(image, rng)
    if rng.random() < 0.15:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.5)), np.uint8)
    return _erase(image, rng) if rng.random() < 0.15 else image


def hide_surroundings(image: Image, rng: np.random.Generator) -> Image:
    """What lies outside of the ellipse that fills a box's crop in one colour, lest it be learnt too."""
    height, width = image.shape[:2]
    inside = np.zeros((height, width), np.uint8)
    axes = (int(width * rng.uniform(0.42, 0.5)), int(height * rng.uniform(0.42, 0.5)))
    cv2.ellipse(inside, (width // 2, height // 2), axes, 0, 0, 360, 1, -1)
    return np.where(inside[..., None] > 0, image, rng.integers(0, 256, 3, np.uint8))


def _shrink(image: Image, longer_side: float) -> Image:
    scale = min(1.0, longer_side / max(image.shape[:2]))
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def _compress(image: Image, quality: int) -> Image:
    """The image after JPEG compression."""
    file = io.BytesIO()
    PIL.Image.fromarray(image).save(file, "JPEG", quality=quality)
    return np.array(PIL.Image.open(file))


def _crop(image: Image, rng: np.random.Generator) -> Image:
    """45 to 100 % of the area, with the sides' ratio changed by up to a quarter."""
    height, width = image.shape[:2]
    side, ratio = np.sqrt(rng.uniform(0.45, 1)), np.exp(rng.uniform(-0.125, 0.125))
    h, w = min(height, max(8, int(height * side * ratio))), min(width, max(8, int(width * side / ratio)))
    y, x = rng.integers(0, height - h + 1), rng.integers(0, width - w + 1)
    return image[y : y + h, x : x + w]


def _recolor(image: Image, rng: np.random.Generator) -> Image:
    """Light (gain and offset), its colour (gain a channel) and saturation."""
    pixels = image.astype(np.float32)
    grey = pixels.mean(axis=2, keepdims=True)
    pixels = grey + (pixels - grey) * rng.uniform(0.7, 1.3)
    gain = rng.uniform(0.75, 1.25) * rng.uniform(0.85, 1.15, 3)
    return np.asarray(np.clip(pixels * gain + rng.uniform(-15, 15), 0, 255), np.uint8)


def _erase(image: Image, rng: np.random.Generator) -> Image:
    """A random box of up to 40 % a side filled with a colour (random erasing, Zhong et al. 2020)."""
    size = image.shape[0]
    h, w = (rng.uniform(0.15, 0.4, 2) * size).astype(int)
    y, x = rng.integers(0, size - h), rng.integers(0, size - w)
    image = image.copy()
    image[y : y + h, x : x + w] = rng.integers(0, 256, 3, np.uint8)
    return image
