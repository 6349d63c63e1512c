"""Home meals with hand-drawn masks: the dish as drawn, and the food on it without the plate's rim."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from ml.data.photos import OutlinedPhoto, components, read_image, read_levels, write_masks
from ml.types import Image, Mask

SIDE, GLASS = 100, 200
"""Grey levels: what lies beside dishes, such as fruit and bread; glasses and cups. Higher levels are dishes,
mostly drawn along the plate."""

RIM = 0.12
"""Width of the rim that is taken for plate at first, in radii of a disc of the dish's area."""


def trim_plate(image: Image, dish: Mask) -> Mask:
    """The part of a dish (bool HxW) that looks unlike its rim and surroundings, by GrabCut.

    It works best where the plate resembles the table; a plate unlike both table and food often stays.

    Where less than 15 % or all of the dish would remain, it is returned without its rim instead.
    """
    radius = np.sqrt(dish.sum() / np.pi)
    depth = cv2.distanceTransform(dish.astype(np.uint8), cv2.DIST_L2, 3)
    inner = depth > RIM * radius
    labels = np.full(dish.shape, cv2.GC_BGD, np.uint8)
    labels[inner] = cv2.GC_PR_FGD
    labels[dish & ~inner] = cv2.GC_PR_BGD
    labels[depth > 0.75 * depth.max()] = cv2.GC_FGD
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(image, labels, (0, 0, 0, 0), *models, 4, cv2.GC_INIT_WITH_MASK)
    likely = np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD)) & dish
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * round(0.04 * radius) + 1,) * 2)
    closed = cv2.morphologyEx(likely.astype(np.uint8), cv2.MORPH_CLOSE, kernel)
    food = cv2.morphologyEx(closed, cv2.MORPH_OPEN, kernel).astype(bool)
    return food if 0.15 < food.sum() / dish.sum() < 0.97 else inner


def load_meals(folder: Path, cache: Path) -> list[OutlinedPhoto]:
    """Every photo with a dish; `foods` are trimmed of their plates, `dishes` are the masks as drawn.

    Trimmed masks are computed once and kept in `cache` as label maps.
    """
    photos = []
    for path in sorted((folder / "images").iterdir()):
        foods, dishes = cache / f"{path.stem}.png", cache / f"{path.stem}_dishes.png"
        if not foods.exists():
            image = read_image(path)
            drawn = read_levels(folder / "masks" / f"{path.stem}.png")
            parts = components(drawn > GLASS, min_area=400) + components(drawn == SIDE, min_area=400)
            if not parts:
                continue
            write_masks(dishes, parts)
            write_masks(foods, [trim_plate(image, part) for part in parts])
        photos.append(OutlinedPhoto(path, foods, group=path.stem, dishes=dishes))
    return photos
