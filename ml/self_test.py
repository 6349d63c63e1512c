"""Each part is tried on one example when it is loaded: whole weights can compute nonsense somewhere."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import astuple
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image

from ml.errors import NoonError
from ml.nutrition.database import FoodDatabase
from ml.types import Image

EXAMPLE = Path(__file__).parents[1] / "assets" / "examples" / "shakshuka.jpg"
FOOD = "apple"


class SelfTestError(NoonError):
    """A part that computes nonsense."""


def check_segmenter(segmenter: Any) -> None:
    """The masks for a click in the middle of the example, and the food map if there is one, are numbers."""
    from ml.segmentation.base import FoodLocator, Prompts  # noqa: PLC0415 - imports torch, as the segmenter does

    photo = example()
    height, width = photo.shape[:2]
    embedding = segmenter.embed(photo)
    masks = segmenter.predict(embedding, Prompts.clicks(np.array([[width / 2, height / 2]], np.float32)))
    _demand(np.isfinite(masks.logits).all() and np.isfinite(masks.scores).all(), "masks that are no numbers")
    if isinstance(segmenter, FoodLocator):
        _demand(segmenter.food_probability(embedding).max() > 0.5, "no food in a photo of shakshuka")


def check_recognizer(recognizer: Any) -> None:
    """The confidences of what the example shows are probabilities."""
    ((candidates, _),) = recognizer.classify([example()])
    _demand(all(0 <= candidate.confidence <= 1 for candidate in candidates), "names without probabilities")


def check_database(database: FoodDatabase) -> None:
    """A common food is found, with numbers."""
    rows = database.search(FOOD, 1)
    _demand(bool(rows), f'no row for "{FOOD}"')
    amounts = [amount for amount in astuple(rows[0].record.per_100g) if amount is not None]
    _demand(all(map(math.isfinite, amounts)), "nutrients that are no numbers")


CHECKS: Mapping[str, Callable[[Any], None]] = {
    "segmenter": check_segmenter,
    "recognizer": check_recognizer,
    "database": check_database,
}
"""By the name of the part. A language model has none: on a CPU its first words can take a minute."""


@cache
def example() -> Image:
    """The photo that parts are tried on, HxWx3 uint8 RGB."""
    with PIL.Image.open(EXAMPLE) as photo:
        return np.array(photo.convert("RGB"))


def _demand(is_right: bool, problem: str) -> None:
    if not is_right:
        raise SelfTestError(f"On an example it gave {problem}: choose another model, device or precision.")
