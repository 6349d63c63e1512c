"""Whose press counts, and what it ends."""

from __future__ import annotations

from noon_demo.ui.visits import Visits


def test_a_newer_press_ends_the_run_of_the_older_one():
    visits = Visits()
    first, superseded = visits.press("ann")
    assert not superseded
    with visits.run("ann", first) as run:
        assert not run.stop.is_set()
        second, superseded = visits.press("ann")
        assert superseded
        assert run.superseded
        assert run.stop.is_set()
    with visits.run("ann", second) as run:
        assert not run.superseded


def test_a_press_that_waited_until_a_newer_one_came_starts_nothing():
    visits = Visits()
    first, _ = visits.press("ann")
    visits.press("ann")
    with visits.run("ann", first) as run:
        assert run is None


def test_a_run_that_ends_late_leaves_the_newer_one_its_stop():
    visits = Visits()
    older = visits.run("ann", visits.press("ann")[0])
    older.__enter__()
    with visits.run("ann", visits.press("ann")[0]) as newer:
        older.__exit__(None, None, None)
        visits.stop("ann")
        assert newer.stop.is_set()
        assert not newer.superseded


def test_a_press_ends_nobody_elses_run():
    visits = Visits()
    with visits.run("ann", visits.press("ann")[0]) as run:
        visits.press("bob")
        visits.stop("bob")
        visits.leave("bob")
        assert not run.stop.is_set()


def test_who_leaves_is_stopped_and_forgotten():
    visits = Visits()
    for visitor in ("ann", "bob", "ann"):
        with visits.run(visitor, visits.press(visitor)[0]) as run:
            visits.leave(visitor)
            assert run.stop.is_set()
    assert len(visits) == 0
