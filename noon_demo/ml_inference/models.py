"""The parts that a configuration names, and what they do together."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from hydra.utils import instantiate
from omegaconf import DictConfig

from ml import barcodes, loading, pipeline, zero_gpu
from ml.corrections import spoken
from ml.corrections.editor import MealEditor
from ml.corrections.spoken import Spoken
from ml.errors import NoonError
from ml.insights.base import Checked, FoodLister, History, Insights, Request
from ml.nutrition.database import FoodDatabase
from ml.nutrition.facts import add_up
from ml.nutrition.foods import LANGUAGES, FoodTable
from ml.nutrition.search import FoodMatch, FoodSearch
from ml.types import (
    AnalysisResult,
    AnalyzedFood,
    Detections,
    Image,
    MealFacts,
    Mode,
    PhotoAnalysis,
    Report,
    Scale,
)
from noon_demo import open_food_facts
from noon_demo.ml_inference.choices import Versioned
from noon_demo.ml_inference.detectors import Detectors
from noon_demo.ml_inference.parts import Kind, NotLoadedError, Part
from noon_demo.ml_inference.renewal import Renewal
from noon_demo.ml_inference.versions import Versions
from noon_demo.results import formatting
from noon_demo.schemas import FoodRow, PartStatus
from noon_demo.trials.observations import Setup

if TYPE_CHECKING:  # these import torch, which is left to the thread that loads the models
    from ml.analyzer import NutritionAnalyzer
    from ml.recognition.base import Recognizer
    from ml.recognition.taught import TaughtFoods
    from ml.segmentation.base import Segmenter
    from noon_demo.ml_inference.detectors import Detector

logger = logging.getLogger(__name__)

NO_IMAGE = np.zeros((1, 1, 3), np.uint8)
NO_LLAVA = (
    "Mode llava_only needs a LLaVA model and none is loaded: choose mode hybrid, or start Noon with "
    "insights=llava_embedded."
)


class Models:
    """The parts that a configuration names. Safe to share between threads."""

    def __init__(self, settings: DictConfig) -> None:
        def part(kind: Kind) -> Part[Any]:
            shipped, chosen = settings.fallback[kind], settings[kind]
            offline = settings.offline.get(kind, shipped)
            others = [] if chosen == shipped else [chosen]
            if others and offline not in (chosen, shipped):
                others.append(offline)
            hints: dict[str, Any] = {}
            if settings.probe_hub:
                hints["unavailable"] = loading.why_unavailable
                if kind not in settings.named:
                    hints["too_slow"] = partial(loading.why_too_slow, kind)
            return Part(kind, partial(_load, kind), shipped, others, **hints)

        self.segmenter: Part[Segmenter] = part("segmenter")
        self.recognizer: Part[Recognizer] = part("recognizer")
        self.insights: Part[Insights] = part("insights")
        self.foods: Part[FoodTable] = Part("nutrition", partial(_load, "foods"), settings.foods)
        self.database: Part[FoodDatabase] = Part("nutrition", partial(_load, "database"), settings.database)
        self.versioned: Mapping[Versioned, Part[Any]] = {
            "segmenter": self.segmenter,
            "recognizer": self.recognizer,
            "insights": self.insights,
        }
        self.detectors = Detectors(settings.detector, self.segmenter, self.recognizer, self.foods)
        self.parts = (self.segmenter, self.recognizer, self.foods, self.database, self.insights)
        self.is_loading = True
        """Until `load` has ended."""
        self.settings = settings
        self._products = open_food_facts.connect(settings.open_food_facts)
        self.versions = Versions(settings)
        self.renewal = Renewal(self)
        self._taught_foods: TaughtFoods | None = None
        self._analyzer: NutritionAnalyzer | None = None
        self._search: FoodSearch | None = None
        self._lock = threading.Lock()

    def load(self, *, trials: bool = True) -> None:
        """Load what comes with Noon, then what was chosen instead. Failures end up in the parts' status.

        Whether versions are put on `trials` is for who serves visitors.
        """
        try:
            for part in self.parts:
                try:
                    part.shipped()
                except NotLoadedError as error:
                    logger.error("%s", error)
            self.renewal.renew(trials=trials)
            if zero_gpu.is_on():  # to be wrapped before the page is served
                with suppress(NotLoadedError, NoonError):
                    _ = self.detectors.get(), self.taught_foods
        finally:
            self.is_loading = False

    def grounding(self) -> dict[str, int]:
        """How many sentences of the insights model were checked, corrected and dropped so far."""
        part = self.insights.loaded
        counts = self.sentences().get(part.version, {}) if part else {}
        return {f"sentences_{outcome}": count for outcome, count in counts.items()}

    def sentences(self) -> dict[str, dict[str, int]]:
        """How many sentences were checked, corrected and dropped, by version of each insights model."""
        return {
            part.version: {
                outcome: getattr(part.grounding, outcome) for outcome in ("checked", "corrected", "dropped")
            }
            for part in self.insights.answering
            if isinstance(part, Checked)
        }

    def answering(self) -> set[str]:
        """The versions that answer somebody now."""
        return {part.version for kind in self.versioned.values() for part in kind.answering}

    def device_memory(self) -> dict[str, dict[str, int]]:
        """The memory of each device that the models use beside the processor's, in bytes; see `ml.device`."""
        if self.segmenter.loaded is None:
            return {}
        from ml.device import memory  # noqa: PLC0415 - imports torch

        return memory()

    def statuses(self) -> list[PartStatus]:
        """How far each kind of part is; nutrition is as far as the food table and the database both are."""
        nutrition = self.database if self.foods.loaded else self.foods
        return [part.status() for part in (self.segmenter, self.recognizer, nutrition, self.insights)]

    @property
    def device(self) -> str:
        """Where the models run; as configured until the segmenter is loaded."""
        segmenter = self.segmenter.loaded
        return str(segmenter.device if segmenter else self.settings.device)

    def warnings(self, mode: Mode) -> tuple[str, ...]:
        """Why others than the chosen models find the food now. A matter of the moment, so not of a photo."""
        parts = () if mode == "llava_only" else (self.segmenter, self.recognizer)
        return tuple(part.warning for part in parts if part.warning)

    def has_language_model(self, visitor: str = "") -> bool:
        """Whether a language model writes the insights, and not the part that needs none."""
        return self.insights.get(visitor) is not self.insights.shipped()

    def trials(self) -> dict[Versioned, Setup]:
        """What is compared now, part by part."""
        found: dict[Versioned, Setup] = {}
        for kind, part in self.versioned.items():
            trial, newcomer = part.trial, part.newcomer
            if trial and newcomer is not None and (trial.percent or trial.shadow):
                found[kind] = Setup(part.get().version, newcomer.version, trial.percent, trial.shadow)
        return found

    def is_on_trial(self, kind: str, version: str) -> bool:
        """Whether a version of a part is the newcomer of a trial."""
        return any(
            part.kind == kind and part.newcomer is not None and part.newcomer.version == version
            for part in self.versioned.values()
        )

    def weights_mb(self, kind: Versioned) -> dict[str, float]:
        """The MiB that the weights of each version which looks at photos now take, by its id."""
        took = {part.version: loading.weights_mb(part) for part in self.versioned[kind].answering}
        return {version: mb for version, mb in took.items() if mb is not None}

    @property
    def taught_foods(self) -> TaughtFoods:
        """What knows foods again by one crop: the recognizer that comes with Noon, whichever names foods.

        Raises `NotLoadedError` or `NoonError`.
        """
        recognizer = self.recognizer.shipped()
        with self._lock:
            if self._taught_foods is None:
                reader = zero_gpu.GpuFeatures(recognizer) if zero_gpu.is_on() else recognizer
                self._taught_foods = instantiate(self.settings.taught_foods)(reader)
            return self._taught_foods

    @property
    def analyzer(self) -> NutritionAnalyzer:
        """The nutrition analyzer. Raises `NotLoadedError`."""
        foods, database = self.foods.get(), self.database.get()
        with self._lock:
            if self._analyzer is None:
                self._analyzer = instantiate(self.settings.analyzer)(foods, database)
            return self._analyzer

    @property
    def search(self) -> FoodSearch:
        """The search over the food table and the database. Raises `NotLoadedError`."""
        foods, database = self.foods.get(), self.database.get()
        with self._lock:
            if self._search is None:
                self._search = FoodSearch(foods, database)
            return self._search

    @property
    def editor(self) -> MealEditor:
        """What makes a person's corrections. Raises `NotLoadedError`."""
        return MealEditor(self.foods.get(), self.search)

    def food_names(self, language: str) -> dict[str, str]:
        """What each label of the food table is called in a language. Raises `NotLoadedError`."""
        search, spoken_there = self.search, _language(language)
        return {label: search.name(label, spoken_there) for label in self.foods.get().labels}

    def find_foods(self, query: str, language: str, limit: int) -> list[FoodMatch]:
        """The foods that fit what is typed, best first. Raises `NotLoadedError`."""
        return self.search.search(query, _language(language), limit)

    def meal(self, foods: Sequence[AnalyzedFood], scale: Scale | None) -> MealFacts:
        """The facts of a meal of these foods, weighed at this scale. Raises `NotLoadedError`."""
        return add_up(foods, scale, self.foods.get().names)

    def describe(self, facts: MealFacts, question: str | None = None, history: History = ()) -> str:
        """What the part that comes with Noon says of a meal, at once. Raises `NotLoadedError`."""
        return "".join(self.insights.shipped().answer(Request(NO_IMAGE, question, facts, history)))

    def search_foods(self, text: str, limit: int) -> list[FoodRow]:
        """The rows of the food composition database that fit `text` best. Raises `NotLoadedError`."""
        return [formatting.food_row(hit.record, hit.score) for hit in self.search.rows(text, limit)]

    def detect(
        self,
        image: Image,
        report: Report | None = None,
        key: str | None = None,
        detector: Detector | None = None,
    ) -> Detections:
        """The foods in `image` (upright HxWx3 uint8 RGB). Raises `NotLoadedError` or `NoonError`."""
        found = (detector or self.detectors.get()).detect(image, report, key)
        started = time.perf_counter()
        codes = barcodes.read(image)
        timings = {**found.timings_ms, "barcodes": 1000 * (time.perf_counter() - started)}
        return replace(found, barcodes=codes, timings_ms=timings)

    def weigh(
        self, detections: Detections, plate_diameter_cm: float | None = None, reference: str | None = None
    ) -> PhotoAnalysis:
        """What was detected, weighed and looked up. Raises `NotLoadedError`."""
        return pipeline.weigh(detections, self.analyzer, plate_diameter_cm, reference)

    def with_products(self, photo: PhotoAnalysis) -> PhotoAnalysis:
        """The analysis with the products that its barcodes stand for, as far as they can be told now."""
        if self._products is None or not photo.barcodes:
            return photo
        products = self._products.products(code.text for code in photo.barcodes)
        named = (replace(code, product=products[code.text]) for code in photo.barcodes)
        return replace(photo, barcodes=tuple(named))

    def lister(self, visitor: str = "") -> FoodLister:
        """The language model that lists the foods in photos by itself. Raises `NotLoadedError`."""
        lister = self.insights.get(visitor)
        if not isinstance(lister, FoodLister):
            raise NotLoadedError(NO_LLAVA)
        return lister

    def list_foods(
        self, image: Image, stop: threading.Event | None = None, lister: FoodLister | None = None
    ) -> PhotoAnalysis:
        """What a language model alone sees in `image`, unless `stop` is set while it looks.

        Raises `NotLoadedError` or `NoonError`.
        """
        return pipeline.list_foods(image, lister or self.lister(), self.analyzer, stop)

    def read_correction(self, message: str, facts: MealFacts) -> Spoken | None:
        """What a message in words corrects in a meal, None if nothing."""
        return spoken.read(message, facts, self.search)

    def write_insights(
        self,
        result: AnalysisResult,
        history: History = (),
        stop: threading.Event | None = None,
        visitor: str = "",
    ) -> Iterator[AnalysisResult]:
        """Yield `result` with more and more of its insight. Raises `NotLoadedError`."""
        if self.insights.warning:
            result = replace(result, warnings=(*result.warnings, self.insights.warning))
        chosen, shipped = self.insights.get(visitor), self.insights.shipped()
        return pipeline.write_insights(result, chosen, shipped, history, stop)


def _language(tag: str) -> str:
    """The language of a tag such as "de-AT"; English for those that the food table lacks."""
    return next((language for language in LANGUAGES if tag.casefold().startswith(language)), "en")


def _load(name: str, config: DictConfig) -> Any:
    """The part that `config` describes, checked. Raises `NotLoadedError`."""
    try:
        return loading.load(name, config)
    except NoonError as error:
        raise NotLoadedError(str(error)) from None
