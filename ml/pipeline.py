"""An analysis from photo to answer: find, weigh, look up, write.

>>> photo = weigh(detector.detect(image), analyzer)  # doctest: +SKIP
>>> *_, result = write_insights(AnalysisResult(photo, "hybrid", "Is it salty?"), builtin)  # doctest: +SKIP
>>> result.photo.facts.total.calories, result.insights  # doctest: +SKIP
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ml.errors import NoonError, at_work
from ml.insights.base import FoodLister, Insights, Request
from ml.insights.routing import writers
from ml.nutrition.database import DATABASE
from ml.types import AnalysisResult, Detections, Image, PhotoAnalysis

if TYPE_CHECKING:  # imports torch, which is left to whoever loads the models
    from ml.analyzer import NutritionAnalyzer

logger = logging.getLogger(__name__)

NO_FOOD = "No food found in this photo."
NO_MASKS = "A language model named and weighed the food by eye; it can't say where on the photo each is."


def weigh(
    detections: Detections,
    analyzer: NutritionAnalyzer,
    plate_diameter_cm: float | None = None,
    reference: str | None = None,
) -> PhotoAnalysis:
    """Weigh what was detected and look it up."""
    facts = analyzer.analyze(detections, plate_diameter_cm, reference)
    return PhotoAnalysis(
        image=detections.image,
        facts=facts,
        models={**detections.models, "nutrition": DATABASE},
        timings_ms={**detections.timings_ms, **facts.timings_ms},
        warnings=(*detections.warnings, *(() if facts.foods else (NO_FOOD,)), *facts.warnings),
        key=detections.key,
        barcodes=detections.barcodes,
        versions=detections.versions,
    )


def list_foods(
    image: Image, lister: FoodLister, analyzer: NutritionAnalyzer, stop: threading.Event | None = None
) -> PhotoAnalysis:
    """Have a language model alone say what is in `image` (HxWx3 uint8 RGB) and how much, and look it up.

    Setting `stop` ends that early. Raises `NoonError`.
    """
    started = time.perf_counter()
    with at_work("insights", lister.version):
        foods = lister.list_foods(image, stop)
    timings = {"list_foods": 1000 * (time.perf_counter() - started)}
    facts = analyzer.analyze_named(foods)
    return PhotoAnalysis(
        image=image,
        facts=facts,
        models={"insights": lister.name, "nutrition": DATABASE},
        timings_ms={**timings, **facts.timings_ms},
        warnings=(NO_MASKS, *(() if facts.foods else (NO_FOOD,)), *facts.warnings),
        versions={"insights": lister.version},
    )


def write_insights(
    result: AnalysisResult,
    chosen: Insights,
    shipped: Insights | None = None,
    history: Sequence[tuple[str, str]] = (),
    stop: threading.Event | None = None,
) -> Iterator[AnalysisResult]:
    """Yield `result` with more and more of its insight.

    Should `chosen` fail on the way, `shipped` writes anew and a warning says why. `history` holds earlier
    (question, answer) pairs about the same photo; setting `stop` ends the answer early.
    """
    started = time.perf_counter()
    photo = result.photo
    request = Request(photo.image, result.question, photo.facts, history, stop or threading.Event())
    for part in writers(chosen, shipped or chosen, request):
        written = replace(result, insights_source=part.name, insights_version=part.version)
        try:
            with at_work("insights", part.version):
                for piece in part.answer(request):
                    written = replace(written, insights=written.insights + piece)
                    yield written
        except NoonError as error:
            logger.warning("%s", error)
            result = replace(result, warnings=(*result.warnings, str(error)), failed_writer=part.version)
        else:
            result = written
            break
    timings = {**result.timings_ms, "insights": 1000 * (time.perf_counter() - started)}
    yield replace(result, timings_ms=timings)
