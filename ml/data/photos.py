"""Photos whose foods are outlined: what the loaders of the datasets return."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
from numpy.typing import NDArray

from ml.types import Image, Mask


@dataclass(frozen=True)
class OutlinedPhoto:
    """A photo on disk with its label map, a grey PNG of the same size: 0 background, k the k-th food.

    `group` is what a split must keep together (an item photographed often, or the photo itself).
    `dishes` is a second label map, of the foods together with what they lie on, where a dataset has it.
    """

    image: Path
    foods: Path
    group: str
    dishes: Path | None = None


def read_image(path: Path) -> Image:
    """The photo as HxWx3 uint8 RGB."""
    return np.asarray(PIL.Image.open(path).convert("RGB"))


def read_levels(path: Path) -> NDArray[np.uint8]:
    """The grey levels of a picture, HxW."""
    return np.asarray(PIL.Image.open(path).convert("L"))


def read_masks(path: Path) -> list[Mask]:
    """The bool HxW masks of a label map, in order of their labels."""
    labels = read_levels(path)
    return [labels == k for k in range(1, int(labels.max()) + 1) if (labels == k).any()]


def write_masks(path: Path, masks: Sequence[Mask]) -> None:
    """Write the label map of masks (bool HxW, one or more, at most 255); where two overlap the later wins."""
    labels: NDArray[np.uint8] = np.zeros(masks[0].shape, np.uint8)
    for k, mask in enumerate(masks, start=1):
        labels[mask] = k
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), labels)


def components(mask: Mask, min_area: int) -> list[Mask]:
    """The connected parts of at least `min_area` pixels, each as a bool HxW mask, the largest first."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    by_area = sorted(range(1, count), key=lambda k: -stats[k, cv2.CC_STAT_AREA])
    return [labels == k for k in by_area if stats[k, cv2.CC_STAT_AREA] >= min_area]


def fill_holes(mask: Mask) -> Mask:
    """The mask without the holes inside its outer contours."""
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return cv2.drawContours(np.zeros(mask.shape, np.uint8), contours, -1, 1, cv2.FILLED).astype(bool)


def split(
    photos: Sequence[OutlinedPhoto], held_out: float
) -> tuple[list[OutlinedPhoto], list[OutlinedPhoto]]:
    """(training, held-out) photos; a group is held out by the hash of its name, so a split never moves.

    `held_out` is the share of groups, in 0..1, that is expected to be held out.
    """
    parts: tuple[list[OutlinedPhoto], list[OutlinedPhoto]] = ([], [])
    for photo in photos:
        digest = hashlib.sha256(photo.group.encode()).digest()
        parts[digest[0] / 256 < held_out].append(photo)
    return parts
