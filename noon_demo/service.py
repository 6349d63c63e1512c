"""The analysis as a service: checks, caching, photos side by side, timing. Knows no Gradio."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from omegaconf import DictConfig

from noon_demo import asking, corrections, teaching
from noon_demo.concurrency.cores import Cores
from noon_demo.concurrency.line import LeftError, Line
from noon_demo.concurrency.running import Running
from noon_demo.concurrency.waiting import Waiting
from noon_demo.edits import Edit
from noon_demo.errors import RequestError
from noon_demo.ml_inference import (
    AnalysisResult,
    Detections,
    FoodItem,
    Models,
    NoonError,
    PhotoAnalysis,
    Report,
    failed_part,
    references,
)
from noon_demo.photo_cache import PhotoCache
from noon_demo.photos import images
from noon_demo.requests import Prompt, Sizes, check_mode, check_question
from noon_demo.results import formatting
from noon_demo.schemas import (
    AnalysisResponse,
    DetectedJson,
    DetectionResponse,
    FoodsResponse,
    HealthResponse,
    ImageJson,
    LookupResponse,
    Mode,
    ReferencesResponse,
    SegmentResponse,
    TaughtJson,
    TeachResponse,
)
from noon_demo.watching import health
from noon_demo.watching.events import Events
from noon_demo.watching.recent import Recent

if TYPE_CHECKING:
    from noon_demo.ml_inference.detectors import Detector

Seen = TypeVar("Seen")
PLAIN_ERRORS = (RequestError, NoonError)
"""Everything the service raises on purpose; `str(error)` is the sentence to show."""

OPENED_AHEAD = 1
"""Photos in memory beside those that are analysed."""

LOOKED_UP = 10
"""Rows of the database that a look-up gives."""


class AnalysisService:
    """Answers every request of the page, the API and scripts with one shared set of models.

    What food was found in a photo is kept, by its content, in at most `cache_bytes`. A photo has all cores
    for itself, or an equal share beside others, `photos_at_once` at most (see `Cores`); meanwhile the next is
    opened. `answers_at_once` are written. At most `most_waiting` wait for each; what needs no model doesn't.
    `events` are told what happens.
    """

    def __init__(
        self,
        models: Models,
        cache_bytes: int,
        most_waiting: int = 64,
        *,
        photos_at_once: int | None = None,
        answers_at_once: int = 1,
    ) -> None:
        self.models = models
        self.recent = Recent()
        self.events = Events(self.recent)
        self.running = Running(self.events)
        self._cores = Cores(photos_at_once)
        self._photos = Line(self._cores.at_once + OPENED_AHEAD, most_waiting, "photos", self.events)
        self._answers = Line(answers_at_once, most_waiting, "answers", self.events)
        self.lines = self._photos, self._answers
        self._cache = PhotoCache(cache_bytes)
        self._started = time.monotonic()

    @classmethod
    def of(cls, models: Models, settings: DictConfig) -> AnalysisService:
        """The service as configured."""
        cluster = settings.cluster
        return cls(
            models,
            settings.cache_mb * 2**20,
            settings.server.queue_size,
            photos_at_once=cluster.photos_at_once,
            answers_at_once=cluster.answers_at_once,
        )

    def stream(
        self,
        image: images.Source | None,
        question: str | None = None,
        mode: str = "hybrid",
        progress: Report | None = None,
        *,
        history: Sequence[tuple[str, str]] = (),
        plate_diameter_cm: float | None = None,
        reference: str | None = None,
        taught: Sequence[TaughtJson] = (),
        stop: threading.Event | None = None,
        visitor: str = "",
    ) -> Generator[AnalysisResult, None, None]:
        """Yield the result without its insight as soon as there is one, then again as the insight grows.

        The last result has `finished` set. `history` holds earlier (question, answer) pairs about the same
        photo, `reference` is the name of a coin or card in it, `taught` the foods that the visitor taught.
        Setting `stop`, or closing the iterator, ends the insight early. `visitor` names who asks, for a fair
        order where many do. Raises `PLAIN_ERRORS`.
        """
        checked, asked = check_mode(mode), check_question(question)
        who = Waiting(visitor, stop, progress)
        with self.running.request(visitor):
            started = time.perf_counter()
            photo, cached = self._analyze(
                image, checked, who, Sizes(plate_diameter_cm, reference or None), taught
            )
            timings = {"cached": 1000 * (time.perf_counter() - started)} if cached else photo.timings_ms
            result = AnalysisResult(photo, checked, asked, timings, self.models.warnings(checked))
            try:
                if result.awaits_insights:
                    yield result
                    for written in self._write(result, history, who):
                        yield (result := written)
            finally:
                self.events.analyzed(result, visitor, cached)
            yield replace(result, finished=True)

    def analyze(
        self, image: images.Source | None, question: str | None = None, mode: str = "hybrid"
    ) -> AnalysisResult:
        """The last result of `stream`."""
        *_, result = self.stream(image, question, mode)
        return result

    def detect(self, image: images.Source | None, visitor: str = "") -> DetectionResponse:
        """The food in the photo, named and not weighed; from the cache where this photo was seen before.

        Raises `PLAIN_ERRORS`.
        """
        with self.running.request(visitor):
            detections, cached = self._detect(image, Waiting(visitor))
            self.events.detected(detections, visitor, cached)
        return formatting.detection(detections, self.models.warnings("ml_only"))

    def segment(
        self, image: images.Source | None, prompt: Prompt, key: str | None = None, visitor: str = ""
    ) -> SegmentResponse:
        """The one food that a prompt means.

        Without an `image`, `key` names a photo seen lately. Raises `PhotoForgottenError` where it was
        not, and `PLAIN_ERRORS`.
        """
        who = Waiting(visitor)
        with self.running.request(), who.turn(self._photos):  # trials count photos, not taps
            photo, key = self._cache.opened(image, key)
            height, width = photo.shape[:2]
            fitting = prompt.within(width, height)
            meant = photo, fitting.points, fitting.labels, fitting.box, key

            def segment(detector: Detector) -> FoodItem:
                return self._cores.run(lambda: detector.segment_at(*meant))

            item = self._seen(who, segment, is_tap=True)
        return SegmentResponse(
            image=ImageJson(width=width, height=height, key=key),
            item=DetectedJson.model_validate(formatting.detected(0, item)),
        )

    def teach(
        self, image: images.Source | None, prompt: Prompt, key: str | None = None, visitor: str = ""
    ) -> TeachResponse:
        """What to keep of the food in the prompt's box, to hand along as taught; nothing is kept here.

        `image` and `key` are as for `segment`. Raises `PhotoForgottenError` and `PLAIN_ERRORS`.
        """
        with self.running.request(visitor), Waiting(visitor).turn(self._photos):
            photo, _ = self._cache.opened(image, key)
            box = prompt.within(photo.shape[1], photo.shape[0]).box
            assert box is not None  # since there are no points
            return self._cores.run(lambda: teaching.look(self.models, photo, box))

    def recalculate(
        self, result: AnalysisResponse, edits: Sequence[Edit], visitor: str = ""
    ) -> AnalysisResponse:
        """A result after a person's edits; no model runs. Raises `PLAIN_ERRORS`."""
        with self.running.request():
            corrected = corrections.recalculate(self.models, result, edits)
            self.events.corrected(result, edits, visitor)
            return corrected

    def ask(
        self,
        result: AnalysisResponse,
        question: str,
        image: images.Source | None = None,
        *,
        history: Sequence[tuple[str, str]] = (),
        stop: threading.Event | None = None,
        visitor: str = "",
    ) -> Iterator[AnalysisResponse]:
        """Yield a result, perhaps corrected by what is said, with more and more of an answer.

        `image` is the photo on the page; where that is another one, the part that needs none answers. Raises
        `PLAIN_ERRORS`.
        """
        asked = check_question(question)
        if asked is None:
            raise RequestError("Please ask something about the meal.")
        who = Waiting(visitor, stop)
        with self.running.request(visitor):
            if said := asking.spoken(self.models, result, asked):
                corrected, edits = said
                if edits:
                    self.events.corrected(result, edits, visitor)
                yield corrected
                return
            photo = None
            if self.models.has_language_model(visitor) and image is not None:
                with who.turn(self._photos):
                    pixels, key = self._cache.opened(image, None)
                photo = pixels if key == result.image.key else None
            write = partial(self._write, history=history, who=who)
            yield from asking.answer(self.models, result, asked, image=photo, history=history, write=write)

    def foods(self, query: str, language: str = "en", limit: int = 8) -> FoodsResponse:
        """The foods that fit what is typed, to rename or add one. Raises `PLAIN_ERRORS`."""
        return FoodsResponse.model_validate({"foods": self.models.find_foods(query, language, limit)})

    def food_names(self, language: str) -> dict[str, str]:
        """What each label that an item may have is called in a language. Raises `PLAIN_ERRORS`."""
        return self.models.food_names(language)

    def references(self) -> ReferencesResponse:
        """Things of known size."""
        return ReferencesResponse.model_validate({"references": references()})

    def close(self, patience_s: float) -> bool:
        """Take nothing new, and wait for what runs; whether all of it ended within `patience_s`."""
        self._photos.close()
        self._answers.close()
        return self.running.wait(patience_s)

    def lookup(self, food: object) -> LookupResponse:
        """The rows of the food composition database that fit a name best. Raises `PLAIN_ERRORS`."""
        if not isinstance(food, str) or not food.strip():
            raise RequestError("Please name a food to look up, such as lentil soup.")
        return LookupResponse(foods=self.models.search_foods(food, LOOKED_UP))

    def health(self) -> HealthResponse:
        """Parts with their state, device, memory, counts and stage times."""
        return health.health(self.models, self.recent, self._started)

    def _analyze(
        self,
        image: images.Source | None,
        mode: Mode,
        who: Waiting,
        sizes: Sizes,
        taught: Sequence[TaughtJson],
    ) -> tuple[PhotoAnalysis, bool]:
        """The analysis of a photo, and whether what a model had to say of it comes from the cache."""
        if mode == "llava_only":
            return self._list_foods(image, who)
        found, cached = self._detect(image, who)
        detections = found
        if taught:
            with who.turn(self._photos):
                detections = self._cores.run(lambda: teaching.name(self.models, found, taught))

        def weigh() -> PhotoAnalysis:
            who.tell("Weighing each food")
            return self.models.weigh(detections, *sizes)

        return self.models.with_products(self._cache.weighed(detections, sizes, weigh)), cached

    def _detect(self, image: images.Source | None, who: Waiting) -> tuple[Detections, bool]:
        photo = self._fingerprint(image, who)

        def found(detector: Detector) -> tuple[Detections, bool]:
            key = photo, *detector.versions.values()

            def detect(pixels: images.Image) -> Detections:
                return self._cores.run(lambda: self.models.detect(pixels, who.tell, photo, detector))

            return self._cache.found(key, image, who.turn(self._photos), detect)

        return self._seen(who, found)

    def _seen(self, who: Waiting, see: Callable[[Detector], Seen], *, is_tap: bool = False) -> Seen:
        """What `see` gives with the detector of a visitor, or, if a version on trial fails, of all others."""
        try:
            return see(self.models.detectors.get(who.visitor))
        except Exception as error:
            failed = failed_part(error)
            if not failed or not self.models.is_on_trial(*failed):
                raise
            self.events.failed(*failed, None, "" if is_tap else who.visitor)
        return see(self.models.detectors.get())

    def _list_foods(self, image: images.Source | None, who: Waiting) -> tuple[PhotoAnalysis, bool]:
        photo = self._fingerprint(image, who)
        lister = self.models.lister(who.visitor)

        def list_foods(pixels: images.Image) -> PhotoAnalysis:
            who.tell("Asking the language model what is on the plate")
            try:
                return replace(self.models.list_foods(pixels, who.stop, lister), key=photo)
            except NoonError:
                if who.stop and who.stop.is_set():
                    raise LeftError("The request was stopped.") from None
                raise

        return self._cache.found((photo, lister.version), image, who.turn(self._answers), list_foods)

    def _fingerprint(self, image: images.Source | None, who: Waiting) -> str:
        """What stands for the photo's content. Raises `ImageError` without one."""
        if self.models.is_loading:
            who.tell("Loading the models")
        return images.fingerprint(image)

    def _write(
        self, result: AnalysisResult, history: Sequence[tuple[str, str]], who: Waiting
    ) -> Iterator[AnalysisResult]:
        """Yield `result` with more and more of its insight; nothing if it is stopped before its turn.

        A language model writes one answer at a time; where there is none no turn is needed.
        """
        try:
            with who.turn(self._answers) if self.models.has_language_model(who.visitor) else nullcontext():
                who.tell("Writing the insight")
                for written in self.models.write_insights(result, history, who.stop, who.visitor):
                    yield (result := written)
        except LeftError:
            return
        self.events.answered(result, who.visitor)
        if result.failed_writer:
            self.events.failed("insights", result.failed_writer, None, who.visitor)
