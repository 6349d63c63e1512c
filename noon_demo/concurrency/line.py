"""The line in front of a model: who is next, who is told to come back, and how the line is closed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil

from cachetools import LRUCache

from noon_demo.errors import RequestError
from noon_demo.watching.events import Events

CHECK_S = 0.25
"""How often a waiting request looks whether it was stopped."""
WEIGHT = 0.2
"""How much the latest turn counts in the average length of a turn."""
MOST_VISITORS = 10_000
"""Whose rounds are remembered while somebody waits."""
LIGHT_THREADS = 40
"""Threads for requests beside those that wait: for the ones being served, and those that need no model."""


class BusyError(RequestError):
    """A request that would wait too long, or that comes while Noon ends; to be sent again later."""

    status = 503

    def __init__(self, message: str, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class LeftError(RequestError):
    """A request that its sender stopped."""

    status = 499


@dataclass(eq=False)
class _Ticket:
    visitor: str
    round: int
    number: int


class Line:
    """Lets `slots` requests in at a time and at most `most_waiting` wait, in fair order.

    Nobody is served twice while another waits: each request of a visitor belongs to a later round than the
    one before, and earlier rounds go first (start-time fair queueing with turns of equal cost; Goyal, Vin
    and Cheng, SIGCOMM 1996). One visitor may hold half of the places. Safe to share between threads.
    `events` are told under this `name` who waited how long, and who was turned away.
    """

    def __init__(
        self, slots: int, most_waiting: int, name: str = "line", events: Events | None = None
    ) -> None:
        self.slots = slots
        self.most_waiting = most_waiting
        self.name = name
        self._events = events or Events()
        self._changed = threading.Condition()
        self._waiting: list[_Ticket] = []
        self._serving = 0
        self._round = 0
        self._rounds: LRUCache[str, int] = LRUCache(MOST_VISITORS)
        """Of each visitor's next request."""
        self._joined = 0
        self._turn_s = 1.0
        self._closed = False

    @contextmanager
    def turn(
        self,
        visitor: str,
        stop: threading.Event | None = None,
        on_wait: Callable[[int], None] | None = None,
    ) -> Iterator[None]:
        """Wait for a turn and hold it; `on_wait` is told how many are ahead, whenever that changes.

        Raises `BusyError` where the line is full or closed, `LeftError` where `stop` is set while waiting,
        and what `on_wait` raises.
        """
        asked = time.monotonic()
        try:
            self._wait(self._join(visitor), stop, on_wait)
        except BusyError:
            self._events.refused(self.name)
            raise
        started = time.monotonic()
        try:
            self._events.waited(self.name, started - asked)
            yield
        finally:
            with self._changed:
                self._turn_s += WEIGHT * (time.monotonic() - started - self._turn_s)
                self._serving -= 1
                if not self._serving and not self._waiting:
                    self._rounds.clear()
                self._changed.notify_all()

    def close(self) -> None:
        """Let nobody in any more; who waits gets a `BusyError`, who is served goes on."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def _join(self, visitor: str) -> _Ticket:
        with self._changed:
            held = sum(ticket.visitor == visitor for ticket in self._waiting)
            if len(self._waiting) >= self.most_waiting or held >= max(1, self.most_waiting // 2):
                raise self._busy()
            self._joined += 1
            ticket = _Ticket(visitor, max(self._round, self._rounds.get(visitor, 0)), self._joined)
            self._rounds[visitor] = ticket.round + 1
            self._waiting.append(ticket)
            self._waiting.sort(key=lambda waiting: (waiting.round, waiting.number))
            return ticket

    def _wait(
        self, ticket: _Ticket, stop: threading.Event | None, on_wait: Callable[[int], None] | None
    ) -> None:
        told = 0
        try:
            while True:
                with self._changed:
                    place = self._waiting.index(ticket)
                    if self._closed or (stop and stop.is_set()):
                        raise self._ending() if self._closed else LeftError("The request was stopped.")
                    if place == 0 and self._serving < self.slots:
                        self._leave(ticket)
                        self._serving += 1
                        self._round = ticket.round
                        return
                    ahead = place + self._serving
                    if ahead == told or not on_wait:
                        self._changed.wait(CHECK_S)
                        continue
                on_wait(told := ahead)
        except BaseException:
            with self._changed:
                self._leave(ticket)
                if self._rounds.get(ticket.visitor) == ticket.round + 1:  # who left was not served
                    self._rounds[ticket.visitor] = ticket.round
            raise

    def _leave(self, ticket: _Ticket) -> None:
        with self._changed:
            self._waiting.remove(ticket)
            self._changed.notify_all()

    def _busy(self) -> BusyError:
        if self._closed:
            return self._ending()
        seconds = max(1, ceil(self._turn_s * (len(self._waiting) + self._serving) / self.slots))
        return BusyError(
            f"Noon is busy, with {len(self._waiting)} photos waiting already: "
            f"please try again in about {seconds} s.",
            seconds,
        )

    @staticmethod
    def _ending() -> BusyError:
        return BusyError("Noon is being restarted: please try again in a minute.", 60)
