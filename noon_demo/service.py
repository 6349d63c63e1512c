"""The analysis as a service: checks, caching, one model run at a time, timing. Knows no Gradio."""

from __future__ import annotations

import importlib.metadata
import platform
import threading
import time
from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import psutil
from cachetools import LRUCache

from noon_demo import images
from noon_demo.errors import RequestError
from noon_demo.metrics import Metrics
from noon_demo.ml_inference import (
    AnalysisResult,
    Models,
    NoonError,
    PhotoAnalysis,
    Progress,
    check_mode,
)
from noon_demo.schemas import HealthResponse, LookupResponse, Mode

PLAIN_ERRORS = (RequestError, NoonError)
"""Everything the service raises on purpose; `str(error)` is the sentence to show."""

MAX_QUESTION = 2000
PACKAGES = ("gradio", "torch", "transformers", "numpy", "opencv-python-headless")


class AnalysisService:
    """Answers every request of the page, the API and scripts with one shared set of models.

    What was found in a photo is kept, by the photo's content, in at most `cache_bytes`. Photos are analysed
    one at a time, so that requests don't fight for the processor.
    """

    def __init__(self, models: Models, cache_bytes: int) -> None:
        self.models = models
        self.metrics = Metrics()
        self._cache: LRUCache[tuple, PhotoAnalysis] = LRUCache(cache_bytes, getsizeof=_bytes)
        self._cache_lock = threading.Lock()
        self._vision_lock = threading.Lock()
        self._language_lock = threading.Lock()
        self._started = time.monotonic()

    def stream(
        self,
        image: images.Source | None,
        question: str | None = None,
        mode: str = "hybrid",
        progress: Progress | None = None,
        *,
        history: Sequence[tuple[str, str]] = (),
        plate_diameter_cm: float | None = None,
        stop: threading.Event | None = None,
    ) -> Generator[AnalysisResult, None, None]:
        """Yield the result without its insight as soon as there is one, then again as the insight grows.

        The last result has `finished` set. `history` holds earlier (question, answer) pairs about the same
        photo. Setting `stop`, or closing the iterator, ends the insight early. Raises `PLAIN_ERRORS`.
        """
        checked = check_mode(mode)
        question = _check_question(question)
        started = time.perf_counter()
        photo, cached = self._analyze_photo(image, checked, progress, plate_diameter_cm, stop)
        timings = {"cached": 1000 * (time.perf_counter() - started)} if cached else photo.timings_ms
        result = AnalysisResult(photo, checked, question, timings_ms=timings)
        if result.awaits_insights:
            yield result
            if progress:
                progress("Writing the insight")
            for written in self.models.write_insights(result, history, stop):
                yield (result := written)
        self.metrics.count("analyses")
        self.metrics.observe(result.timings_ms)
        yield replace(result, finished=True)

    def analyze(
        self, image: images.Source | None, question: str | None = None, mode: str = "hybrid"
    ) -> AnalysisResult:
        """The last result of `stream`."""
        *_, result = self.stream(image, question, mode)
        return result

    def detect(self, image: images.Source | None, progress: Progress | None = None) -> PhotoAnalysis:
        """The food in the photo, from the cache where this photo was seen before. Raises `PLAIN_ERRORS`."""
        return self._analyze_photo(image, "ml_only", progress)[0]

    def lookup(self, food: str, limit: int = 10) -> LookupResponse:
        """The rows of the food composition database that fit a name best. Raises `PLAIN_ERRORS`."""
        if not food.strip():
            raise RequestError("Please name a food to look up, such as lentil soup.")
        return LookupResponse(foods=self.models.search_foods(food, limit))

    def health(self) -> HealthResponse:
        """Parts with their state, device, memory, counts and stage times."""
        parts = self.models.statuses()
        states = {part.state for part in parts}
        status: Literal["ready", "loading", "failed"] = "failed"
        if "failed" not in states and self.models.is_loading:
            status = "loading"
        elif states == {"ready"}:
            status = "ready"
        return HealthResponse(
            status=status,
            parts=parts,
            device=self.models.device,
            memory_mb=psutil.Process().memory_info().rss / 2**20,
            uptime_s=time.monotonic() - self._started,
            counts=self.metrics.counts() | self.models.grounding(),
            timings_ms=self.metrics.stage_times(),
            versions={
                "python": platform.python_version(),
                **{name: importlib.metadata.version(name) for name in PACKAGES},
            },
        )

    def _analyze_photo(
        self,
        image: images.Source | None,
        mode: Mode,
        progress: Progress | None,
        plate_diameter_cm: float | None = None,
        stop: threading.Event | None = None,
    ) -> tuple[PhotoAnalysis, bool]:
        """The analysis of a photo, and whether it comes from the cache."""
        if image is None:
            raise RequestError("Please add a photo of a meal.")
        if progress and self.models.is_loading:
            progress("Loading the models")
        source = images.read(image) if isinstance(image, (str, Path, bytes)) else image
        key = (images.fingerprint(source), plate_diameter_cm, *self.models.names(mode))
        if known := self._known(key):
            return known, True
        self.metrics.count("photos")
        started = time.perf_counter()
        pixels = images.load(source)
        opened_ms = 1000 * (time.perf_counter() - started)
        lock = self._language_lock if mode == "llava_only" else self._vision_lock
        if progress and lock.locked():
            progress("Waiting for another photo")
        with lock:
            if known := self._known(key):
                return known, True
            photo = self.models.analyze_photo(pixels, mode, progress, plate_diameter_cm, stop)
        photo = replace(photo, timings_ms={"open": opened_ms, **photo.timings_ms})
        with self._cache_lock:
            if _bytes(photo) <= self._cache.maxsize:
                self._cache[key] = photo
        return photo, False

    def _known(self, key: tuple) -> PhotoAnalysis | None:
        with self._cache_lock:
            return self._cache.get(key)


def _bytes(photo: PhotoAnalysis) -> int:
    """Memory that the pixels and masks of an analysis take."""
    masks = (food.item.mask for food in photo.facts.foods)
    return photo.image.nbytes + sum(mask.nbytes for mask in masks if mask is not None)


def _check_question(question: str | None) -> str | None:
    """The question without space around it, None if nothing is asked. Raises `RequestError`."""
    text = (question or "").strip()
    if len(text) > MAX_QUESTION:
        raise RequestError(f"Please ask a question of at most {MAX_QUESTION:,} characters.")
    return text or None
