"""Contact sheets of outlined photos, to review by eye: each photo with the outline of all and of the food."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import cv2
import numpy as np

from ml.types import Image, Mask

PHOTOS_A_SHEET = 18
COLUMNS = 3
CELL = 200
"""Pixels of a photo's side."""
GAP = 12
WHOLE, FOOD, NUMBER = (255, 0, 255), (0, 255, 0), (255, 255, 0)


def pair(number: int, image: Image, whole: Mask, food: Mask) -> Image:
    """A photo with each of two outlines (bool HxW), side by side, numbered."""
    left, right = _outlined(image, whole, WHOLE), _outlined(image, food, FOOD)
    for colour, thickness in (((0, 0, 0), 4), (NUMBER, 2)):
        cv2.putText(left, str(number), (4, 20), cv2.FONT_HERSHEY_SIMPLEX, 0.6, colour, thickness)
    return np.hstack([left, right, np.full((CELL, GAP, 3), 128, np.uint8)])


def write_sheets(folder: Path, pairs: Iterator[Image]) -> None:
    """Write pictures `000.png` and so on of the pairs, three a row, each as soon as it is full."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in count():
        some = list(islice(pairs, PHOTOS_A_SHEET))
        if not some:
            return
        padded = [*some, *[np.full_like(some[0], 255)] * (-len(some) % COLUMNS)]
        rows = [np.hstack(padded[start : start + COLUMNS]) for start in range(0, len(padded), COLUMNS)]
        cv2.imwrite(str(folder / f"{number:03d}.png"), np.vstack(rows)[..., ::-1])


def _outlined(image: Image, mask: Mask, colour: tuple[int, int, int]) -> Image:
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    drawn = cv2.drawContours(image.copy(), contours, -1, colour, 2)
    scale = (CELL - 4) / max(image.shape[:2])
    small = cv2.resize(drawn, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    cell = np.full((CELL, CELL, 3), 255, np.uint8)
    cell[2 : 2 + small.shape[0], 2 : 2 + small.shape[1]] = small
    return cell
