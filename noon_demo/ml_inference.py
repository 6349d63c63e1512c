"""The one door between the demo and `ml`: loading the models, analysing a photo, formatting the result.

>>> result = analyze_food_image("lunch.jpg", "Is this vegetarian?")  # doctest: +SKIP
>>> format_nutrition_response(result)["nutrition"]["calories"]  # doctest: +SKIP
640.0
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from hydra.utils import instantiate
from omegaconf import DictConfig

from ml import hub, loading
from ml.errors import NoonError
from ml.insights.base import Checked, FoodLister, Insights, Request
from ml.insights.llava_embedded import extra as llava_embedded
from ml.insights.turns import writers
from ml.nutrition.daily_values import percent_daily_value
from ml.redact import model_name
from ml.types import AnalyzedFood, Detections, FoodRecord, Image, MealFacts
from noon_demo import config, images
from noon_demo.errors import RequestError
from noon_demo.formatting import DATABASE, food_row, item, response
from noon_demo.parts import Kind, NotLoadedError, Part, check_process
from noon_demo.schemas import FoodRow, ItemJson, Mode, PartStatus

if TYPE_CHECKING:  # these import torch, which is left to the thread that loads the models
    from ml.analyzer import NutritionAnalyzer
    from ml.detector import FoodDetector

__all__ = [
    "AnalysisResult",
    "AnalyzedFood",
    "FoodRecord",
    "MealFacts",
    "Models",
    "NoonError",
    "PhotoAnalysis",
    "analyze_food_image",
    "detect_food_items",
    "format_nutrition_response",
    "get_food_detector",
    "get_insights",
    "get_nutrition_analyzer",
]

logger = logging.getLogger(__name__)

NO_FOOD = "No food found in this photo."
NO_MASKS = "A language model named and weighed the food by eye; it can't say where on the photo each is."
NO_LLAVA = (
    "Mode llava_only needs a LLaVA model and none is loaded: choose mode hybrid, or start Noon with "
    "insights=llava_onevision_0_5b."
)
MODES: tuple[Mode, ...] = get_args(Mode)
Progress = Callable[[str], None]
"""Told in words what is being done, such as "Naming each food"."""


@dataclass(frozen=True, eq=False)
class PhotoAnalysis:
    """What the models found in one photo, before any question about it.

    `image` is the upright photo, HxWx3 uint8 RGB; the masks in `facts.foods[i].item.mask` are bool HxW.
    """

    image: Image
    facts: MealFacts
    models: Mapping[str, str]
    timings_ms: Mapping[str, float]
    warnings: tuple[str, ...]

    @cached_property
    def items(self) -> tuple[ItemJson, ...]:
        """The foods as JSON, encoded once however often the result is rendered."""
        return tuple(item(number, food) for number, food in enumerate(self.facts.foods, 1))


@dataclass(frozen=True, eq=False)
class AnalysisResult:
    """The one object that the page, the API and exports render.

    `insights` grows while an answer is written; `finished` is set on the last result of a stream.
    """

    photo: PhotoAnalysis
    mode: Mode
    question: str | None = None
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    insights: str = ""
    insights_source: str = ""
    finished: bool = False

    @property
    def awaits_insights(self) -> bool:
        """Whether an insight is to be written: not in mode "ml_only" nor about a photo without food."""
        return self.mode != "ml_only" and bool(self.photo.facts.foods)


class Models:
    """The parts that a configuration names. Safe to share between threads."""

    def __init__(self, settings: DictConfig) -> None:
        def part(kind: Kind) -> Part:
            shipped, chosen = settings.fallback[kind], settings[kind]
            choices = [] if chosen == shipped else [chosen, settings.offline.get(kind, shipped)]
            unavailable = _why_unavailable if settings.probe_hub else lambda choice: ""
            others = [choice for choice in choices if choice != shipped]
            return Part(kind, partial(_load, kind), shipped, others, unavailable=unavailable)

        self.segmenter = part("segmenter")
        self.recognizer = part("recognizer")
        self.insights = part("insights")
        self.foods = Part("nutrition", partial(_load, "foods"), settings.foods, name=DATABASE)
        self.database = Part("nutrition", partial(_load, "database"), settings.database, name=DATABASE)
        self.parts = (self.segmenter, self.recognizer, self.foods, self.database, self.insights)
        self.is_loading = True
        """Until `load` has ended."""
        self._settings = settings
        self._detector: FoodDetector | None = None
        self._analyzer: NutritionAnalyzer | None = None
        self._lock = threading.Lock()

    def load(self) -> None:
        """Load what comes with Noon, then what was chosen instead. Failures end up in the parts' status."""
        try:
            for part in self.parts:
                try:
                    part.shipped()
                except NotLoadedError as error:
                    logger.error("%s", error)
            for part in self.parts:
                part.load_chosen()
        finally:
            self.is_loading = False

    def grounding(self) -> dict[str, int]:
        """How many sentences of the insights model were checked, corrected and dropped so far."""
        part = self.insights.loaded
        if not isinstance(part, Checked):
            return {}
        counts = part.grounding
        return {f"sentences_{name}": getattr(counts, name) for name in ("checked", "corrected", "dropped")}

    def statuses(self) -> list[PartStatus]:
        """How far each kind of part is; nutrition is as far as the food table and the database both are."""
        nutrition = self.database if self.foods.loaded else self.foods
        return [part.status() for part in (self.segmenter, self.recognizer, nutrition, self.insights)]

    @property
    def device(self) -> str:
        """Where the models run; as configured until the segmenter is loaded."""
        segmenter = self.segmenter.loaded
        return str(segmenter.device if segmenter else self._settings.device)

    def names(self, mode: Mode) -> tuple[str, ...]:
        """The models that a photo would be analysed by now. Raises `NotLoadedError`."""
        parts = (self.insights,) if mode == "llava_only" else (self.segmenter, self.recognizer)
        return tuple(part.get().name for part in parts)

    def warnings(self, mode: Mode) -> tuple[str, ...]:
        """Why others than the chosen models find the food now. A matter of the moment, so not of a photo."""
        parts = () if mode == "llava_only" else (self.segmenter, self.recognizer)
        return tuple(part.warning for part in parts if part.warning)

    @property
    def has_language_model(self) -> bool:
        """Whether a language model writes the insights, and not the part that needs none."""
        return self.insights.get() is not self.insights.shipped()

    @property
    def detector(self) -> FoodDetector:
        """The detector over the best segmenter and recognizer loaded by now. Raises `NotLoadedError`."""
        segmenter, recognizer = self.segmenter.get(), self.recognizer.get()
        locator, parents = self.segmenter.shipped(), self.foods.get().parents
        with self._lock:
            built = self._detector
            if built is None or built.segmenter is not segmenter or built.recognizer is not recognizer:
                built = instantiate(self._settings.detector)(segmenter, locator, recognizer, parents)
                self._detector = built
            return built

    @property
    def analyzer(self) -> NutritionAnalyzer:
        """The nutrition analyzer. Raises `NotLoadedError`."""
        foods, database = self.foods.get(), self.database.get()
        with self._lock:
            if self._analyzer is None:
                self._analyzer = instantiate(self._settings.analyzer)(foods, database)
            return self._analyzer

    def search_foods(self, text: str, limit: int) -> list[FoodRow]:
        """The rows of the food composition database that fit `text` best. Raises `NotLoadedError`."""
        return [food_row(record) for record in self.database.get().search(text, limit)]

    def analyze_photo(
        self,
        image: Image,
        mode: Mode = "hybrid",
        progress: Progress | None = None,
        plate_diameter_cm: float | None = None,
        stop: threading.Event | None = None,
    ) -> PhotoAnalysis:
        """Find, weigh and look up the food in `image` (upright HxWx3 uint8 RGB).

        In mode "llava_only" the insights model alone says what is there and how much, unless `stop` is set
        while it does. Raises `NotLoadedError`
        or `NoonError`.
        """
        report = progress or (lambda stage: None)
        warnings = []
        if mode == "llava_only":
            models, timings, facts = self._list_foods(image, report, stop)
            warnings.append(NO_MASKS)
        else:
            detections = self.detector.detect(image, report)
            report("Weighing each food")
            facts = self.analyzer.analyze(detections, plate_diameter_cm)
            models, timings = detections.models, detections.timings_ms
            warnings.extend(detections.warnings)
        if not facts.foods:
            warnings.append(NO_FOOD)
        return PhotoAnalysis(
            image=image,
            facts=facts,
            models={**models, "nutrition": DATABASE},
            timings_ms={**timings, **facts.timings_ms},
            warnings=(*warnings, *facts.warnings),
        )

    def _list_foods(
        self, image: Image, report: Progress, stop: threading.Event | None
    ) -> tuple[Mapping[str, str], Mapping[str, float], MealFacts]:
        part = self.insights.get()
        if not isinstance(part, FoodLister):
            raise NotLoadedError(NO_LLAVA)
        report("Asking the language model what is on the plate")
        started = time.perf_counter()
        foods = part.list_foods(image, stop)
        timings = {"list_foods": 1000 * (time.perf_counter() - started)}
        return {"insights": part.name}, timings, self.analyzer.analyze_named(foods)

    def write_insights(
        self,
        result: AnalysisResult,
        history: Sequence[tuple[str, str]] = (),
        stop: threading.Event | None = None,
    ) -> Iterator[AnalysisResult]:
        """Yield `result` with more and more of its insight.

        Should the chosen part fail on the way, the shipped one writes anew and a warning says why.
        """
        started = time.perf_counter()
        if self.insights.warning:
            result = replace(result, warnings=(*result.warnings, self.insights.warning))
        photo = result.photo
        request = Request(photo.image, result.question, photo.facts, history, stop or threading.Event())
        for part in writers(self.insights.get(), self.insights.shipped(), request):
            written = replace(result, insights_source=part.name)
            try:
                for piece in part.answer(request):
                    written = replace(written, insights=written.insights + piece)
                    yield written
            except NoonError as error:
                logger.warning("%s", error)
                result = replace(result, warnings=(*result.warnings, str(error)))
            else:
                result = written
                break
        timings = {**result.timings_ms, "insights": 1000 * (time.perf_counter() - started)}
        yield replace(result, timings_ms=timings)


_shared: Models | None = None
_shared_lock = threading.Lock()


def shared_models() -> Models:
    """This process's models, loaded on first use by the default configuration. Raises `NotLoadedError`."""
    global _shared  # noqa: PLW0603  (one set of models for all callers in the process)
    check_process()
    with _shared_lock:
        if _shared is None:
            _shared = Models(config.load())
            _shared.load()
        return _shared


def get_food_detector() -> FoodDetector:
    """The shared `FoodDetector`. Raises `NotLoadedError`."""
    return shared_models().detector


def get_nutrition_analyzer() -> NutritionAnalyzer:
    """The shared `NutritionAnalyzer`. Raises `NotLoadedError`."""
    return shared_models().analyzer


def get_insights() -> Insights:
    """The shared part that writes about meals. Raises `NotLoadedError`."""
    return shared_models().insights.get()


def detect_food_items(image: images.Source) -> Detections:
    """The foods in a photo: `.items`, each with a bool HxW `.mask` at the size of the upright photo.

    Raises `ImageError`, `NotLoadedError` or `NoonError`.
    """
    return get_food_detector().detect(images.load(image))


def analyze_food_image(
    image: images.Source, question: str | None = None, mode: str = "hybrid"
) -> AnalysisResult:
    """What is on the plate, how much of it, its nutrition and an insight.

    Raises `RequestError` (a wrong photo, question or mode; a part that isn't loaded) or `NoonError`.
    """
    models = shared_models()
    checked = check_mode(mode)
    photo = models.analyze_photo(images.load(image), checked)
    result = AnalysisResult(photo, checked, question, photo.timings_ms, models.warnings(checked))
    if result.awaits_insights:
        *_, result = models.write_insights(result)
    return replace(result, finished=True)


def format_nutrition_response(result: AnalysisResult) -> dict[str, Any]:
    """The result as JSON-ready data, as `noon_demo.schemas.AnalysisResponse` describes it."""
    return response(result, percent_daily_value(result.photo.facts.total)).model_dump(mode="json")


def check_mode(mode: str) -> Mode:
    """`mode` if there is such a mode. Raises `RequestError`."""
    if mode not in MODES:
        raise RequestError(f'There is no mode "{mode}"; choose one of {", ".join(MODES)}.')
    return mode


def _load(name: str, config: DictConfig) -> Any:
    """The part that `config` describes, checked. Raises `NotLoadedError`."""
    try:
        return loading.load(name, config)
    except NoonError as error:
        raise NotLoadedError(str(error)) from None


def _why_unavailable(choice: DictConfig) -> str:
    """Why a part can't be had now, in a sentence, or nothing."""
    if adapter := choice.get("adapter"):
        return llava_embedded.why_unavailable(Path(adapter))
    repo_id = choice.get("repo_id")
    if repo_id is None or hub.is_cached(repo_id, choice.get("revision")) or hub.is_reachable():
        return ""
    return f"{model_name(repo_id)} is not in the local cache and the model hub can't be reached."
