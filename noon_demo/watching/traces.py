"""Spans of an analysis for OpenTelemetry, as its standard variables (`OTEL_…`) ask for.

Without its SDK, or without those variables, all of this does nothing. The span of a request is FastAPI's.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from opentelemetry import trace

from noon_demo.watching import request_ids
from noon_demo.watching.events import Watcher

if TYPE_CHECKING:
    from noon_demo.ml_inference import AnalysisResult, Detections

logger = logging.getLogger(__name__)

SETTINGS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
NOT_INSTALLED = "%s is set, but no trace is sent: install opentelemetry-exporter-otlp-proto-http."
_tracer = trace.get_tracer("noon_demo")


def set_up() -> None:
    """Send spans where the environment says, if it does and the packages for that are installed."""
    setting = next((name for name in SETTINGS if os.environ.get(name)), None)
    if setting is None:
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError:
        logger.warning(NOT_INSTALLED, setting)
        return
    os.environ.setdefault("OTEL_SERVICE_NAME", "noon")
    provider = TracerProvider(resource=Resource.create())
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


class Traces(Watcher):
    """A span an analysis, below that of its request, and in it one a stage.

    Stages are told of once all are over, with their lengths alone, so they are drawn back to back up to the
    end: what lay between them is drawn before the first.
    """

    def analyzed(self, result: AnalysisResult, visitor: str, cached: bool) -> None:
        _draw("analyze", result.timings_ms, {**result.photo.versions, "mode": result.mode}, cached)

    def detected(self, detections: Detections, visitor: str, cached: bool) -> None:
        _draw("detect", {} if cached else detections.timings_ms, detections.versions, cached)

    def waited(self, line: str, seconds: float) -> None:
        now = time.time_ns()
        _tracer.start_span(f"wait for {line}", start_time=now - int(seconds * 1e9)).end(now)


def _draw(name: str, timings_ms: Mapping[str, float], about: Mapping[str, str], cached: bool) -> None:
    start = time.time_ns() - int(sum(timings_ms.values()) * 1e6)
    attributes = {f"noon.{key}": value for key, value in about.items()}
    attributes |= {"noon.cached": str(cached).lower(), "noon.request_id": request_ids.current()}
    span = _tracer.start_span(name, start_time=start, attributes=attributes)
    with trace.use_span(span):
        for stage, ms in timings_ms.items():
            end = start + int(ms * 1e6)
            _tracer.start_span(stage, start_time=start).end(end)
            start = end
    span.end(start)
