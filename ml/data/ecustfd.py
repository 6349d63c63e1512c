"""ECUSTFD (Liang and Li 2017): foods on a plate beside a coin, outlined by GrabCut from their boxes."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np

from ml.data.photos import OutlinedPhoto, components, fill_holes, read_image, write_masks
from ml.data.tables import read_rows
from ml.types import Box, Image, Mask

COIN = "coin"
MARGIN = 0.4
"""Context around a box that GrabCut learns the background from, in box sizes."""


def read_boxes(folder: Path) -> dict[str, list[tuple[str, str, Box]]]:
    """The (item, label, box) rows of `boxes.csv` by image name; coins carry the label `COIN`."""
    boxes: dict[str, list[tuple[str, str, Box]]] = defaultdict(list)
    for row in read_rows(folder / "boxes.csv"):
        x0, y0, x1, y1 = (round(float(row[k])) for k in ("xmin", "ymin", "xmax", "ymax"))
        boxes[row["image"]].append((row["item"], row["label"], (x0, y0, x1, y1)))
    return boxes


def outline(image: Image, box: Box) -> Mask | None:
    """The bool HxW mask of the thing in a box, by GrabCut (Rother et al. 2004), or None where it fails.

    A mask is kept when it fills 40 to 98 % of its box: less is a part, more is the box itself.
    """
    x0, y0, x1, y1 = box
    width, height = x1 - x0, y1 - y0
    left, top = max(0, x0 - round(MARGIN * width)), max(0, y0 - round(MARGIN * height))
    crop = image[top : y1 + round(MARGIN * height), left : x1 + round(MARGIN * width)]
    labels = np.zeros(crop.shape[:2], np.uint8)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(crop, labels, (x0 - left, y0 - top, width, height), *models, 4, cv2.GC_INIT_WITH_RECT)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    thing = cv2.morphologyEx((labels == cv2.GC_PR_FGD).astype(np.uint8), cv2.MORPH_OPEN, kernel)
    parts = components(fill_holes(thing.astype(bool)), min_area=64)
    if not parts or not 0.4 < parts[0].sum() / (width * height) < 0.98:
        return None
    mask = np.zeros(image.shape[:2], bool)
    mask[top : top + crop.shape[0], left : left + crop.shape[1]] = parts[0]
    return mask


def load_ecustfd(folder: Path, cache: Path) -> list[OutlinedPhoto]:
    """Every photo all of whose foods could be outlined; `group` is the food item.

    Outlines are computed once (minutes) and kept in `cache` as label maps.
    """
    photos = []
    for name, rows in sorted(read_boxes(folder).items()):
        foods = [(item, box) for item, label, box in rows if label != COIN]
        path, rejected = cache / f"{Path(name).stem}.png", cache / f"{Path(name).stem}.rejected"
        if not path.exists() and not rejected.exists():
            image = read_image(folder / "images" / name)
            masks = [outline(image, box) for _, box in foods]
            found = [m for m in masks if m is not None]
            if found and len(found) == len(foods):
                write_masks(path, found)
            else:
                cache.mkdir(parents=True, exist_ok=True)
                rejected.touch()
        if path.exists():
            photos.append(OutlinedPhoto(folder / "images" / name, path, group=foods[0][0]))
    return photos
