"""What happens, as lines of the log: how many and how long, never who, what was asked or which photo."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from noon_demo.watching.events import Watcher

if TYPE_CHECKING:
    from noon_demo.edits import Edit
    from noon_demo.ml_inference import AnalysisResult, Detections
    from noon_demo.schemas import AnalysisResponse

logger = logging.getLogger(__name__)


class Journal(Watcher):
    """One line an event, at level INFO, with the attribute `fields` for `noon_demo.watching.logs`."""

    def __init__(self) -> None:
        logger.setLevel(logging.INFO)

    def analyzed(self, result: AnalysisResult, visitor: str, cached: bool) -> None:
        foods = result.photo.facts.foods
        _write(
            "analyzed",
            mode=result.mode,
            cached=cached,
            foods=len(foods),
            unsure=sum(not food.is_sure for food in foods),
            versions=dict(result.versions),
            timings_ms=_rounded(result),
        )

    def detected(self, detections: Detections, visitor: str, cached: bool) -> None:
        versions = dict(detections.versions)
        foods = len(detections.items)
        _write("detected", cached=cached, foods=foods, versions=versions, timings_ms=_rounded(detections))

    def answered(self, result: AnalysisResult, visitor: str) -> None:
        _write("answered", version=result.insights_version, ms=round(result.timings_ms["insights"], 1))

    def corrected(self, result: AnalysisResponse, edits: Sequence[Edit], visitor: str) -> None:
        _write("corrected", edits=[edit.edit for edit in edits])

    def failed(self, part: str, version: str, error: Exception | None, visitor: str) -> None:
        _write("failed", part=part, version=version, error=type(error).__name__ if error else None)

    def waited(self, line: str, seconds: float) -> None:
        _write("waited", line=line, ms=round(1000 * seconds, 1))

    def refused(self, line: str) -> None:
        _write("refused", line=line)

    def requested(self, route: str, method: str, status: int, seconds: float) -> None:
        _write("requested", route=route, method=method, status=status, ms=round(1000 * seconds, 1))


def _write(event: str, **fields: Any) -> None:
    logger.info("%s", event, extra={"fields": {"event": event, **fields}})


def _rounded(timed: AnalysisResult | Detections) -> dict[str, float]:
    return {stage: round(ms, 1) for stage, ms in timed.timings_ms.items()}
