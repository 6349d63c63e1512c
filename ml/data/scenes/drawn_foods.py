"""Drawn foods: random shapes filled with crops of photos of food. Every shape is one item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.data.scenes.backgrounds import octaves, random_color
from ml.data.scenes.canvas import Layer, Picture
from ml.types import Image

Shape = NDArray[Any]
"""Square uint8, 1 inside and 0 outside."""


def surface(rng: Generator, photos: Sequence[Image], size: int) -> Picture:
    """What a food's surface looks like, float32 (size, size, 3): a crop of a photo, or a plain colour."""
    if rng.random() < 0.12:
        noise = octaves(rng, size, coarsest=int(rng.integers(2, 12))) * rng.uniform(4, 30)
        return random_color(rng, 40, 250) + noise[..., None]
    photo = photos[int(rng.integers(len(photos)))]
    height, width = photo.shape[:2]
    side = int(min(height, width) * rng.uniform(0.35, 0.85))
    top, left = (int(rng.uniform(0.15, 0.85) * (extent - side)) for extent in (height, width))
    crop = np.rot90(photo[top : top + side, left : left + side], int(rng.integers(4)))
    if rng.random() < 0.4:
        crop = np.vstack([np.hstack([crop, crop[:, ::-1]]), np.hstack([crop[::-1], crop[::-1, ::-1]])])
    return cv2.resize(np.ascontiguousarray(crop), (size, size), interpolation=cv2.INTER_LINEAR).astype(
        np.float32
    )


def blob(rng: Generator, size: int) -> Shape:
    """A closed curve around the centre, its radius a random sum of a few cosines."""
    angle = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    radius = np.ones(120)
    for k in range(1, rng.integers(3, 9)):
        radius += rng.uniform(-0.25, 0.25) / k * np.cos(k * angle + rng.uniform(0, 2 * np.pi))
    radius = np.clip(radius, 0.25, None) / radius.max() * size * 0.48
    flat = rng.uniform(0.5, 1)
    curve = np.stack([radius * np.cos(angle), radius * flat * np.sin(angle)], 1) + size / 2
    return cv2.fillPoly(np.zeros((size, size), np.uint8), [curve.astype(np.int32)], 1)


def disc(rng: Generator, size: int) -> Shape:
    """An ellipse: a fruit, an egg, a biscuit, a slice; now and then with the hole of a ring."""
    axes = (int(size * 0.48), int(size * rng.uniform(0.3, 0.48)))
    shape = np.zeros((size, size), np.uint8)
    cv2.ellipse(shape, (size // 2, size // 2), axes, 0, 0, 360, 1, -1)
    if rng.random() < 0.1:
        hole = (int(axes[0] * 0.3), int(axes[1] * 0.3))
        cv2.ellipse(shape, (size // 2, size // 2), hole, 0, 0, 360, 0, -1)
    return shape


def slab(rng: Generator, size: int) -> Shape:
    """A polygon of three to six corners, sharp or rounded: toast, cheese, a wedge, a fillet."""
    corners = rng.integers(3, 7)
    angle = np.sort(np.arange(corners) + rng.uniform(-0.3, 0.3, corners)) * 2 * np.pi / corners
    radius = size * rng.uniform(0.33, 0.46, corners)
    points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1) + size / 2
    shape = cv2.fillPoly(np.zeros((size, size), np.uint8), [points.astype(np.int32)], 1)
    width = 2 * int(size * rng.uniform(0.01, 0.12)) + 1
    return cv2.morphologyEx(
        shape, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
    )


def bent(rng: Generator, size: int) -> Shape:
    """A thick arc: a banana, a sausage, a bean, a prawn."""
    width = max(3, int(size * rng.uniform(0.1, 0.3)))
    t = np.linspace(-1, 1, 30)
    y = size * (0.5 + rng.uniform(-0.3, 0.3) * (t**2 - 0.5))
    curve = np.stack([size / 2 + t * (size - width) * 0.46, y], 1).astype(np.int32)
    return cv2.polylines(np.zeros((size, size), np.uint8), [curve], False, 1, width)


def pieces(rng: Generator, size: int, paint: Picture) -> Shape:
    """A heap of grains, leaves or sticks, one item; every piece is drawn into `paint` in its own shade."""
    length = size * rng.uniform(0.03, 0.3)
    axes = (max(2, int(length / 2)), max(1, int(length / 2 * rng.choice([0.15, 0.35, 0.6, 1.0]))))
    count = int(np.clip(0.9 * size**2 / (np.pi * axes[0] * axes[1]), 12, 220))
    shape = np.zeros((size, size), np.uint8)
    turn, spread = rng.uniform(0, 180), rng.choice([20.0, 180.0])
    radius = rng.beta(1.6, 1.8, count) * 0.48 * size - axes[0] * 0.7
    angle = rng.uniform(0, 2 * np.pi, count)
    strength = rng.uniform(0.05, 0.35)
    for r, a in sorted(zip(np.maximum(radius, 0), angle, strict=True), reverse=True):
        centre = (int(size / 2 + r * np.cos(a)), int(size / 2 + r * np.sin(a) * 0.85))
        tilt = turn + rng.uniform(-spread, spread)
        color = paint[centre[1], centre[0]] * (1 + rng.uniform(-strength, strength))
        cv2.ellipse(paint, centre, axes, tilt, 0, 360, color.tolist(), -1)
        cv2.ellipse(paint, centre, axes, tilt, 0, 360, (color * (1 - strength)).tolist(), 1)
        cv2.ellipse(shape, centre, axes, tilt, 0, 360, 1, -1)
    closing = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (max(3, size // 12) | 1,) * 2)
    return cv2.morphologyEx(np.pad(shape, size // 8), cv2.MORPH_CLOSE, closing)[
        size // 8 : -(size // 8), size // 8 : -(size // 8)
    ]


def shaded(rng: Generator, paint: Picture, shape: Shape) -> Picture:
    """The paint lit as if the shape were a dome or a flat piece with a darker edge, with a highlight."""
    size = len(paint)
    height = np.sqrt(cv2.distanceTransform(shape, cv2.DIST_L2, 3))
    height = np.minimum(height / (height.max() + 1e-6), rng.uniform(0.3, 1))
    light = 1 + rng.uniform(0, 0.5) * (height - height.max())
    slope = np.linspace(-1, 1, size, dtype=np.float32)
    light += rng.uniform(-0.2, 0.2) * slope[:, None] + rng.uniform(-0.2, 0.2) * slope[None]
    lit = paint * light[..., None]
    if rng.random() < 0.3:
        spot = cv2.GaussianBlur(shape[::-1, ::-1] * height**6, (0, 0), size * 0.02)
        lit += rng.uniform(20, 120) * spot[..., None]
    return np.asarray(np.clip(lit, 0, 255), np.float32)


def garnished(rng: Generator, paint: Picture, photos: Sequence[Image]) -> Picture:
    """The paint with sauce or toppings drawn on it, which belong to the item."""
    size = len(paint)
    for _ in range(rng.integers(1, 7)):
        part = int(size * rng.uniform(0.08, 0.35))
        if part < 8:
            break
        y, x = rng.integers(0, size - part, 2)
        opacity = blob(rng, part)[..., None] * np.float32(rng.uniform(0.5, 1))
        view = paint[y : y + part, x : x + part]
        view += opacity * (surface(rng, photos, part) - view)
    return paint


def drawn_food(rng: Generator, photos: Sequence[Image], size: int) -> Layer:
    """A random food in a square of `size` pixels, at a random angle."""
    paint = surface(rng, photos, size) * np.float32(rng.uniform(0.75, 1.2)) + np.float32(rng.uniform(-15, 15))
    kind = rng.choice(5, p=(0.3, 0.2, 0.13, 0.1, 0.27))
    shape = pieces(rng, size, paint) if kind == 4 else (blob, disc, slab, bent)[kind](rng, size)
    if rng.random() < 0.25:
        paint = garnished(rng, paint, photos)
    return rotated(Layer(shaded(rng, paint, shape), shape.astype(np.float32)), rng.uniform(0, 360))


def rotated(layer: Layer, degrees: float) -> Layer:
    """The layer turned about its centre; its square is as large as it must be."""
    height, width = layer.opacity.shape
    side = int(np.ceil(np.hypot(height, width)))
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    turn[:, 2] += (side - width) / 2, (side - height) / 2
    paint = cv2.warpAffine(layer.paint, turn, (side, side), borderMode=cv2.BORDER_REPLICATE)
    return Layer(paint, cv2.warpAffine(layer.opacity, turn, (side, side)))
