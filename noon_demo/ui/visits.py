"""Whose press counts: a visitor's newest one, which ends what an older one started."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from cachetools import LRUCache

MOST_VISITS = 10_000
"""Beyond, the visits longest unused are forgotten; gradio keeps as many sessions."""


@dataclass(eq=False)
class Run:
    """What one press started. `stop` ends its writing; once it is `superseded`, nothing of it is shown."""

    stop: threading.Event = field(default_factory=threading.Event)
    superseded: bool = False


@dataclass
class _Visit:
    newest: int = 0
    run: Run | None = None


class Visits:
    """The newest press of each visitor and the run it started. Safe to share between threads."""

    def __init__(self) -> None:
        self._presses = itertools.count(1)
        self._visits: LRUCache[str, _Visit] = LRUCache(MOST_VISITS)
        self._lock = threading.Lock()

    def press(self, visitor: str) -> tuple[int, bool]:
        """The number of a new press, larger than those before, and whether a run had to be superseded."""
        with self._lock:
            visit = self._visits.setdefault(visitor, _Visit())
            visit.newest = next(self._presses)
            return visit.newest, _supersede(visit)

    @contextmanager
    def run(self, visitor: str, press: int) -> Iterator[Run | None]:
        """The run of a press for as long as it lasts; None for a press that isn't the newest any more."""
        with self._lock:
            visit = self._visits.setdefault(visitor, _Visit())
            run = None
            if press >= visit.newest:
                _supersede(visit)
                run = visit.run = Run()
        try:
            yield run
        finally:
            with self._lock:
                if visit.run is run:
                    visit.run = None

    def stop(self, visitor: str) -> None:
        """End the writing of a visitor's run; what is written stays."""
        with self._lock:
            visit = self._visits.get(visitor)
            if visit and visit.run:
                visit.run.stop.set()

    def leave(self, visitor: str) -> None:
        """End a visitor's run and forget the visitor."""
        self.stop(visitor)
        with self._lock:
            self._visits.pop(visitor, None)

    def __len__(self) -> int:
        return len(self._visits)


def _supersede(visit: _Visit) -> bool:
    if visit.run is None:
        return False
    visit.run.superseded = True
    visit.run.stop.set()
    return True
