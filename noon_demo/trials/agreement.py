"""How far two versions agree on a photo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from noon_demo.ml_inference import FoodItem

MATCHED_FROM = 0.5
"""Above this intersection over union each of several disjoint masks has at most one partner (Kirillov et al.,
"Panoptic Segmentation", CVPR 2019, arXiv:1801.00868)."""


Masks = Sequence[NDArray[np.bool_] | None]


@dataclass(frozen=True)
class Agreement:
    """The places in both lists of foods that are the same, the sum of their intersections over union, and how
    many of them are called alike.
    """

    pairs: tuple[tuple[int, int], ...]
    overlap: float
    same_names: int


def compare(one: Sequence[FoodItem], other: Sequence[FoodItem]) -> Agreement:
    """How two lists of foods with disjoint masks, bool HxW of one size, agree."""
    if not one or not other:
        return Agreement((), 0.0, 0)
    iou = _overlaps([item.mask for item in one], [item.mask for item in other])
    pairs = tuple((int(row), int(column)) for row, column in np.argwhere(iou > MATCHED_FROM))
    same_names = sum(one[row].label == other[column].label for row, column in pairs)
    return Agreement(pairs, sum(float(iou[pair]) for pair in pairs), same_names)


def _overlaps(one: Masks, other: Masks) -> NDArray[np.float64]:
    """The intersection over union of each mask with each, (len(one), len(other))."""
    rows, columns = len(one) + 1, len(other) + 1
    joint = _numbered(one).astype(np.intp) * columns + _numbered(other)
    common = np.bincount(joint.ravel(), minlength=rows * columns).reshape(rows, columns).astype(np.float64)
    union = common.sum(1, keepdims=True) + common.sum(0, keepdims=True) - common
    return np.asarray((common / np.maximum(union, 1))[1:, 1:])


def _numbered(masks: Masks) -> NDArray[np.uint8]:
    """A map of which mask a pixel is in, counted from 1."""
    numbered = np.zeros(next(mask.shape for mask in masks if mask is not None), np.uint8)
    for number, mask in enumerate(masks, 1):
        if mask is not None:
            numbered[mask] = number
    return numbered
