"""The analysis as a service: checks, caching, one model run at a time, timing. Knows no Gradio."""

from __future__ import annotations

import importlib.metadata
import platform
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

import psutil
from cachetools import LRUCache

from noon_demo import images
from noon_demo.errors import RequestError
from noon_demo.line import Line
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
PHOTOS_OPEN = 2
"""Photos in memory at a time: one that is analysed, and the next."""
PLACE = "Waiting: {} ahead of you"
PACKAGES = ("gradio", "torch", "transformers", "numpy", "opencv-python-headless")


@dataclass(frozen=True)
class Waiting:
    """Who asks, how that is told of the progress, and what ends it early."""

    visitor: str
    stop: threading.Event | None = None
    progress: Progress | None = None

    def report(self, stage: str) -> None:
        """Tell what is being done."""
        if self.progress:
            self.progress(stage)

    def turn(self, line: Line) -> AbstractContextManager[None]:
        """A turn in `line`, the place in it told while waiting."""
        return line.turn(self.visitor, self.stop, lambda ahead: self.report(PLACE.format(ahead)))


class AnalysisService:
    """Answers every request of the page, the API and scripts with one shared set of models.

    What food was found in a photo is kept, by its content, in at most `cache_bytes`. Photos are analysed
    one at a time, so that requests don't fight for the processor, while the next one is opened; at most
    `most_waiting` wait for that, and as many for a language model. What needs no model never waits.
    """

    def __init__(self, models: Models, cache_bytes: int, most_waiting: int = 64) -> None:
        self.models = models
        self._photos = Line(PHOTOS_OPEN, most_waiting)
        self._answers = Line(1, most_waiting)
        self._running = 0
        self._idle = threading.Condition()
        self.metrics = Metrics()
        self._cache: LRUCache[tuple, PhotoAnalysis] = LRUCache(cache_bytes, getsizeof=_bytes)
        self._cache_lock = threading.Lock()
        self._vision_lock = threading.Lock()
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
        visitor: str = "",
    ) -> Generator[AnalysisResult, None, None]:
        """Yield the result without its insight as soon as there is one, then again as the insight grows.

        The last result has `finished` set. `history` holds earlier (question, answer) pairs about the same
        photo. Setting `stop`, or closing the iterator, ends the insight early. `visitor` names who asks, for
        a fair order where many do. Raises `PLAIN_ERRORS`.
        """
        checked = check_mode(mode)
        question = _check_question(question)
        who = Waiting(visitor, stop, progress)
        with self._counted():
            started = time.perf_counter()
            photo, cached = self._analyze_photo(image, checked, who, plate_diameter_cm)
            timings = {"cached": 1000 * (time.perf_counter() - started)} if cached else photo.timings_ms
            result = AnalysisResult(photo, checked, question, timings, self.models.warnings(checked))
            if result.awaits_insights:
                yield result
                with self._turn_to_write(who):
                    who.report("Writing the insight")
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

    def detect(self, image: images.Source | None, visitor: str = "") -> AnalysisResult:
        """The food in the photo, from the cache where this photo was seen before. Raises `PLAIN_ERRORS`."""
        with self._counted():
            photo, _ = self._analyze_photo(image, "ml_only", Waiting(visitor))
        return AnalysisResult(photo, "ml_only", None, photo.timings_ms, self.models.warnings("ml_only"))

    def close(self, patience_s: float) -> bool:
        """Take nothing new, and wait for what runs; whether all of it ended within `patience_s`."""
        self._photos.close()
        self._answers.close()
        with self._idle:
            return self._idle.wait_for(lambda: self._running == 0, patience_s)

    def lookup(self, food: object, limit: int = 10) -> LookupResponse:
        """The rows of the food composition database that fit a name best. Raises `PLAIN_ERRORS`."""
        if not isinstance(food, str) or not food.strip():
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
            versions=_versions(),
        )

    def _analyze_photo(
        self, image: images.Source | None, mode: Mode, who: Waiting, plate_diameter_cm: float | None = None
    ) -> tuple[PhotoAnalysis, bool]:
        """The analysis of a photo, and whether it comes from the cache."""
        if image is None:
            raise RequestError("Please add a photo of a meal.")
        if self.models.is_loading:
            who.report("Loading the models")
        key = (images.fingerprint(image), plate_diameter_cm, *self.models.names(mode))
        if known := self._known(key):
            return known, True
        line = self._answers if mode == "llava_only" else self._photos
        with who.turn(line):
            if known := self._known(key):
                return known, True
            self.metrics.count("photos")
            started = time.perf_counter()
            pixels = images.load(image)
            opened_ms = 1000 * (time.perf_counter() - started)
            with nullcontext() if mode == "llava_only" else self._vision_lock:
                if known := self._known(key):  # found by another request while this one was opened
                    return known, True
                photo = self.models.analyze_photo(pixels, mode, who.report, plate_diameter_cm, who.stop)
        photo = replace(photo, timings_ms={"open": opened_ms, **photo.timings_ms})
        with self._cache_lock:
            if photo.facts.foods and _bytes(photo) <= self._cache.maxsize:
                self._cache[key] = photo
        return photo, False

    def _turn_to_write(self, who: Waiting) -> AbstractContextManager[None]:
        """A turn at the language model, which writes one answer at a time; none is needed without one."""
        return who.turn(self._answers) if self.models.has_language_model else nullcontext()

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._idle:
            self._running += 1
        try:
            yield
        finally:
            with self._idle:
                self._running -= 1
                self._idle.notify_all()

    def _known(self, key: tuple) -> PhotoAnalysis | None:
        with self._cache_lock:
            return self._cache.get(key)


@cache
def _versions() -> dict[str, str]:
    versions = {name: importlib.metadata.version(name) for name in PACKAGES}
    return {"python": platform.python_version(), **versions}


def _bytes(photo: PhotoAnalysis) -> int:
    """Memory that the pixels and masks of an analysis take."""
    masks = (food.item.mask for food in photo.facts.foods)
    return photo.image.nbytes + sum(mask.nbytes for mask in masks if mask is not None)


def _check_question(question: object) -> str | None:
    """The question without space around it, None if nothing is asked. Raises `RequestError`."""
    if not isinstance(question, str | None):
        raise RequestError("Please ask a question in words.")
    text = (question or "").strip()
    if len(text) > MAX_QUESTION:
        raise RequestError(f"Please ask a question of at most {MAX_QUESTION:,} characters.")
    return text or None
