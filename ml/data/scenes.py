"""Training scenes for the segmenter: photos, cut-outs pasted on photos, drawn meals, no food at all."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import cv2
import numpy as np
import PIL.Image
from numpy.random import Generator
from numpy.typing import NDArray

from ml.data.backgrounds import background
from ml.data.canvas import Canvas, Layer, Opacity, Picture, Scene
from ml.data.foods import drawn_food, rotated, surface
from ml.data.outlines import KINDS, SharedPhoto
from ml.data.photos import OutlinedPhoto, read_image, read_masks
from ml.data.tableware import clutter, plate
from ml.types import Image, Mask

Photo = TypeVar("Photo", bound=OutlinedPhoto)
PACKAGES = {
    "Juice", "Milk", "Yoghurt", "Soy-Milk", "Soyghurt", "Sour-Cream", "Sour-Milk", "Oat-Milk", "Oatghurt",
}  # fmt: skip
"""Grocery foods whose photos show cartons, not food."""
SHARED = 0.4
"""Share of scenes, and of cut-outs, from people's photos where there are any."""


@dataclass(frozen=True)
class Ingredients:
    """What scenes are made of: photos of single foods, photos of meals, and pictures of food surfaces.

    `shared` are people's photos, if there are any.
    """

    foods: Sequence[OutlinedPhoto]
    meals: Sequence[OutlinedPhoto]
    surfaces: Sequence[Image]
    shared: Sequence[SharedPhoto] = ()


def read_surfaces(folder: Path, rng: Generator, dishes: int, groceries: int, snacks: int) -> list[Image]:
    """Random photos that food fills, from Food-101, the Grocery Store Dataset and the snack photos."""
    with (folder / "grocery/labels.csv").open() as file:
        shelf = [
            folder / "grocery/images" / r["image"] for r in csv.DictReader(file) if r["food"] not in PACKAGES
        ]
    snack = sorted((folder / "snack_photos").glob("*/*.jpg"))
    images = [read_image(shelf[k]) for k in rng.choice(len(shelf), groceries, replace=False)]
    images += [read_image(snack[k]) for k in rng.choice(len(snack), snacks, replace=False)]
    with zipfile.ZipFile(folder / "food101_64px/images.zip") as archive:
        names = [name for name in archive.namelist() if name.endswith(".jpg")]
        for k in rng.choice(len(names), dishes, replace=False):
            images.append(np.asarray(PIL.Image.open(io.BytesIO(archive.read(names[k]))).convert("RGB")))
    return images


def random_view(rng: Generator, image: Image, masks: Sequence[Mask], size: int) -> tuple[Picture, list[Mask]]:
    """A random crop, mirrored, turned and recoloured, squeezed to `size` x `size` together with its masks."""
    height, width = image.shape[:2]
    h, w = (int(extent * rng.uniform(0.55, 1)) for extent in (height, width))
    top, left = rng.integers(0, height - h + 1), rng.integers(0, width - w + 1)
    turns, mirror = rng.choice(4, p=(0.7, 0.1, 0.1, 0.1)), rng.random() < 0.5

    def view(array: NDArray[Any], interpolation: int) -> NDArray[Any]:
        crop = cv2.resize(array[top : top + h, left : left + w], (size, size), interpolation=interpolation)
        crop = np.rot90(crop, turns)
        return np.ascontiguousarray(crop[:, ::-1] if mirror else crop)

    picture = view(image, cv2.INTER_AREA).astype(np.float32)
    gain, shift = rng.uniform(0.7, 1.25) * rng.uniform(0.9, 1.1, 3), rng.uniform(-15, 15)
    views = [view(mask.astype(np.uint8), cv2.INTER_NEAREST).astype(bool) for mask in masks]
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


class SceneMaker:
    """Makes scenes of `size` x `size` pixels, at random from `ingredients`."""

    def __init__(self, ingredients: Ingredients, size: int) -> None:
        self.ingredients = ingredients
        self.size = size
        self.cut_from = [photo for photo in ingredients.shared if photo.complete and photo.has_food]

    def make(self, rng: Generator) -> Scene:
        """One scene of a random kind."""
        if self.ingredients.shared and rng.random() < SHARED:
            return self.shared_photo(rng)
        kinds = (
            self.food_photo,
            self.meal_photo,
            self.tray,
            self.pasted,
            self.drawn,
            self.without_food,
        )
        return kinds[rng.choice(6, p=(0.17, 0.19, 0.16, 0.12, 0.22, 0.14))](rng)

    def food_photo(self, rng: Generator) -> Scene:
        """A real photo of one or two foods, sometimes with things or further foods laid beside them."""
        photo = self._pick(rng, self.ingredients.foods)
        picture, masks = random_view(rng, read_image(photo.image), read_masks(photo.foods), self.size)
        canvas = Canvas(picture)
        canvas.foods = masks
        self._add(rng, canvas)
        return canvas.scene(rng)

    def shared_photo(self, rng: Generator) -> Scene:
        """Someone's photo, sometimes with another thing or food laid on it."""
        photo = self._pick(rng, self.ingredients.shared)
        parts = [photo.masks(kind) for kind in KINDS]
        image = read_image(photo.image)
        outlined = np.any([np.zeros(image.shape[:2], bool), *parts[0], *parts[2]], axis=0)
        unknown = np.zeros_like(outlined) if photo.complete else ~outlined
        picture, views = random_view(rng, image, [*chain(*parts), unknown], self.size)
        canvas = Canvas(picture, views.pop())
        for part, masks in zip((canvas.foods, canvas.dishes, canvas.things), parts, strict=True):
            part += [views.pop(0) for _ in masks]
        self._add(rng, canvas)
        return canvas.scene(rng)

    def meal_photo(self, rng: Generator) -> Scene:
        """A real photo of a meal; the plate around its foods is unsure."""
        photo = self._pick(rng, self.ingredients.meals)
        foods = read_masks(photo.foods)
        dishes = read_masks(photo.dishes) if photo.dishes else []
        picture, views = random_view(rng, read_image(photo.image), [*foods, *dishes], self.size)
        canvas = Canvas(picture, np.any([np.zeros((self.size, self.size), bool), *views], axis=0))
        canvas.foods, canvas.dishes = views[: len(foods)], views[len(foods) :]
        return canvas.scene(rng)

    def tray(self, rng: Generator) -> Scene:
        """Two to six dishes cut out of photos of meals, plates and all, side by side on a table or a tray."""
        canvas = Canvas(self._empty_table(rng))
        if rng.random() < 0.5:
            self._scatter(rng, canvas, [clutter(rng, self.size)], food=False)
        largest = rng.uniform(0.35, 0.6)
        for _ in range(rng.integers(2, 7)):
            dish, served = self._dish_cut_out(rng, self.size * largest * rng.uniform(0.5, 1))
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
        self._scatter(rng, canvas, [self._cut_out(rng) for _ in range(rng.integers(1, 6))], food=True)
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
            self._scatter(rng, canvas, [self._cut_out(rng)], food=True)

    @staticmethod
    def _pick(rng: Generator, photos: Sequence[Photo]) -> Photo:
        return photos[int(rng.integers(len(photos)))]

    def _empty_table(self, rng: Generator) -> Picture:
        """A photo with its food painted over, or a drawn surface; either may be out of focus."""
        if rng.random() < 0.5:
            return background(rng, self.size)
        photo = self._pick(rng, self.ingredients.foods)
        picture, masks = random_view(rng, read_image(photo.image), read_masks(photo.foods), self.size)
        picture = erase(picture, masks)
        return cv2.GaussianBlur(picture, (0, 0), rng.uniform(1, 8)) if rng.random() < 0.3 else picture

    def _cut_out(self, rng: Generator) -> Layer:
        """A food cut out of a photo, 12 to 50 % of the scene wide, turned and relit."""
        if self.cut_from and rng.random() < SHARED:
            shared = self._pick(rng, self.cut_from)
            image, masks = shared.image, shared.masks("food")
        else:
            photo = self._pick(rng, self.ingredients.meals if rng.random() < 0.2 else self.ingredients.foods)
            image, masks = photo.image, read_masks(photo.foods)
        mask = masks[int(rng.integers(len(masks)))]
        paint, (opacity,) = cut_out(rng, read_image(image), [mask], rng.uniform(0.12, 0.5) * self.size)
        return rotated(Layer(paint, opacity), rng.uniform(0, 360))

    def _dish_cut_out(self, rng: Generator, extent: float) -> tuple[Layer, Opacity]:
        """A dish cut out of a photo of a meal, `extent` pixels wide, and where on it food is."""
        photo = self._pick(rng, self.ingredients.meals)
        dishes = read_masks(photo.dishes) if photo.dishes else read_masks(photo.foods)
        dish = dishes[int(rng.integers(len(dishes)))]
        food = np.any(read_masks(photo.foods), axis=0) & dish
        paint, (opacity, served) = cut_out(rng, read_image(photo.image), [dish, food], extent)
        angle = rng.uniform(0, 360)
        return rotated(Layer(paint, opacity), angle), rotated(Layer(paint, served), angle).opacity

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
                    self._cut_out(rng) if pasted else drawn_food(rng, self.ingredients.surfaces, part)
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
