"""What happens, counted for Prometheus.

Names and units follow https://prometheus.io/docs/practices/naming/; every label has few values, none of which
a visitor writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import prometheus_client
from prometheus_client import CollectorRegistry

from noon_demo.watching.attribution import PART_OF_EDIT, PART_OF_STAGE
from noon_demo.watching.events import Watcher

if TYPE_CHECKING:
    from noon_demo.edits import Edit
    from noon_demo.ml_inference import AnalysisResult, Detections
    from noon_demo.schemas import AnalysisResponse

prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call] # nobody asks for those

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Upper bounds of the buckets of all times."""
FOODS = (0, 1, 2, 3, 4, 6, 8, 12)
"""As many as `ml.detector.FoodDetector` finds at most."""

OTHER = "other"
"""In place of a version that this server doesn't know."""


class PrometheusMetrics(Watcher):
    """Counts and times in a registry of their own.

    `known_versions` are those that may be in a result that somebody sends in to correct it.
    """

    def __init__(self, registry: CollectorRegistry, known_versions: Callable[[], Iterable[str]]) -> None:
        self._known_versions = known_versions
        counter = partial(prometheus_client.Counter, registry=registry)
        histogram = partial(prometheus_client.Histogram, registry=registry, buckets=SECONDS)
        part = ("part", "version")
        self._analyses = histogram(
            "noon_analysis_duration_seconds",
            "How long the stages of an analysis took together, without waiting in line.",
            ("mode", "cached"),
        )
        self._stages = histogram(
            "noon_stage_duration_seconds",
            "How long a stage of an analysis or answer took.",
            ("stage", *part),
        )
        self._foods = histogram(
            "noon_photo_foods",
            "Foods found in a photo not seen before, told once of each part that found them.",
            part,
            buckets=FOODS,
        )
        self._unsure = counter(
            "noon_unsure_names_total", "Foods found whose name was shown as a question, or had none.", part
        )
        self._hits = counter("noon_cache_hits_total", "Requests with a photo that was known already.")
        self._misses = counter("noon_cache_misses_total", "Requests with a photo not seen before.")
        self._corrections = counter(
            "noon_corrections_total",
            "Corrections that people made, by the part and version whose guess they mend.",
            ("edit", *part),
        )
        self._failures = counter("noon_failures_total", "Requests on which a part failed.", part)
        self._fallbacks = counter(
            "noon_fallbacks_total", "Insights written by another part after this one had failed.", part
        )
        self._waits = histogram(
            "noon_queue_wait_seconds", "How long a request waited for its turn in a line.", ("line",)
        )
        self._refusals = counter(
            "noon_queue_refusals_total", "Requests told to come back because a line was full.", ("line",)
        )
        self._requests = counter(
            "noon_http_requests_total", "HTTP requests answered.", ("route", "method", "status")
        )
        self._request_times = histogram(
            "noon_http_request_duration_seconds", "From an HTTP request to the end of its answer.", ("route",)
        )
        for line in ("photos", "answers"):  # so that a rate is 0 before anything has happened
            self._waits.labels(line)
            self._refusals.labels(line)

    def analyzed(self, result: AnalysisResult, visitor: str, cached: bool) -> None:
        versions, timings = result.photo.versions, result.timings_ms
        self._analyses.labels(result.mode, str(cached).lower()).observe(sum(timings.values()) / 1000)
        self._photo({stage: ms for stage, ms in timings.items() if stage != "insights"}, versions, cached)
        if not cached:
            foods = result.photo.facts.foods
            finders = [part for part in ("segmenter", "recognizer", "insights") if part in versions]
            for part in finders:
                self._foods.labels(part, versions[part]).observe(len(foods))
            for part in finders[-1:]:  # who names what was found
                unsure = sum(not food.is_sure for food in foods)
                self._unsure.labels(part, versions[part]).inc(unsure)

    def detected(self, detections: Detections, visitor: str, cached: bool) -> None:
        self._photo({} if cached else detections.timings_ms, detections.versions, cached)

    def answered(self, result: AnalysisResult, visitor: str) -> None:
        seconds = result.timings_ms["insights"] / 1000
        self._stages.labels("insights", "insights", result.insights_version).observe(seconds)

    def corrected(self, result: AnalysisResponse, edits: Sequence[Edit], visitor: str) -> None:
        known = set(self._known_versions())
        for edit in edits:
            part = PART_OF_EDIT.get(edit.edit, "")
            version = result.versions.get(part, "")
            self._corrections.labels(edit.edit, part, version if version in {"", *known} else OTHER).inc()

    def failed(self, part: str, version: str, error: Exception | None, visitor: str) -> None:
        self._failures.labels(part, version).inc()
        if error is None:
            self._fallbacks.labels(part, version).inc()

    def waited(self, line: str, seconds: float) -> None:
        self._waits.labels(line).observe(seconds)

    def refused(self, line: str) -> None:
        self._refusals.labels(line).inc()

    def requested(self, route: str, method: str, status: int, seconds: float) -> None:
        self._requests.labels(route, method, str(status)).inc()
        self._request_times.labels(route).observe(seconds)

    def _photo(self, timings_ms: Mapping[str, float], versions: Mapping[str, str], cached: bool) -> None:
        (self._hits if cached else self._misses).inc()
        for stage, ms in timings_ms.items():
            part = PART_OF_STAGE.get(stage, "")
            self._stages.labels(stage, part, versions.get(part, "")).observe(ms / 1000)
