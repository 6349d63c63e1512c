"""Which of the photos that were looked at are still known."""

from __future__ import annotations

from contextlib import nullcontext

import numpy as np

from ml.types import Detections, FoodItem, Image
from noon_demo.photo_cache import PhotoCache
from noon_demo.photos import images

FOOD = FoodItem("rice", 1.0, ())


def photo(shade: int) -> Image:
    return np.full((64, 64, 3), shade, np.uint8)


def was_known(cache: PhotoCache, image: Image) -> bool:
    """Whether a photo was known when it was asked for; it is from now on."""
    key = (images.fingerprint(image), "version")
    return cache.found(key, image, nullcontext(), lambda pixels: Detections(pixels, (FOOD,)))[1]


def test_the_photo_longest_unused_makes_room_whichever_photos_foods_are_outlined_in():
    first, second, third, outlined = map(photo, range(4))
    cache = PhotoCache(2 * first.nbytes)
    for image in (first, second):
        assert not was_known(cache, image)
    assert was_known(cache, first)
    cache.opened(outlined, None)
    assert not was_known(cache, third)
    assert was_known(cache, first)
    assert not was_known(cache, second)


def test_a_photo_in_which_foods_are_outlined_counts_as_used():
    first, second, third = map(photo, range(3))
    cache = PhotoCache(2 * first.nbytes)
    for image in (first, second):
        assert not was_known(cache, image)
    cache.opened(first, None)
    assert not was_known(cache, third)
    assert was_known(cache, first)
