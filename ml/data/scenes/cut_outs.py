"""Foods and dishes cut out of photos, to lay on training scenes for the segmenter."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from ml.data.photos import read_image, read_masks
from ml.data.scenes.canvas import Layer, Opacity
from ml.data.scenes.drawn_foods import rotated
from ml.data.scenes.ingredients import SHARED, Ingredients, fair_shares, pick
from ml.data.scenes.views import cut_out
from ml.types import Image, Mask

SERVED = 0.2
"""Least share of a vessel's outline that shows food, for it to stand on trays."""
SHARP = 1500
"""Pixels of an outline from which on what it shows is cut out before what is smaller."""


class CutOuts:
    """Cuts foods and dishes out of photos of `ingredients`, for scenes of `size` x `size` pixels."""

    def __init__(self, ingredients: Ingredients, size: int) -> None:
        self.ingredients = ingredients
        self.size = size
        self.cut_from = [photo for photo in ingredients.shared if photo.has_food]
        self.cut_shares = fair_shares(self.cut_from)
        self.served = [p for p in self.cut_from if "vessel" in p.kinds and p.kinds.count("food") == 1]
        self.served_shares = fair_shares(self.served)

    def food(self, rng: Generator) -> Layer:
        """A food cut out of a photo, 12 to 50 % of the scene wide, turned and relit."""
        image, masks = self._photo_of_foods(rng)
        mask = masks[int(rng.integers(len(masks)))]
        paint, (opacity,) = cut_out(rng, image, [mask], rng.uniform(0.12, 0.5) * self.size)
        return rotated(Layer(paint, opacity), rng.uniform(0, 360))

    def pieces(self, rng: Generator, extent: float) -> list[Layer]:
        """Up to three foods of one photo, lying as they do there, each `extent` pixels wide or high."""
        image, masks = self._photo_of_foods(rng)
        chosen = [masks[k] for k in rng.permutation(len(masks))[:3]]
        cuts = [cut_out(rng, image, [mask], extent) for mask in chosen]
        return [Layer(paint, opacity) for paint, (opacity,) in cuts]

    def dish(self, rng: Generator, extent: float) -> tuple[Layer, Opacity]:
        """A dish with its food cut out of a photo, `extent` pixels wide, and where on it food is."""
        image, dishes, food = self._photo_of_dishes(rng)
        dish = dishes[int(rng.integers(len(dishes)))]
        paint, (opacity, served) = cut_out(rng, image, [dish, food & dish], extent)
        angle = rng.uniform(0, 360)
        return rotated(Layer(paint, opacity), angle), rotated(Layer(paint, served), angle).opacity

    def _photo_of_foods(self, rng: Generator) -> tuple[Image, list[Mask]]:
        """A photo and the masks of foods to cut out of it; small ones only where it shows no others."""
        if self.cut_from and rng.random() < SHARED:
            shared = pick(rng, self.cut_from, self.cut_shares)
            masks = shared.masks("food")
            return read_image(shared.image), [mask for mask in masks if mask.sum() >= SHARP] or masks
        photo = pick(rng, self.ingredients.meals if rng.random() < 0.2 else self.ingredients.foods)
        return read_image(photo.image), read_masks(photo.foods)

    def _photo_of_dishes(self, rng: Generator) -> tuple[Image, list[Mask], Mask]:
        """A photo, the masks of the dishes on it, and where it shows food."""
        if self.served and rng.random() < SHARED:
            shared = pick(rng, self.served, self.served_shares)
            (food,) = shared.masks("food")
            dishes = [d for d in shared.masks("vessel") if (d & food).sum() > SERVED * d.sum()]
            if dishes:
                return read_image(shared.image), dishes, food
        photo = pick(rng, self.ingredients.meals)
        foods = read_masks(photo.foods)
        return (
            read_image(photo.image),
            read_masks(photo.dishes) if photo.dishes else foods,
            np.any(foods, axis=0),
        )
