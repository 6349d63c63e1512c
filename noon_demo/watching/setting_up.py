"""Connects metrics, traces and the log to the events of a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, ProcessCollector

from noon_demo.watching import traces
from noon_demo.watching.journal import Journal
from noon_demo.watching.prometheus import PrometheusMetrics
from noon_demo.watching.readings import Readings

if TYPE_CHECKING:
    from noon_demo.service import AnalysisService


def watch(service: AnalysisService, log_format: str = "text") -> CollectorRegistry:
    """Have metrics and traces made of what the service tells, and lines of the log where that is JSON.

    Returns the registry of the metrics, which is this service's alone.
    """
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(Readings(service))
    service.events.watch(PrometheusMetrics(registry, service.models.answering), traces.Traces())
    if log_format == "json":
        service.events.watch(Journal())
    return registry
