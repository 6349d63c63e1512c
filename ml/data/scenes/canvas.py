"""A scene under construction: layers cover one another, and food masks stay exact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.types import Image, Mask

Picture = NDArray[Any]
"""HxWx3 float32 RGB, 0..255."""

Opacity = NDArray[Any]
"""HxW float32, 0 transparent to 1 opaque."""

LEAST_AREA = 120
"""Pixels from which on a food, a dish or a thing of a scene is meant by prompts."""


@dataclass(frozen=True)
class Scene:
    """A training picture: `image` uint8 (S, S, 3), `foods` disjoint bool masks (S, S), one a food.

    `dishes` are masks of foods with what they lie on, which a click may mean as well, `things` those of what
    is no food. Whether `unsure` pixels, bool (S, S), are food is not known.
    """

    image: Image
    foods: tuple[Mask, ...]
    dishes: tuple[Mask, ...]
    unsure: Mask
    things: tuple[Mask, ...] = ()


@dataclass(frozen=True)
class Layer:
    """Something to put on a scene: what it looks like, and where it is opaque."""

    paint: Picture
    opacity: Opacity


class Canvas:
    """A square picture and the visible part of every food on it; `unknown` is where there may be more."""

    def __init__(self, picture: Picture, unknown: Mask | None = None) -> None:
        self.picture: Picture = picture.astype(np.float32)
        self.unknown: Mask = np.zeros(picture.shape[:2], bool) if unknown is None else unknown
        self.foods: list[Mask] = []
        self.dishes: list[Mask] = []
        self.things: list[Mask] = []

    def lay(
        self, layer: Layer, x: int, y: int, *, food: bool, served: Opacity | None = None, shadow: float = 0.25
    ) -> bool:
        """Put a layer with its top left corner at (x, y); what it covers of others is no longer theirs.

        `served`, as large as the layer, is where a dish carries its food; the dish is then kept as one.
        `shadow` is how dark its soft shadow is, 0..1. Returns False where it lies outside the picture.
        """
        height, width = self.picture.shape[:2]
        pad = 8
        opacity = np.pad(layer.opacity, pad)
        paint = np.pad(layer.paint, ((pad, pad), (pad, pad), (0, 0)), mode="edge")
        top, left = max(0, y - pad), max(0, x - pad)
        bottom, right = min(height, y - pad + opacity.shape[0]), min(width, x - pad + opacity.shape[1])
        if bottom - top < 2 or right - left < 2:
            return False
        inside = np.s_[top - y + pad : bottom - y + pad, left - x + pad : right - x + pad]
        shade = shadow * cv2.GaussianBlur(opacity, (0, 0), 4)
        alpha = cv2.GaussianBlur(opacity, (3, 3), 0)[..., None]
        view = self.picture[top:bottom, left:right]
        view *= 1 - shade[inside][..., None]
        view += alpha[inside] * (paint[inside] - view)
        visible = np.zeros((height, width), bool)
        visible[top:bottom, left:right] = opacity[inside] > 0.5
        self.unknown = self.unknown & ~visible
        self.foods = [other & ~visible for other in self.foods]
        self.dishes = [other & ~visible for other in self.dishes]
        self.things = [other & ~visible for other in self.things]
        if served is not None:
            part = np.zeros_like(visible)
            part[top:bottom, left:right] = np.pad(served, pad)[inside] > 0.5
            self.dishes.append(visible)
            self.foods.append(visible & part)
            self.unknown |= visible
        elif food:
            self.foods.append(visible)
        return True

    def scene(self, rng: Generator) -> Scene:
        """The finished scene, with a camera's noise and blur.

        Foods of fewer pixels than `LEAST_AREA` are unsure, as is what is not food of a dish that was laid:
        its plate may be badly trimmed.
        """
        picture: Picture = self.picture
        if rng.random() < 0.5:
            picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.3, 1.1))
        noise = rng.normal(0, rng.uniform(0, 6), (*picture.shape[:2], 1)).astype(np.float32)
        image = np.clip(picture * rng.uniform(0.75, 1.15) + noise, 0, 255).astype(np.uint8)
        kept = tuple(food for food in self.foods if food.sum() >= LEAST_AREA)
        dishes = tuple(dish for dish in self.dishes if dish.sum() >= LEAST_AREA)
        things = tuple(thing for thing in self.things if thing.sum() >= LEAST_AREA)
        unsure = np.any([self.unknown, *self.foods], axis=0)
        for food in kept:
            unsure &= ~food
        return Scene(image, kept, dishes, unsure, things)
