"""A version's last test before it answers: everything together, on photos of meals."""

from __future__ import annotations

import math
from pathlib import Path

import PIL.Image

from ml.detector import FoodDetector
from ml.insights.base import Insights, Request
from ml.loading import plain_errors
from ml.photo_files import photos_in, read_upright
from ml.self_test import EXAMPLE, SelfTestError
from ml.types import Detections, Image, MealFacts

EXAMPLES = EXAMPLE.parent
WITH_FOOD = 0.9
"""The least share of the photos in which food has to be found."""


@plain_errors("Trying it on photos of meals")
def try_detector(detector: FoodDetector, folder: Path = EXAMPLES) -> None:
    """Have a detector find and name the food in all photos of a folder, if there are any.

    Raises:
        SelfTestError: if it finds food in less than `WITH_FOOD` of them, or computes what is no number.
        NoonError: if it fails.
    """
    paths, with_food = photos_in(folder), 0
    for path in paths:
        found = detector.detect(_read(path))
        if not _is_sound(found):
            raise SelfTestError("It gives masks or names that are no numbers on photos of meals.")
        with_food += bool(found.items)
    if with_food < WITH_FOOD * len(paths):
        raise SelfTestError(f"It finds food in {with_food} of {len(paths)} photos of meals.")


@plain_errors("Trying it on a meal")
def try_insights(part: Insights, image: Image, facts: MealFacts) -> None:
    """Have a part begin to describe a meal in a photo, HxWx3 uint8 RGB.

    Raises:
        SelfTestError: if it says nothing.
        NoonError: if it fails.
    """
    request = Request(image, None, facts)
    has_begun = any(part.answer(request))  # of empty pieces a model is silent as yet
    request.stop.set()
    if not has_begun:
        raise SelfTestError("It says nothing about a meal.")


def _is_sound(found: Detections) -> bool:
    """Whether every mask covers something in the photo, and every name has a probability."""
    return all(
        item.mask is not None
        and item.mask.any()
        and item.mask.shape == found.image.shape[:2]
        and all(math.isfinite(known.confidence) and 0 <= known.confidence <= 1 for known in item.candidates)
        for item in found.items
    )


def _read(path: Path) -> Image:
    """A photo to try a version on. Raises `SelfTestError`."""
    try:
        return read_upright(path)
    except (OSError, ValueError, PIL.Image.DecompressionBombError):
        raise SelfTestError(f"The photo {path.name} to try it on can't be read: take it out.") from None
