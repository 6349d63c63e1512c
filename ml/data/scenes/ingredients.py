"""What training scenes for the segmenter are made of, and how often each photo of it is picked."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import PIL.Image
from numpy.random import Generator
from numpy.typing import NDArray

from ml.data.outlines import SharedPhoto
from ml.data.photos import OutlinedPhoto, read_image
from ml.data.tables import read_rows
from ml.types import Image

Photo = TypeVar("Photo", bound=OutlinedPhoto)
PACKAGES = {
    "Juice", "Milk", "Yoghurt", "Soy-Milk", "Soyghurt", "Sour-Cream", "Sour-Milk", "Oat-Milk", "Oatghurt",
}  # fmt: skip
"""Grocery foods whose photos show cartons, not food."""
SHARED = 0.68
"""Share of scenes, and of cut-outs, from people's photos where there are any."""
WITH_FOOD = 0.7
"""Share of the photos picked of people's that show food, as far as is known."""


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
    rows = read_rows(folder / "grocery/labels.csv")
    shelf = [folder / "grocery/images" / row["image"] for row in rows if row["food"] not in PACKAGES]
    snack = sorted((folder / "snack_photos").glob("*/*.jpg"))
    images = [read_image(shelf[k]) for k in rng.choice(len(shelf), groceries, replace=False)]
    images += [read_image(snack[k]) for k in rng.choice(len(snack), snacks, replace=False)]
    with zipfile.ZipFile(folder / "food101_64px/images.zip") as archive:
        names = [name for name in archive.namelist() if name.endswith(".jpg")]
        for k in rng.choice(len(names), dishes, replace=False):
            images.append(np.asarray(PIL.Image.open(io.BytesIO(archive.read(names[k]))).convert("RGB")))
    return images


def fair_shares(photos: Sequence[SharedPhoto]) -> NDArray[np.float64]:
    """How likely each photo is picked, float64 summing to 1.

    `WITH_FOOD` of the picks show food; among them and among the others, a source with four times the photos
    is picked twice as often.
    """
    sizes = Counter((photo.has_food, photo.group) for photo in photos)
    shares = np.array([sizes[photo.has_food, photo.group] ** -0.5 for photo in photos])
    food = np.array([photo.has_food for photo in photos], bool)
    for those, share in ((food, WITH_FOOD), (~food, 1 - WITH_FOOD)):
        shares[those] *= share / max(shares[those].sum(), 1.0)
    return np.asarray(shares / max(shares.sum(), 1e-9), np.float64)


def pick(rng: Generator, photos: Sequence[Photo], shares: NDArray[np.float64] | None = None) -> Photo:
    """One of the photos, each as likely as `shares` (float64, summing to 1) says, or all alike."""
    return photos[int(rng.choice(len(photos), p=shares))]
