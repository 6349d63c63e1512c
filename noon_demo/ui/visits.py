"""Whose press counts: a visitor's newest one, which ends what an older one started."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from cachetools import LRUCache

ANALYZE, ASK, NOTHING = "analyze", "ask", "nothing"
"""What a press is for."""
MOST_DIGITS = 18
MOST_VISITS = 1_000
"""Beyond, the visits longest unused are forgotten. Gradio keeps as many sessions, each with its last meal."""


@dataclass(frozen=True)
class Press:
    """What a visitor wants, the press's number among all, and the path of the photo on the page then."""

    purpose: str = NOTHING
    number: int = 0
    photo: str | None = None

    @property
    def ticket(self) -> str:
        """The press as the page holds it."""
        return f"{self.purpose} {self.number}"

    @classmethod
    def read(cls, ticket: object) -> Press:
        """The press of a ticket, without its photo; one for nothing if nobody issued that."""
        purpose, _, number = str(ticket).partition(" ")
        return cls(purpose, int(number)) if number.isdecimal() and len(number) < MOST_DIGITS else cls()


@dataclass(eq=False)
class Run:
    """What one press started. `stop` ends its writing; once it is `superseded`, nothing of it is shown.

    `asker` is whom the service takes its questions from; `is_of_meal` once it writes of the meal on the page.
    """

    asker: str = ""
    is_of_meal: bool = False
    stop: threading.Event = field(default_factory=threading.Event)
    superseded: bool = False


@dataclass
class _Visit:
    newest: Press = Press()
    started: int = 0
    run: Run | None = None


class Visits:
    """The newest press of each visitor and the run it started. Safe to share between threads.

    Presses are numbered from the time of the start in microseconds: a page that is still open from before
    a restart gets no ticket twice, which it would take for no change.
    """

    def __init__(self) -> None:
        self._presses = itertools.count(time.time_ns() // 1000)
        self._visits: LRUCache[str, _Visit] = LRUCache(MOST_VISITS)
        self._lock = threading.Lock()

    def press(self, visitor: str, purpose: str, photo: str | None) -> Press:
        """A new press, numbered above those before; what runs for the visitor is superseded."""
        with self._lock:
            return self._press(visitor, purpose, photo)

    def choose(self, visitor: str, photo: str | None) -> Press | None:
        """A press that puts a photo on the page and ends what is said of another.

        None where the newest press is about this photo: a browser's requests may overtake each other.
        """
        with self._lock:
            newest = self._visits.get(visitor, _Visit()).newest
            if newest.purpose != NOTHING and newest.photo == photo:
                return None
            return self._press(visitor, NOTHING, photo)

    def outdate(self, visitor: str) -> str:
        """The meal on the page is another than what a visitor's run writes of: end that.

        Returns what was pressed for it.
        """
        with self._lock:
            visit = self._visits.get(visitor)
            run = visit.run if visit else None
            if not visit or not run or not run.is_of_meal or run.superseded:
                return NOTHING
            ended = visit.newest
            self._press(visitor, NOTHING, ended.photo)
            return ended.purpose

    def _press(self, visitor: str, purpose: str, photo: str | None) -> Press:
        visit = self._visits.setdefault(visitor, _Visit())
        visit.newest = Press(purpose, next(self._presses), photo)
        _supersede(visit)
        return visit.newest

    @contextmanager
    def run(self, visitor: str, press: Press) -> Iterator[Run | None]:
        """The run of a press for as long as it lasts; None where a newer one came or it ran before."""
        with self._lock:
            visit = self._visits.setdefault(visitor, _Visit())
            run = None
            if press.number >= visit.newest.number and press.number > visit.started:
                _supersede(visit)
                visit.started = press.number
                run = visit.run = Run()
        try:
            yield run
        finally:
            with self._lock:
                if visit.run is run:
                    visit.run = None

    def newest(self, visitor: str) -> Press:
        """A visitor's newest press."""
        with self._lock:
            return self._visits.get(visitor, _Visit()).newest

    def stop(self, visitor: str) -> None:
        """End the writing of a visitor's run; what is written stays."""
        with self._lock:
            visit = self._visits.get(visitor)
            if visit and visit.run:
                visit.run.stop.set()

    def leave(self, visitor: str) -> None:
        """End a visitor's run, of which nothing is shown any more, and forget the visitor."""
        with self._lock:
            if visit := self._visits.pop(visitor, None):
                _supersede(visit)

    def __len__(self) -> int:
        return len(self._visits)


def _supersede(visit: _Visit) -> None:
    if visit.run:
        visit.run.superseded = True
        visit.run.stop.set()
