"""The analysis as a service: modes, checks, caching, timing. Knows no Gradio."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence

from noon_demo.errors import RequestError
from noon_demo.images import Source
from noon_demo.ml_inference import AnalysisResult, Models, NoonError, PhotoAnalysis
from noon_demo.schemas import HealthResponse, LookupResponse

PLAIN_ERRORS = (RequestError, NoonError)
"""Everything the service raises on purpose; `str(error)` is the sentence to show."""

Progress = Callable[[str], None]
"""Told the name of each stage as it starts, such as "Finding the food"."""


class AnalysisService:
    """Answers every request of the page, the API and scripts with one shared set of models."""

    def __init__(self, models: Models) -> None:
        self.models = models

    def stream(
        self,
        image: Source,
        question: str | None = None,
        mode: str = "hybrid",
        progress: Progress | None = None,
        *,
        history: Sequence[tuple[str, str]] = (),
        plate_diameter_cm: float | None = None,
        stop: threading.Event | None = None,
    ) -> Iterator[AnalysisResult]:
        """Yield the result without its insight as soon as there is one, then again as the insight grows.

        The last result has `finished` set. `history` holds earlier (question, answer) pairs about the same
        photo. Setting `stop` ends the insight early. Raises `PLAIN_ERRORS`.
        """
        raise NotImplementedError

    def analyze(self, image: Source, question: str | None = None, mode: str = "hybrid") -> AnalysisResult:
        """The last result of `stream`."""
        raise NotImplementedError

    def detect(self, image: Source, progress: Progress | None = None) -> PhotoAnalysis:
        """The food in the photo, from the cache where this photo was seen before. Raises `PLAIN_ERRORS`."""
        raise NotImplementedError

    def lookup(self, food: str, limit: int = 10) -> LookupResponse:
        """The rows of the food composition database that fit a name best. Raises `PLAIN_ERRORS`."""
        raise NotImplementedError

    def health(self) -> HealthResponse:
        """Parts with their state (also for the page's status line), device, memory, counts, stage times."""
        raise NotImplementedError
