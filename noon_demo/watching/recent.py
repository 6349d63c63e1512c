"""Counts and stage times since the start, for `/health`."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict, deque
from typing import TYPE_CHECKING

import numpy as np

from noon_demo.schemas import StageTimes
from noon_demo.watching.events import Watcher

if TYPE_CHECKING:
    from noon_demo.ml_inference import AnalysisResult, Detections

KEPT = 512
"""How many of a stage's last times the percentiles are taken over."""


class Recent(Watcher):
    """How many photos and analyses there were, and how long the latest of them took."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._times: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=KEPT))

    def analyzed(self, result: AnalysisResult, visitor: str, cached: bool) -> None:
        with self._lock:
            self._counts["analyses"] += 1
            self._counts["photos"] += not cached
            for stage, ms in result.timings_ms.items():
                self._times[stage].append(ms)

    def detected(self, detections: Detections, visitor: str, cached: bool) -> None:
        with self._lock:
            self._counts["photos"] += not cached

    def counts(self) -> dict[str, int]:
        """How many analyses there were, and of how many photos seen anew."""
        with self._lock:
            return dict(self._counts)

    def stage_times(self) -> dict[str, StageTimes]:
        """Median and 95th percentile of each stage."""
        with self._lock:
            times = {stage: list(values) for stage, values in self._times.items()}
        return {
            stage: StageTimes(p50=np.percentile(values, 50), p95=np.percentile(values, 95), count=len(values))
            for stage, values in times.items()
        }
