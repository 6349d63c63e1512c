"""The processor's cores, lent to the photos that are analysed."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")

MOST_AT_ONCE = 4
"""Photos analysed at a time, however many cores there are: each takes memory."""
CPU_MAX = Path("/sys/fs/cgroup/cpu.max")
"""Microseconds of processor time a period, or "max", and the period (Linux, cgroup-v2.rst)."""


def available() -> int:
    """The cores that this process may use; as many as OMP_NUM_THREADS says where it is set, as for torch.

    A container, such as a Space, may see all cores of its machine and be given the time of a few.
    """
    if limit := os.environ.get("OMP_NUM_THREADS", ""):
        return max(1, int(limit.split(",")[0]))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with suppress(OSError, ValueError):  # no such system, or no limit
        quota, period = map(int, CPU_MAX.read_text().split())
        return min(cores, math.ceil(quota / period))
    return cores


class Cores:
    """Runs what needs a model: one that is alone on all cores, several side by side on equal shares of them.

    Side by side each waits less for the parts that one core does alone. `at_once` are, at most; if it is
    None, one for each core, up to `MOST_AT_ONCE`. They run in threads of their own, as each thread that
    computes keeps memory and helpers. Safe to share between threads.
    """

    def __init__(self, at_once: int | None = None, cores: int | None = None) -> None:
        self.cores = cores or available()
        self.at_once = at_once or min(self.cores, MOST_AT_ONCE)
        self._threads = ThreadPoolExecutor(self.at_once, "photos")
        self._asked = 0
        self._lock = threading.Lock()

    def run(self, work: Callable[[], Result]) -> Result:
        """What `work` returns or raises, once it had its turn; first come, first served."""
        with self._lock:
            self._asked += 1
        try:
            return self._threads.submit(copy_context().run, self._compute, work).result()
        finally:
            with self._lock:
                self._asked -= 1

    def _compute(self, work: Callable[[], Result]) -> Result:
        import torch  # noqa: PLC0415 - not before there is something to compute

        torch.set_num_threads(max(1, self.cores // min(self._asked, self.at_once)))  # of this thread's work
        return work()
