"""Masks as JSON: to COCO's encoding and back, damaged ones refused, outlines that fill the same pixels."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from pycocotools import mask as coco

from noon_demo.errors import RequestError
from noon_demo.results import masks
from noon_demo.schemas import MaskJson


def drawn(seed: int) -> np.ndarray:
    """A mask of blobs with a hole, 90x120."""
    rng = np.random.default_rng(seed)
    canvas = np.zeros((90, 120), np.uint8)
    for _ in range(4):
        cv2.circle(canvas, tuple(rng.integers(10, 80, 2).tolist()), int(rng.integers(6, 25)), 1, -1)
    cv2.circle(canvas, (40, 40), 3, 0, -1)
    return canvas.astype(bool)


@pytest.mark.parametrize("seed", range(20))
def test_a_mask_comes_back_as_it_was(seed) -> None:
    mask = drawn(seed)
    encoded = masks.encode(mask)
    assert np.array_equal(masks.decode(encoded), mask)
    theirs = coco.decode({"size": list(encoded.size), "counts": encoded.counts.encode()})
    assert np.array_equal(theirs.astype(bool), mask)


def test_a_mask_that_begins_with_food_comes_back() -> None:
    mask = np.ones((3, 4), bool)
    mask[2, 3] = False
    assert np.array_equal(masks.decode(masks.encode(mask)), mask)


@pytest.mark.parametrize(
    "damaged",
    [
        MaskJson(size=(90, 120), counts=""),
        MaskJson(size=(90, 120), counts="o"),
        MaskJson(size=(90, 120), counts="\x00\x01"),
        MaskJson(size=(90, 120), counts="ÿ€"),
        MaskJson(size=(90, 120), counts="o" * 5000),
        MaskJson(size=(90, 121), counts=masks.encode(drawn(1)).counts),
        MaskJson(size=(90, 120), counts=masks.encode(drawn(1)).counts[:-2]),
        MaskJson(size=(2**20, 2**20), counts=masks.encode(drawn(1)).counts),
        MaskJson(size=(-90, -120), counts=masks.encode(drawn(1)).counts),
        masks.encode(np.zeros((90, 120), bool)),
    ],
)
def test_a_damaged_mask_is_refused_in_a_sentence(damaged) -> None:
    with pytest.raises(RequestError, match="analyse the photo again"):
        masks.decode(damaged)


@pytest.mark.parametrize("seed", range(5))
def test_an_outline_filled_is_the_mask(seed) -> None:
    mask = drawn(seed)
    canvas = np.zeros(mask.shape, np.uint8)
    rings = [np.array(ring, np.int32) for ring in masks.outline(mask)]
    cv2.fillPoly(canvas, rings, 1)
    union, shared = np.count_nonzero(mask | (canvas > 0)), np.count_nonzero(mask & (canvas > 0))
    assert shared / union > 0.95
