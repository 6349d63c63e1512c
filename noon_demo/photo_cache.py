"""What was found in photos, and the last photos themselves, by their content; each is looked at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, TypeVar
from weakref import WeakKeyDictionary, WeakValueDictionary

from cachetools import LRUCache

from noon_demo.errors import RequestError
from noon_demo.ml_inference import Detections, PhotoAnalysis
from noon_demo.photos import images
from noon_demo.photos.sources import NO_PHOTO
from noon_demo.requests import Sizes

Found = TypeVar("Found", Detections, PhotoAnalysis)
Key = tuple[str, ...]
"""A photo's content and the versions of the models that looked at it."""

PHOTOS_REMEMBERED = 4
"""Photos that somebody outlines foods in, kept for the next click."""
SIZES_KEPT = 4
"""Of a photo in the cache, for how many stated sizes its analysis is kept."""


class PhotoForgottenError(RequestError):
    """A photo that is named by its key alone, and no longer there."""

    status = 410


class PhotoCache:
    """Findings of at most `most_bytes`, the longest unused going first. Safe to share between threads."""

    def __init__(self, most_bytes: int) -> None:
        self._found: LRUCache[Key, Any] = LRUCache(most_bytes, getsizeof=_bytes)
        self._weighed: WeakKeyDictionary[Detections, LRUCache[Sizes, PhotoAnalysis]]
        self._weighed = WeakKeyDictionary()
        self._photos: LRUCache[str, images.Image] = LRUCache(PHOTOS_REMEMBERED)
        self._looking: WeakValueDictionary[Key, threading.Lock] = WeakValueDictionary()
        self._lock = threading.Lock()

    def found(
        self,
        key: Key,
        image: images.Source | None,
        turn: AbstractContextManager[None],
        look: Callable[[images.Image], Found],
    ) -> tuple[Found, bool]:
        """What was found in a photo, and whether that was known.

        Else it is opened and looked at in its `turn`; once, should several ask for the same at a time. Photos
        without food are not kept: they are quickly looked at again, and strangers send many of them.
        """
        if known := self._known(key):
            return known, True
        with turn, self._looking_at(key):
            if known := self._known(key):
                return known, True
            started = time.perf_counter()
            pixels = images.load(image)
            opened_ms = 1000 * (time.perf_counter() - started)
            found = look(pixels)
            found = replace(found, timings_ms={"open": opened_ms, **found.timings_ms})
            with self._lock:
                if _has_food(found) and _bytes(found) <= self._found.maxsize:
                    self._found[key] = found
        return found, False

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

    def opened(self, image: images.Source | None, key: str | None) -> tuple[images.Image, str]:
        """A photo's pixels and its key; the last few are remembered. Raises `PhotoForgottenError`."""
        if image is not None:
            key = images.fingerprint(image)
        if not key:
            raise RequestError(NO_PHOTO)
        pixels = self._pixels(key)
        if pixels is None:
            if image is None:
                raise PhotoForgottenError("This photo is no longer known here; please send it again.")
            pixels = images.load(image)
        with self._lock:
            self._photos[key] = pixels
        return pixels, key

    def _known(self, key: Key) -> Any:
        with self._lock:
            return self._found.get(key)

    def _pixels(self, content: str) -> images.Image | None:
        """Those of a photo in which food was found, or that is remembered."""
        with self._lock:
            key = next((key for key in self._found if key[0] == content), None)
            return self._found[key].image if key else self._photos.get(content)

    def _looking_at(self, key: Key) -> threading.Lock:
        """Held by whoever looks at a photo."""
        with self._lock:
            return self._looking.setdefault(key, threading.Lock())


def _has_food(found: Detections | PhotoAnalysis) -> bool:
    return bool(found.items if isinstance(found, Detections) else found.facts.foods)


def _bytes(found: Detections | PhotoAnalysis) -> int:
    """Memory that the pixels and masks of what was found take."""
    masks = (item.mask for item in found.items) if isinstance(found, Detections) else ()
    return found.image.nbytes + sum(mask.nbytes for mask in masks if mask is not None)
