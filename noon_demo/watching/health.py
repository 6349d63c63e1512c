"""The state of the server."""

from __future__ import annotations

import importlib.metadata
import platform
import time
from functools import cache
from typing import TYPE_CHECKING, Literal

import psutil

from noon_demo.schemas import HealthResponse
from noon_demo.watching.recent import Recent

if TYPE_CHECKING:
    from noon_demo.ml_inference import Models

PACKAGES = ("gradio", "torch", "transformers", "numpy", "opencv-python-headless")


def health(models: Models, recent: Recent, started: float) -> HealthResponse:
    """Parts with their state, device, memory, counts and stage times, `started` by the monotonic clock."""
    parts = models.statuses()
    states = {part.state for part in parts}
    status: Literal["ready", "loading", "failed"] = "failed"
    if "failed" not in states and models.is_loading:
        status = "loading"
    elif states == {"ready"}:
        status = "ready"
    return HealthResponse(
        status=status,
        parts=parts,
        device=models.device,
        memory_mb=psutil.Process().memory_info().rss / 2**20,
        uptime_s=time.monotonic() - started,
        counts=recent.counts() | models.grounding(),
        timings_ms=recent.stage_times(),
        versions=packages(),
    )


@cache
def packages() -> dict[str, str]:
    """The versions of Python and of what Noon is built on."""
    versions = {name: importlib.metadata.version(name) for name in PACKAGES}
    return {"python": platform.python_version(), **versions}
