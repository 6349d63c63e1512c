"""Labelled crops of foods from the four photo sets, and of what is not food, split for validation.

The sets lie in one folder: `food101_64px/images.zip`, `grocery/`, `snack_photos/` and `ecustfd/` hold foods;
`ecustfd/` (coins, table, plate) and `meal_masks/` (outside of the masks) also hold what is not food, and so
may a further folder of pictures. `crop_labels.csv` beside this file merges their names by meaning.
"""

from __future__ import annotations

import io
import os
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import PIL.Image

from ml.data.ecustfd import read_boxes
from ml.data.tables import read_rows
from ml.data.titled import read_titled
from ml.data.titles import TitleReader
from ml.nutrition.foods import FoodTable
from ml.recognition.crops import cut, with_margin
from ml.recognition.naming import lineage
from ml.types import NOT_FOOD, UNKNOWN_FOOD, Image

SETS = ("food101", "grocery", "ecustfd", "snack")
"""Where foods come from that are not people's photos: many photos each, of few places."""

SMALLEST_BOX = 8
"""Pixels, the shorter side; one of ECUSTFD's boxes is a stray mark."""

FOODS = Path(__file__).parents[2] / "assets/nutrition/foods.csv"

NO_LABEL = "no label"
"""The source of people's photos of foods that are no labels, nor varieties of any."""

OTHER_DISHES = "other dishes"
"""Where held-out people's photos come from whose like is learnt as `UNKNOWN_FOOD`: foods without a label."""

MEAL_FOOD_AREA = 2000
"""Pixels; smaller parts of a meal's mask are stray marks."""

PixelBox = tuple[float, float, float, float]


@dataclass(frozen=True)
class Crop:
    """A labelled part of a photo: `box` (x0, y0, x1, y1 in pixels) or, when None, all of it.

    A `path` inside a zip archive continues behind the archive's name.
    """

    source: str
    label: str
    path: Path
    box: PixelBox | None = None
    validation: bool = False


@cache
def label_table() -> dict[tuple[str, str], str]:
    """Label by (source, name in that source); dishes have the source "dish"."""
    rows = read_rows(Path(__file__).with_name("crop_labels.csv"))
    return {(row["source"], row["name"]): row["label"] for row in rows}


@cache
def labels() -> tuple[str, ...]:
    """All labels in alphabetical order, `NOT_FOOD` last."""
    return (*sorted(set(label_table().values()) - {NOT_FOOD}), NOT_FOOD)


def read_crops(root: Path, not_food: Path | None = None, titled: Path | None = None) -> list[Crop]:
    """Every crop of the sets under `root`, the pictures under `not_food` and the photos of `titled`."""
    crops = [*_food101(root), *_snacks(root), *_grocery(root), *_ecustfd(root), *_meals(root)]
    crops += _pictures(not_food) if not_food else ()
    return [*crops, *_titled(titled)] if titled else crops


@cache
def _archive(path: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(path)


os.register_at_fork(after_in_child=_archive.cache_clear)  # processes would share a file's place


def load(crop: Crop) -> Image:
    """The crop's pixels (HxWx3 uint8 RGB)."""
    archive = crop.path.parent.parent
    inside = archive.suffix == ".zip"
    file = io.BytesIO(_archive(archive).read("/".join(crop.path.parts[-2:]))) if inside else crop.path
    with PIL.Image.open(file) as photo:
        pixels = np.array(photo.convert("RGB"))
    return pixels if crop.box is None else cut(pixels, crop.box)


def _every(paths: Iterable[Path], n: int) -> Iterator[tuple[Path, bool]]:
    """Sorted paths, every n-th of them for validation."""
    for i, path in enumerate(sorted(paths)):
        yield path, i % n == 0


def _food101(root: Path) -> Iterator[Crop]:
    archive = root / "food101_64px" / "images.zip"
    classes: dict[str, list[Path]] = defaultdict(list)
    for name in _archive(archive).namelist():
        if name.endswith(".jpg"):
            classes[name.split("/")[0]].append(archive / name)
    for name, paths in sorted(classes.items()):
        for path, validation in _every(paths, 12):
            yield Crop("food101", label_table()["dish", name], path, None, validation)


def _snacks(root: Path) -> Iterator[Crop]:
    for folder in sorted((root / "snack_photos").iterdir()):
        for path, validation in _every(folder.glob("*.jpg"), 6):
            yield Crop("snack", label_table()["dish", folder.name], path, None, validation)


def _grocery(root: Path) -> Iterator[Crop]:
    """Validation: the set's own, and the last quarter of each variety's test photos, taken in a row."""
    varieties: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in read_rows(root / "grocery" / "labels.csv"):
        varieties[row["split"], row["variety"]].append(row)
    first_held_out = {"train": 1.0, "val": 0.0, "test": 0.75}
    for (split, _), rows in sorted(varieties.items()):
        rows.sort(key=lambda row: row["image"])
        for i, row in enumerate(rows):
            path = root / "grocery" / "images" / row["image"]
            label = label_table()["grocery", row["food"]]
            yield Crop("grocery", label, path, None, i >= first_held_out[split] * len(rows))


def _ecustfd(root: Path) -> Iterator[Crop]:
    """Boxes with a margin, and a place without food in each photo; every sixth item is held out."""
    photos = read_boxes(root / "ecustfd")
    kinds: dict[str, set[str]] = defaultdict(set)
    for rows in photos.values():
        for item, _, _ in rows:
            kinds[item.rstrip("0123456789")].add(item)
    held_out = {item for items in kinds.values() for item in sorted(items)[1::6]}
    rng = np.random.default_rng(0)
    for image, rows in sorted(photos.items()):
        path = root / "ecustfd" / "images" / image
        validation = rows[0][0] in held_out
        foods = []
        for _, name, (x0, y0, x1, y1) in rows:
            if min(x1 - x0, y1 - y0) < SMALLEST_BOX:
                continue
            box = with_margin((x0, y0, x1, y1))
            label = label_table()["ecustfd", name]
            foods += [box] if label != NOT_FOOD else []
            yield Crop("ecustfd", label, path, box, validation)
        with PIL.Image.open(path) as photo:
            background = _empty_box(rng, *photo.size, foods)
        if background is not None:
            yield Crop("ecustfd", NOT_FOOD, path, background, validation)


def _empty_box(
    rng: np.random.Generator, width: int, height: int, foods: Iterable[PixelBox]
) -> PixelBox | None:
    """A box of 15 to 60 % of the shorter side that touches no food, or None when ten tries find none."""
    for _ in range(10):
        w, h = rng.uniform(0.15, 0.6, 2) * min(width, height)
        x, y = rng.uniform(0, width - w), rng.uniform(0, height - h)
        if all(x > b[2] or x + w < b[0] or y > b[3] or y + h < b[1] for b in foods):
            return (x, y, x + w, y + h)
    return None


def _meals(root: Path) -> Iterator[Crop]:
    """Four places outside of the mask in each meal."""
    rng = np.random.default_rng(0)
    for path, validation in _every((root / "meal_masks" / "masks").glob("*.png"), 6):
        with PIL.Image.open(path) as file:
            mask = np.array(file.convert("L"))
        height, width = mask.shape
        x, y, w, h = cv2.boundingRect(cv2.findNonZero(mask))
        for _ in range(4):
            box = _empty_box(rng, width, height, [(x, y, x + w, y + h)])
            if box is not None:
                image = root / "meal_masks" / "images" / f"{path.stem}.jpg"
                yield Crop("meals", NOT_FOOD, image, box, validation)


def meal_foods(root: Path) -> list[Crop]:
    """The outlined foods of the meals, whose names are not known."""
    crops = []
    for path in sorted((root / "meal_masks" / "masks").glob("*.png")):
        with PIL.Image.open(path) as file:
            mask = np.array(file.convert("L"))
        for level in np.unique(mask[mask > 0]):
            x, y, w, h = cv2.boundingRect((mask == level).astype(np.uint8))
            image = root / "meal_masks" / "images" / f"{path.stem}.jpg"
            if (mask == level).sum() >= MEAL_FOOD_AREA:
                box = with_margin((x, y, x + w, y + h))
                crops.append(Crop("meals", UNKNOWN_FOOD, image, box))
    return crops


def _titled(folder: Path) -> Iterator[Crop]:
    """Photos by the foods in their titles or by the broader foods that are labels, else for validation.

    Only what `title_foods.csv` calls `UNKNOWN_FOOD` is also learnt as a food without a label.
    """
    foods = FoodTable(FOODS)
    for photo in read_titled(folder, TitleReader(foods)):
        label = next((name for name in lineage(photo.food, foods.parents) if name in labels()), photo.food)
        if label == UNKNOWN_FOOD:
            held_out = OTHER_DISHES if photo.held_out else None
        else:
            held_out = photo.held_out if label in labels() else NO_LABEL
        yield Crop(held_out or photo.source, label, photo.path, None, held_out is not None)


def _pictures(folder: Path) -> Iterator[Crop]:
    pictures = (p for p in folder.rglob("*") if p.suffix in {".jpg", ".png"})
    for path, validation in _every(pictures, 8):
        yield Crop("pictures", NOT_FOOD, path, None, validation)
