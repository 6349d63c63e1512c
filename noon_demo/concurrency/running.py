"""The requests that run now, so that Noon can end once they have."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from noon_demo.ml_inference import failed_part
from noon_demo.watching.events import Events


class Running:
    """Counts requests. Safe to share between threads."""

    def __init__(self, events: Events) -> None:
        self.count = 0
        """How many there are, those that wait in a line among them."""
        self.arrivals = 0
        """How many there have been."""
        self._events = events
        self._idle = threading.Condition()

    @contextmanager
    def request(self, visitor: str = "") -> Iterator[None]:
        """A request of a visitor runs; the part by which it fails is told of."""
        with self._idle:
            self.count += 1
            self.arrivals += 1
        try:
            yield
        except Exception as error:
            if part := failed_part(error):
                self._events.failed(*part, error, visitor)
            raise
        finally:
            with self._idle:
                self.count -= 1
                self._idle.notify_all()

    def wait(self, patience_s: float) -> bool:
        """Wait until none runs, at most so long; whether that is so."""
        with self._idle:
            return self._idle.wait_for(lambda: self.count == 0, patience_s)
