"""Counts and stage times since the start, for `/health`."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict, deque
from collections.abc import Mapping

import numpy as np

from noon_demo.schemas import StageTimes

KEPT = 512
"""How many of a stage's last times the percentiles are taken over."""


class Metrics:
    """Thread-safe counts and times."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._times: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=KEPT))

    def count(self, event: str) -> None:
        """Note that `event` happened once more."""
        with self._lock:
            self._counts[event] += 1

    def observe(self, timings_ms: Mapping[str, float]) -> None:
        """Note how long each stage took, in milliseconds."""
        with self._lock:
            for stage, ms in timings_ms.items():
                self._times[stage].append(ms)

    def counts(self) -> dict[str, int]:
        """How often each event happened."""
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
