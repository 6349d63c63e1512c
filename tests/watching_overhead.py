"""What watching costs: `python -m tests.watching_overhead`.

Tells of an analysis and its HTTP request as the service and the server do, without and with everybody
listening, and reads the metrics as Prometheus does.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial

from prometheus_client import generate_latest

from noon_demo import config
from noon_demo.ml_inference import AnalysisResult, Models
from noon_demo.service import AnalysisService
from noon_demo.watching.events import Events
from noon_demo.watching.recent import Recent
from noon_demo.watching.setting_up import watch
from tests.photos import MEALS

TIMES = 2000


def tell(events: Events, result: AnalysisResult) -> None:
    """All that one analysis tells of."""
    events.waited("photos", 0.0)
    events.answered(result, "somebody")
    events.analyzed(result, "somebody", cached=False)
    events.requested("/api/analyze", "POST", 200, 0.5)


def microseconds(action: Callable[[], object], times: int) -> float:
    """The median of so many runs."""
    seen = []
    for _ in range(times):
        started = time.perf_counter()
        action()
        seen.append(time.perf_counter() - started)
    return 1e6 * statistics.median(seen)


def main() -> None:
    """Print a line for each cost."""
    models = Models(config.load(["profile=embedded"]))
    models.load()
    service = AnalysisService(models, 2**28)
    registry = watch(service)
    result = service.analyze(MEALS / "fruit.jpg", "Is it sweet?")
    for name, events in (("counts of /health alone", Events(Recent())), ("all that listen", service.events)):
        cost = microseconds(partial(tell, events, result), TIMES)
        print(f"{name}: {cost:.0f} us an analysis")
    print(f"reading the metrics: {microseconds(partial(generate_latest, registry), 200) / 1000:.1f} ms")


if __name__ == "__main__":
    main()
