"""The food of a dish without what it lies on, by GrabCut (Rother et al. 2004)."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.data.photos import components
from ml.types import Image, Mask

RIM = 0.12
"""Width of the rim that is taken for plate at first, in radii of a disc of the dish's area."""
THIN_RIM = 0.06
"""The same where a food map says where food is likely."""
LIKELY, SURE = 0.5, 0.93
"""How likely food is where GrabCut starts from it, and where it may not take it for plate."""
CRUMB = 0.03
"""Share of the dish below which a part is no food."""


def trim_plate(image: Image, dish: Mask) -> Mask:
    """The part of a dish (bool HxW) that looks unlike its rim and surroundings.

    It works best where the plate resembles the table; a plate unlike both table and food often stays.

    Where less than 15 % or all of the dish would remain, it is returned without its rim instead.
    """
    radius, depth = _radius(dish), _depth(dish)
    inner = depth > RIM * radius
    labels = np.full(dish.shape, cv2.GC_BGD, np.uint8)
    labels[inner] = cv2.GC_PR_FGD
    labels[dish & ~inner] = cv2.GC_PR_BGD
    labels[depth > 0.75 * depth.max()] = cv2.GC_FGD
    food = _smooth(_grab_cut(image, labels, 4) & dish, round(0.04 * radius))
    return food if 0.15 < food.sum() / dish.sum() < 0.97 else inner


def trim_to_food(image: Image, dish: Mask, likely: NDArray[np.float32]) -> Mask:
    """The part of a dish (bool HxW) that is food by a food map (`likely`, HxW in 0..1) and by its colours.

    Empty where the map sees no food in it.
    """
    radius, depth = _radius(dish), _depth(dish)
    inner = dish & (depth > THIN_RIM * radius)
    labels = np.full(dish.shape, cv2.GC_BGD, np.uint8)
    labels[dish] = cv2.GC_PR_BGD
    labels[inner & (likely > LIKELY)] = cv2.GC_PR_FGD
    labels[inner & (likely > SURE) & (depth > 0.25 * depth.max())] = cv2.GC_FGD
    if not (inner & (likely > LIKELY)).any():
        return np.zeros_like(dish)
    food = _smooth(_grab_cut(image, labels, 3) & dish, max(1, round(0.035 * radius))) & dish
    kept = np.zeros_like(dish)
    for part in components(food, min_area=max(20, int(CRUMB * dish.sum()))):
        kept |= part
    return kept


def _radius(dish: Mask) -> float:
    """Of a disc of the dish's area, in pixels."""
    return float(np.sqrt(dish.sum() / np.pi))


def _depth(dish: Mask) -> NDArray[np.float32]:
    """How far inside the dish each pixel is, in pixels; the photo's edge is no edge of the dish."""
    return np.asarray(cv2.distanceTransform(dish.astype(np.uint8), cv2.DIST_L2, 3), np.float32)


def _grab_cut(image: Image, labels: NDArray[np.uint8], rounds: int) -> Mask:
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(image, labels, (0, 0, 0, 0), *models, rounds, cv2.GC_INIT_WITH_MASK)
    return np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD))


def _smooth(mask: Mask, radius: int) -> Mask:
    """Closed, then opened."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1,) * 2)
    closed = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, kernel)
    return cv2.morphologyEx(closed, cv2.MORPH_OPEN, kernel).astype(bool)
