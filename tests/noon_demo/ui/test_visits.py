"""Whose press counts, and what it ends."""

from __future__ import annotations

from dataclasses import replace

from noon_demo.ui.visits import Press, Visits


def press(visits: Visits, visitor: str = "ann", purpose: str = "analyze") -> Press:
    return visits.press(visitor, purpose, "/meal.jpg")


def test_a_newer_press_ends_the_run_of_the_older_one():
    visits = Visits()
    with visits.run("ann", press(visits)) as run:
        assert not run.stop.is_set()
        assert not run.superseded
        second = press(visits)
        assert run.superseded
        assert run.stop.is_set()
    with visits.run("ann", second) as run:
        assert not run.superseded


def test_a_press_that_waited_until_a_newer_one_came_starts_nothing():
    visits = Visits()
    first, second = press(visits), press(visits, purpose="ask")
    with visits.run("ann", first) as run:
        assert run is None
    assert visits.newest("ann") == second


def test_a_press_runs_once():
    visits = Visits()
    once = press(visits)
    for expected in (True, False):
        with visits.run("ann", once) as run:
            assert (run is not None) == expected


def test_a_correction_ends_what_is_written_of_the_meal_but_no_press_that_came_since():
    visits = Visits()
    with visits.run("ann", press(visits)) as run:
        visits.outdate("ann")
        assert not run.superseded  # the meal on the page is still the one before
        run.is_of_meal = True
        newer = press(visits)
        visits.outdate("ann")
        assert visits.newest("ann") == newer
    with visits.run("ann", newer) as run:
        run.is_of_meal = True
        visits.outdate("ann")
        assert run.superseded


def test_a_ticket_names_its_press_and_whatever_else_names_none():
    pressed = press(Visits(), purpose="ask")
    assert Press.read(pressed.ticket) == replace(pressed, photo=None)
    for odd in (None, "", "ask", "ask x", "ask -1", f"ask {'9' * 5000}", {"ask": 1}):
        assert Press.read(odd) == Press()


def test_no_ticket_is_given_again_after_a_restart():
    assert press(Visits()).ticket != press(Visits()).ticket


def test_a_run_that_ends_late_leaves_the_newer_one_its_stop():
    visits = Visits()
    older = visits.run("ann", press(visits))
    older.__enter__()
    with visits.run("ann", press(visits)) as newer:
        older.__exit__(None, None, None)
        visits.stop("ann")
        assert newer.stop.is_set()
        assert not newer.superseded


def test_a_press_ends_nobody_elses_run():
    visits = Visits()
    with visits.run("ann", press(visits)) as run:
        press(visits, "bob")
        visits.stop("bob")
        visits.leave("bob")
        assert not run.stop.is_set()


def test_who_leaves_is_stopped_and_forgotten():
    visits = Visits()
    for visitor in ("ann", "bob", "ann"):
        with visits.run(visitor, press(visits, visitor)) as run:
            visits.leave(visitor)
            assert run.stop.is_set()
            assert run.superseded
    assert len(visits) == 0
