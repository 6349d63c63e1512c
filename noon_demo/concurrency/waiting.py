"""Who waits for an answer."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager
from dataclasses import dataclass

from noon_demo.concurrency.line import Line
from noon_demo.ml_inference import Report

PLACE = "Waiting: {} ahead of you"


@dataclass(frozen=True)
class Waiting:
    """Who asks, what is told of the progress, and what ends the request early."""

    visitor: str
    stop: threading.Event | None = None
    report: Report | None = None

    def tell(self, stage: str) -> None:
        """Say what is being done."""
        if self.report:
            self.report(stage)

    def turn(self, line: Line) -> AbstractContextManager[None]:
        """A turn in `line`, the place in it told while waiting."""
        return line.turn(self.visitor, self.stop, lambda ahead: self.tell(PLACE.format(ahead)))
