"""Who is let in when many want the same model."""

from __future__ import annotations

import threading

import pytest

from noon_demo.concurrency.line import BusyError, LeftError, Line
from tests.conftest import eventually

SOON_S = 20


class Crowd:
    """Visitors in threads of their own; each holds its turn until it is let go."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.served: list[str] = []
        self.errors: list[Exception] = []
        self.told: list[int] = []
        self.leave = threading.Semaphore(0)
        self._threads: list[threading.Thread] = []

    def send(self, visitor: str, stop: threading.Event | None = None) -> None:
        """Send one request, and see it served or waiting before going on."""
        before = self._known()
        thread = threading.Thread(target=self._run, args=(visitor, stop), daemon=True)
        self._threads.append(thread)
        thread.start()
        eventually(lambda: self._known() > before)

    def send_and_stop(self, visitor: str) -> None:
        """Send one request that waits, and stop waiting."""
        stop = threading.Event()
        self.send(visitor, stop)
        stop.set()
        eventually(lambda: self.errors)

    def let_go(self, times: int) -> None:
        for _ in range(times):
            self.leave.release()
        for thread in self._threads:
            thread.join(SOON_S)

    def _known(self) -> int:
        return len(self.served) + len(self.errors) + self.line.waiting

    def _run(self, visitor: str, stop: threading.Event | None) -> None:
        try:
            with self.line.turn(visitor, stop, self.told.append):
                self.served.append(visitor)
                self.leave.acquire()
        except (BusyError, LeftError) as error:
            self.errors.append(error)


def test_nobody_is_served_twice_while_another_waits():
    crowd = Crowd(Line(1, 10))
    for visitor in ("ann", "ann", "ann", "ben", "cem", "ben"):
        crowd.send(visitor)
    crowd.let_go(6)
    assert crowd.served == ["ann", "ben", "cem", "ann", "ben", "ann"]


def test_a_newcomer_goes_before_the_second_request_of_another():
    crowd = Crowd(Line(1, 10))
    for visitor in ("ann", "ann", "ben"):
        crowd.send(visitor)
    crowd.leave.release()
    eventually(lambda: crowd.served == ["ann", "ben"])
    crowd.send("cem")
    crowd.let_go(3)
    assert crowd.served == ["ann", "ben", "cem", "ann"]


def test_no_more_are_served_at_a_time_than_there_are_slots():
    crowd = Crowd(Line(2, 10))
    for visitor in "abcd":
        crowd.send(visitor)
    assert (crowd.served, crowd.line.waiting) == (["a", "b"], 2)
    crowd.let_go(4)
    assert sorted(crowd.served) == list("abcd")


def test_who_waits_is_told_the_place_in_line():
    crowd = Crowd(Line(1, 10))
    for visitor in "abc":
        crowd.send(visitor)
    eventually(lambda: crowd.told == [1, 2])
    crowd.leave.release()
    eventually(lambda: crowd.told == [1, 2, 1])
    crowd.let_go(2)


def test_a_full_line_says_when_to_come_back():
    crowd = Crowd(Line(1, 2))
    for visitor in "abcd":
        crowd.send(visitor)
    (error,) = crowd.errors
    assert isinstance(error, BusyError)
    assert (error.status, error.retry_after_s >= 1) == (503, True)
    assert str(error).startswith("Noon is busy, with 2 photos waiting already: please try again in about ")
    crowd.let_go(3)


def test_one_visitor_cannot_take_all_places():
    crowd = Crowd(Line(1, 4))
    for visitor in ["greedy"] * 6 + ["other"]:
        crowd.send(visitor)
    assert len(crowd.errors) == 3
    crowd.let_go(4)
    assert crowd.served == ["greedy", "other", "greedy", "greedy"]


def test_who_stops_waiting_leaves_the_line():
    crowd = Crowd(Line(1, 10))
    crowd.send("ann")
    crowd.send_and_stop("ben")
    assert isinstance(crowd.errors[0], LeftError)
    assert crowd.line.waiting == 0
    crowd.let_go(1)


def test_who_stops_waiting_and_asks_again_was_not_served():
    crowd = Crowd(Line(1, 10))
    crowd.send("ann")
    crowd.send_and_stop("ben")
    for visitor in ("ben", "cem"):
        crowd.send(visitor)
    crowd.let_go(3)
    assert crowd.served == ["ann", "ben", "cem"]


def test_who_cannot_be_told_the_place_leaves_the_line_to_the_next():
    crowd = Crowd(Line(1, 10))
    crowd.send("ann")

    def told(ahead: int) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError), crowd.line.turn("ben", on_wait=told):
        pass
    crowd.send("cem")
    crowd.let_go(2)
    assert crowd.served == ["ann", "cem"]


def test_a_closed_line_lets_the_served_finish_and_sends_everyone_else_away():
    crowd = Crowd(Line(1, 10))
    crowd.send("ann")
    crowd.send("ben")
    crowd.line.close()
    eventually(lambda: crowd.errors)
    with pytest.raises(BusyError, match="being restarted"), crowd.line.turn("cem"):
        pass
    crowd.let_go(1)
    assert crowd.served == ["ann"]
