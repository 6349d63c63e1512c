"""One set of models for all callers in the process, and functions that use it."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from ml import zero_gpu
from ml.insights.base import Insights
from ml.types import AnalysisResult, Detections
from noon_demo import config
from noon_demo.ml_inference.models import Models
from noon_demo.ml_inference.parts import check_process
from noon_demo.photos import images
from noon_demo.requests import check_mode, check_question

if TYPE_CHECKING:  # these import torch, which is left to the thread that loads the models
    from ml.analyzer import NutritionAnalyzer
    from ml.detector import FoodDetector

_shared: Models | None = None
_shared_lock = threading.Lock()


def shared_models() -> Models:
    """This process's models, loaded on first use by the default configuration. Raises `NotLoadedError`."""
    global _shared  # noqa: PLW0603  (one set of models for all callers in the process)
    check_process()
    with _shared_lock:
        if _shared is None:
            _shared = Models(config.load())
            _shared.load(trials=False)
        return _shared


def get_food_detector() -> FoodDetector | zero_gpu.GpuDetector:
    """The shared `FoodDetector`. Raises `NotLoadedError`."""
    return shared_models().detectors.get()


def get_nutrition_analyzer() -> NutritionAnalyzer:
    """The shared `NutritionAnalyzer`. Raises `NotLoadedError`."""
    return shared_models().analyzer


def get_insights() -> Insights:
    """The shared part that writes about meals. Raises `NotLoadedError`."""
    return shared_models().insights.get()


def detect_food_items(image: images.Source | None) -> Detections:
    """The foods in a photo: `.items`, each with a bool HxW `.mask` at the size that `images.load` gives.

    Raises `ImageError`, `NotLoadedError` or `NoonError`.
    """
    return shared_models().detect(images.load(image))


def analyze_food_image(
    image: images.Source | None, question: str | None = None, mode: str = "hybrid"
) -> AnalysisResult:
    """What is on the plate, how much of it, its nutrition and an insight.

    Raises `RequestError` (a wrong photo, question or mode; a part that isn't loaded) or `NoonError`.
    """
    return analyze(shared_models(), image, question, mode)


def analyze(
    models: Models, image: images.Source | None, question: str | None = None, mode: str = "hybrid"
) -> AnalysisResult:
    """`analyze_food_image` with models other than the shared ones."""
    checked, question = check_mode(mode), check_question(question)
    pixels = images.load(image)
    if checked == "llava_only":
        photo = models.list_foods(pixels)
    else:
        photo = models.with_products(models.weigh(models.detect(pixels)))
    result = AnalysisResult(photo, checked, question, photo.timings_ms, models.warnings(checked))
    if result.awaits_insights:
        *_, result = models.write_insights(result)
    return replace(result, finished=True)
