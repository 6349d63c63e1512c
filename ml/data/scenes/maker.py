"""Training scenes for the segmenter: photos, cut-outs pasted on photos, drawn meals, no food at all."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.random import Generator

from ml.data.photos import read_image, read_masks
from ml.data.scenes.backgrounds import background
from ml.data.scenes.canvas import Canvas, Layer, Opacity, Picture, Scene
from ml.data.scenes.cut_outs import CutOuts
from ml.data.scenes.drawn_foods import drawn_food, rotated, surface
from ml.data.scenes.ingredients import SHARED, Ingredients, fair_shares, pick
from ml.data.scenes.tableware import clutter, plate
from ml.data.scenes.views import close_window, erase, random_view

CLOSE = 0.3
"""Share of people's photos that are looked at closely, around one thing."""


class SceneMaker:
    """Makes scenes of `size` x `size` pixels, at random from `ingredients`."""

    def __init__(self, ingredients: Ingredients, size: int) -> None:
        self.ingredients = ingredients
        self.size = size
        self.cut_outs = CutOuts(ingredients, size)
        self.shares = fair_shares(ingredients.shared)

    def make(self, rng: Generator) -> Scene:
        """One scene of a random kind."""
        if self.ingredients.shared and rng.random() < SHARED:
            return self.shared_photo(rng)
        kinds = (
            self.food_photo,
            self.meal_photo,
            self.tray,
            self.pasted,
            self.pieces,
            self.drawn,
            self.without_food,
        )
        return kinds[rng.choice(7, p=(0.1, 0.13, 0.13, 0.14, 0.3, 0.08, 0.12))](rng)

    def food_photo(self, rng: Generator) -> Scene:
        """A real photo of one or two foods, sometimes with things or further foods laid beside them."""
        photo = pick(rng, self.ingredients.foods)
        picture, masks = random_view(rng, read_image(photo.image), read_masks(photo.foods), self.size)
        canvas = Canvas(picture)
        canvas.foods = masks
        self._add(rng, canvas)
        return canvas.scene(rng)

    def shared_photo(self, rng: Generator) -> Scene:
        """Someone's photo, sometimes with another thing or food laid on it."""
        photo = pick(rng, self.ingredients.shared, self.shares)
        foods = photo.masks("food")
        dishes = photo.masks("vessel") + photo.masks("dish")
        things = photo.masks("thing") + photo.masks("object")
        masks = [*foods, *dishes, *things]
        close = close_window(rng, masks[rng.integers(len(masks))]) if rng.random() < CLOSE else None
        picture, views = random_view(
            rng, read_image(photo.image), [*masks, photo.unknown()], self.size, close
        )
        canvas = Canvas(picture, views.pop())
        for part, of in ((canvas.foods, foods), (canvas.dishes, dishes), (canvas.things, things)):
            part += [views.pop(0) for _ in of]
        self._add(rng, canvas)
        return canvas.scene(rng)

    def meal_photo(self, rng: Generator) -> Scene:
        """A real photo of a meal; the plate around its foods is unsure."""
        photo = pick(rng, self.ingredients.meals)
        foods = read_masks(photo.foods)
        dishes = read_masks(photo.dishes) if photo.dishes else []
        picture, views = random_view(rng, read_image(photo.image), [*foods, *dishes], self.size)
        canvas = Canvas(picture, np.any([np.zeros((self.size, self.size), bool), *views], axis=0))
        canvas.foods, canvas.dishes = views[: len(foods)], views[len(foods) :]
        return canvas.scene(rng)

    def tray(self, rng: Generator) -> Scene:
        """Two to six dishes cut out of photos, plates and all, side by side on a table or a tray."""
        canvas = Canvas(self._empty_table(rng))
        if rng.random() < 0.5:
            self._scatter(rng, canvas, [clutter(rng, self.size)], food=False)
        largest = rng.uniform(0.35, 0.6)
        for _ in range(rng.integers(2, 7)):
            dish, served = self.cut_outs.dish(rng, self.size * largest * rng.uniform(0.5, 1))
            taken = np.any([np.zeros((self.size, self.size), bool), *canvas.dishes], axis=0)
            side = len(dish.opacity)
            for _ in range(8):
                x, y = (int(place) for place in rng.uniform(0.05, 0.95, 2) * self.size - side / 2)
                beneath = taken[max(0, y) : y + side, max(0, x) : x + side]
                if beneath.sum() < 0.1 * dish.opacity.sum():
                    canvas.lay(dish, x, y, food=True, served=served, shadow=rng.uniform(0.1, 0.4))
                    break
        return canvas.scene(rng)

    def pasted(self, rng: Generator) -> Scene:
        """Foods cut out of photos, laid on the emptied photo of another food or on a drawn table."""
        canvas = Canvas(self._empty_table(rng))
        if rng.random() < 0.5:
            self._scatter(
                rng, canvas, [clutter(rng, self.size) for _ in range(rng.integers(1, 3))], food=False
            )
        self._scatter(rng, canvas, [self.cut_outs.food(rng) for _ in range(rng.integers(1, 6))], food=True)
        return canvas.scene(rng)

    def pieces(self, rng: Generator) -> Scene:
        """Three to ten pieces of food cut out of one photo, in rows or at random, close to each other."""
        canvas = Canvas(self._empty_table(rng))
        if rng.random() < 0.4:
            self._scatter(rng, canvas, [self._dish(rng)[0]], food=False)
        extent = rng.uniform(0.1, 0.32) * self.size
        kinds = self.cut_outs.pieces(rng, extent)
        columns = int(rng.integers(2, 5))
        apart, tilt, spread = rng.uniform(0.75, 1.25), rng.uniform(0, 360), rng.choice((8, 180))
        left, top = rng.uniform(0.1, 0.5, 2) * self.size
        for k in range(rng.integers(3, 11)):
            piece = rotated(kinds[int(rng.integers(len(kinds)))], tilt + rng.uniform(-spread, spread))
            row, column = divmod(k, columns)
            x, y = np.array((column, row)) * extent * apart + rng.normal(0, 0.08 * extent, 2)
            half = len(piece.opacity) / 2
            canvas.lay(
                piece, int(left + x - half), int(top + y - half), food=True, shadow=rng.uniform(0, 0.4)
            )
        return canvas.scene(rng)

    def drawn(self, rng: Generator) -> Scene:
        """Up to three drawn dishes of food on a table, among other things."""
        canvas = Canvas(self._empty_table(rng))
        if rng.random() < 0.4:
            self._scatter(
                rng, canvas, [clutter(rng, self.size) for _ in range(rng.integers(1, 4))], food=False
            )
        for _ in range(rng.integers(1, 4)):
            self._serve(rng, canvas)
        if rng.random() < 0.25:
            self._scatter(rng, canvas, [clutter(rng, self.size)], food=False)
        return canvas.scene(rng)

    def without_food(self, rng: Generator) -> Scene:
        """An emptied or drawn table with empty dishes and other things, or a single one of them close by."""
        canvas = Canvas(self._empty_table(rng))
        if rng.random() < 0.6:
            self._scatter(rng, canvas, [self._dish(rng)[0] for _ in range(rng.integers(1, 3))], food=False)
        items = [clutter(rng, int(self.size * rng.uniform(0.8, 1.6))) for _ in range(rng.integers(0, 5))]
        self._scatter(rng, canvas, items, food=False)
        return canvas.scene(rng)

    def _add(self, rng: Generator, canvas: Canvas) -> None:
        """Lay further things or foods on a photo, sometimes."""
        if rng.random() < 0.3:
            self._scatter(rng, canvas, [clutter(rng, self.size)], food=False)
        if rng.random() < 0.2:
            self._scatter(rng, canvas, [self.cut_outs.food(rng)], food=True)

    def _empty_table(self, rng: Generator) -> Picture:
        """A photo with its food painted over, or a drawn surface; either may be out of focus."""
        if rng.random() < 0.5:
            return background(rng, self.size)
        photo = pick(rng, self.ingredients.foods)
        picture, masks = random_view(rng, read_image(photo.image), read_masks(photo.foods), self.size)
        picture = erase(picture, masks)
        return cv2.GaussianBlur(picture, (0, 0), rng.uniform(1, 8)) if rng.random() < 0.3 else picture

    def _dish(self, rng: Generator) -> tuple[Layer, Opacity]:
        """A drawn plate or bowl, up to wider than the scene, and its well."""
        return plate(rng, int(self.size * rng.uniform(0.3, 1.2)))

    def _serve(self, rng: Generator, canvas: Canvas) -> None:
        """Lay a dish, or none, at a random place with food on it.

        The food is a filled bowl, several items of one kind, or a few items of any kind.
        """
        dish, well = self._dish(rng)
        side = len(well)
        left, top = (int(p) for p in rng.uniform(0.15, 0.85, 2) * self.size - side / 2)
        if rng.random() < 0.85:
            canvas.lay(dish, left, top, food=False)
        if rng.random() < 0.25:
            self._fill(rng, canvas, well, left, top)
            return
        if rng.random() < 0.3:
            part = int(side * rng.uniform(0.18, 0.4))
            kind = drawn_food(rng, self.ingredients.surfaces, max(24, part))
            items = [rotated(kind, rng.uniform(0, 360)) for _ in range(rng.integers(2, 7))]
        else:
            items = []
            for _ in range(rng.integers(1, 5)):
                pasted = rng.random() < 0.15
                part = max(24, int(side * rng.uniform(0.25, 0.75)))
                items.append(
                    self.cut_outs.food(rng) if pasted else drawn_food(rng, self.ingredients.surfaces, part)
                )
        for item in items:
            around = rng.normal(side / 2, side * 0.17, 2) - len(item.opacity) / 2
            x, y = left + int(around[0]), top + int(around[1])
            canvas.lay(item, x, y, food=True, shadow=rng.uniform(0, 0.4))

    def _fill(self, rng: Generator, canvas: Canvas, well: Opacity, left: int, top: int) -> None:
        """Fill a dish's well with one soup, stew, salad or cereal, its toppings being part of it."""
        side = len(well)
        paint = surface(rng, self.ingredients.surfaces, side)
        for _ in range(rng.integers(0, 5)):
            topping = drawn_food(rng, self.ingredients.surfaces, max(16, int(side * rng.uniform(0.1, 0.3))))
            small = len(topping.opacity)
            if small < side:
                y, x = rng.integers(0, side - small, 2)
                view = paint[y : y + small, x : x + small]
                view += topping.opacity[..., None] * (topping.paint - view)
        level = 2 * int(side * rng.uniform(0, 0.05)) + 1
        content = cv2.erode(well, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (level, level)))
        canvas.lay(Layer(paint, content), left, top, food=True, shadow=0.1)

    def _scatter(self, rng: Generator, canvas: Canvas, layers: Sequence[Layer], *, food: bool) -> None:
        """Lay them at random places, at least their middle inside the scene."""
        for layer in layers:
            height, width = layer.opacity.shape
            x = int(rng.uniform(0.05, 0.95) * self.size - width / 2)
            y = int(rng.uniform(0.05, 0.95) * self.size - height / 2)
            canvas.lay(layer, x, y, food=food, shadow=rng.uniform(0, 0.4))
