"""What is read off at the moment at which Prometheus asks: lines, parts, sentences, memory of devices."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator
from typing import TYPE_CHECKING, get_args

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from noon_demo.schemas import PartState
from noon_demo.watching import health

if TYPE_CHECKING:
    from noon_demo.service import AnalysisService


class Readings(Collector):
    """The state of a service."""

    def __init__(self, service: AnalysisService) -> None:
        self._service = service

    def describe(self) -> list[Metric]:
        """Nothing, so that nothing is read before anybody asks."""
        return []

    def collect(self) -> Iterator[Metric]:
        """One family after the other, as they are now."""
        yield self._build()
        yield from self._parts()
        yield from self._line()
        yield self._sentences()
        yield from self._devices()

    def _build(self) -> Metric:
        versions = {"version": _version(), **health.packages()}
        names = [name.replace("-", "_") for name in versions]
        info = GaugeMetricFamily("noon_build_info", "Noon and what it is built on; always 1.", labels=names)
        info.add_metric(list(versions.values()), 1)
        return info

    def _parts(self) -> Iterator[Metric]:
        info = GaugeMetricFamily(
            "noon_part_info",
            "The model that answers as a part; always 1.",
            labels=("part", "version", "model"),
        )
        state = GaugeMetricFamily(
            "noon_part_state", "1 for the state that a part is in, else 0.", labels=("part", "state")
        )
        stands_in = GaugeMetricFamily(
            "noon_part_stands_in",
            "1 where the part that comes with Noon answers because another failed or still loads, else 0.",
            labels=("part",),
        )
        for status in self._service.models.statuses():
            info.add_metric((status.part, status.version, status.model), 1)
            for name in get_args(PartState):
                state.add_metric((status.part, name), name == status.state)
        for kind, part in self._service.models.versioned.items():
            stands_in.add_metric((kind,), bool(part.warning))
            for answering in part.answering:
                if answering is not part.loaded:
                    info.add_metric((kind, answering.version, answering.name), 1)
        yield from (info, state, stands_in)

    def _line(self) -> Iterator[Metric]:
        length = GaugeMetricFamily("noon_queue_length", "Requests that wait in a line.", labels=("line",))
        for line in self._service.lines:
            length.add_metric((line.name,), line.waiting)
        yield length
        running = "Requests that a model or the food data is asked for, those that wait among them."
        yield GaugeMetricFamily("noon_requests_in_progress", running, self._service.running.count)

    def _sentences(self) -> Metric:
        sentences = CounterMetricFamily(
            "noon_insight_sentences",
            "Sentences of a language model that were checked, and those of them corrected and dropped.",
            labels=("part", "version", "outcome"),
        )
        for version, outcomes in self._service.models.sentences().items():
            for outcome, count in outcomes.items():
                sentences.add_metric(("insights", version, outcome), count)
        return sentences

    def _devices(self) -> Iterator[Metric]:
        devices = self._service.models.device_memory()
        meanings = {
            "allocated": "Memory of a device that tensors of this process hold.",
            "reserved": "Memory of a device that this process keeps, tensors or not.",
            "free": "Memory of a device that no process keeps.",
            "size": "All of a device's memory.",
        }
        for name, meaning in meanings.items():
            family = GaugeMetricFamily(f"noon_device_memory_{name}_bytes", meaning, labels=("device",))
            for device, memory in devices.items():
                family.add_metric((device,), memory[name])
            yield family


def _version() -> str:
    try:
        return importlib.metadata.version("noon-demo")
    except importlib.metadata.PackageNotFoundError:
        return "clone"
