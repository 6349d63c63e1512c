"""What was found in photos, and the last photos themselves, by their content."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from cachetools import LRUCache

from noon_demo.images import Image
from noon_demo.ml_inference import Detections, PhotoAnalysis
from noon_demo.requests import Sizes

Found = Detections | PhotoAnalysis
Key = tuple[str, ...]
"""A photo's content and the versions of the models that looked at it."""

PHOTOS_REMEMBERED = 4
"""Photos that somebody outlines foods in, kept for the next click."""
SIZES_KEPT = 4
"""Of a photo in the cache, for how many stated sizes its analysis is kept."""


class PhotoCache:
    """Findings of at most `most_bytes`, the longest unused going first. Safe to share between threads."""

    def __init__(self, most_bytes: int) -> None:
        self._found: LRUCache[Key, Found] = LRUCache(most_bytes, getsizeof=_bytes)
        self._weighed: WeakKeyDictionary[Detections, LRUCache[Sizes, PhotoAnalysis]]
        self._weighed = WeakKeyDictionary()
        self._photos: LRUCache[str, Image] = LRUCache(PHOTOS_REMEMBERED)
        self._lock = threading.Lock()

    def get(self, key: Key) -> Any:
        """What was found in a photo, if that is known."""
        with self._lock:
            return self._found.get(key)

    def keep(self, key: Key, found: Found) -> None:
        """Keep what was found.

        Photos without food are not kept: they are quickly looked at again, and strangers send many of them.
        """
        with self._lock:
            if _has_food(found) and _bytes(found) <= self._found.maxsize:
                self._found[key] = found

    def weighed(
        self, detections: Detections, sizes: Sizes, weigh: Callable[[], PhotoAnalysis]
    ) -> PhotoAnalysis:
        """The analysis of what was found, by the sizes stated; `weigh` makes it where it isn't known."""
        with self._lock:
            by_sizes = self._weighed.setdefault(detections, LRUCache(SIZES_KEPT))
            known = by_sizes.get(sizes)
        if known is None:
            known = weigh()
            with self._lock:
                by_sizes[sizes] = known
        return known

    def photo(self, content: str) -> Image | None:
        """The pixels of a photo in which food was found, or that is remembered."""
        with self._lock:
            found = (known.image for (photo, *_), known in self._found.items() if photo == content)
            return next(found, self._photos.get(content))

    def remember(self, content: str, pixels: Image) -> None:
        """Keep a photo's pixels for as long as few others come."""
        with self._lock:
            self._photos[content] = pixels


def _has_food(found: Found) -> bool:
    return bool(found.items if isinstance(found, Detections) else found.facts.foods)


def _bytes(found: Found) -> int:
    """Memory that the pixels and masks of what was found take."""
    masks = (item.mask for item in found.items) if isinstance(found, Detections) else ()
    return found.image.nbytes + sum(mask.nbytes for mask in masks if mask is not None)
