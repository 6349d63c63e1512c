"""Two versions side by side: who gets which, what is said of them, and when a trial ends."""

from __future__ import annotations

import itertools
import math
import random
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from noon_demo.ml_inference import FoodItem
from noon_demo.ml_inference.choices import Versioned
from noon_demo.trials import intervals, report
from noon_demo.trials.agreement import compare as agree
from noon_demo.trials.assignment import gets_newcomer
from noon_demo.trials.bounds import Bounds
from noon_demo.trials.comparison import compare
from noon_demo.trials.lots import Lots, known_as
from noon_demo.trials.observations import MOST_STAGES, Observations, ObservationsError, Setup, Stage
from noon_demo.trials.tally import Tally
from noon_demo.trials.watch import Watch

VISITORS = [f"visitor {number}" for number in range(4000)]
SETUP = Setup("old", "new", 50, shadow=False)


def those_with(percent: float, newcomer: str = "new", part: str = "recognizer") -> set[str]:
    return {who for who in VISITORS if gets_newcomer(part, newcomer, who, percent)}


NEWCOMERS = sorted(those_with(50))
OTHERS = sorted({*VISITORS} - {*NEWCOMERS})


def test_visitors_stay_and_a_larger_share_only_adds_some():
    shares = [those_with(percent) for percent in (0, 1, 10, 50, 100)]
    assert all(fewer <= more for fewer, more in itertools.pairwise(shares))
    assert not shares[0]
    assert shares[-1] == set(VISITORS)
    assert len(shares[2]) == pytest.approx(400, abs=60)


def test_each_newcomer_and_part_draws_anew_and_who_has_no_name_gets_none():
    first, other, elsewhere = those_with(50), those_with(50, "newer"), those_with(50, part="segmenter")
    for second in (other, elsewhere):
        assert len(first & second) == pytest.approx(1000, abs=120)
    assert not gets_newcomer("recognizer", "new", "", 100)


def test_a_trial_that_goes_badly_is_stopped_once_and_says_why(tmp_path):
    setups: dict[Versioned, Setup] = {"recognizer": SETUP}
    stopped = []

    def stop(part, version, why):
        time.sleep(0.05)
        stopped.append((part, version))
        del setups[part]

    watch = Watch(tmp_path, Bounds(0.02, 2), lambda: dict(setups), lambda part: {}, stop)
    with ThreadPoolExecutor(4) as threads:
        for _ in range(40):
            threads.submit(watch.failed, "recognizer", "new", NEWCOMERS[0])
    assert stopped == [("recognizer", "new")]
    (stage,) = Observations(tmp_path, "recognizer").stages()
    assert stage.stopped.startswith("It failed on 3 of 3 photos")


@pytest.mark.parametrize(
    ("setup", "visitor"),
    [(SETUP, ""), (replace(SETUP, shadow=True), OTHERS[0]), (SETUP, NEWCOMERS[0])],
    ids=["who has no name", "in the shadow", "where it stepped in for the newcomer"],
)
def test_who_takes_no_part_in_a_trial_adds_no_errors(tmp_path, setup, visitor):
    watch = Watch(tmp_path, Bounds(0.02, 2), lambda: {"recognizer": setup}, lambda part: {}, pytest.fail)
    for _ in range(9):
        watch.failed("recognizer", "old", visitor)
    watch.keep()
    (stage,) = Observations(tmp_path, "recognizer").stages()
    assert not stage.stable


def test_a_part_that_can_be_kept_is_kept_and_what_cannot_waits(tmp_path):
    setups: dict[Versioned, Setup] = {"recognizer": SETUP, "segmenter": SETUP}
    watch = Watch(tmp_path, Bounds(1, 100), lambda: dict(setups), lambda part: {}, pytest.fail)
    who = next(iter({*OTHERS} - those_with(50, part="segmenter")))

    def look() -> None:
        watch.succeeded({"recognizer": "old", "segmenter": "old"}, {"decode": 9, "recognize": 9}, who)

    look()
    kept = tmp_path / "trials" / "recognizer.json"
    kept.unlink()
    kept.mkdir()  # where nothing can be written
    watch.keep()
    (stage,) = Observations(tmp_path, "segmenter").stages()
    assert stage.stable["time"].n == 1
    look()
    setups.clear()
    watch.keep()
    (stage,) = Observations(tmp_path, "segmenter").stages()
    assert stage.stable["time"].n == 2
    kept.rmdir()
    watch.keep()
    (stage,) = Observations(tmp_path, "recognizer").stages()
    assert stage.stable["time"].n == 2


def test_a_stopped_trial_stays_so_where_another_server_counted_on(tmp_path):
    setups: dict[Versioned, Setup] = {"recognizer": SETUP}
    servers = [
        Watch(tmp_path, Bounds(0.02, 2), lambda: dict(setups), lambda part: {}, lambda *why: None)
        for _ in range(2)
    ]
    for server in servers:
        server.succeeded({"recognizer": "old"}, {"recognize": 9}, OTHERS[0])
    for _ in range(3):
        servers[0].failed("recognizer", "new", NEWCOMERS[0])
    setups.clear()
    servers[1].keep()  # it sees later that the trial is over
    (stage,) = Observations(tmp_path, "recognizer").stages()
    assert stage.stopped
    assert stage.stable["time"].n == 2
    setups["recognizer"] = SETUP
    for server in servers:
        server.keep()
    assert [bool(stage.stopped) for stage in Observations(tmp_path, "recognizer").stages()] == [True, False]


def test_tallies_add_up_and_count_a_visitor_as_one():
    grown = Tally.growth(None, (1, 10)) + Tally.growth((1, 10), (3, 50))
    assert grown == Tally.unit(50, 3)
    stubborn = [Tally.unit(total, 10) for total in (10, 0) * 10]  # all of a visitor's results, or none
    assert sum(stubborn, Tally()).effective_n == pytest.approx(20, abs=2)
    plain = sum((Tally.unit(value) for value in (1.0, 2.0, 3.0, 4.0)), Tally())
    assert plain.variance == pytest.approx(np.var([1, 2, 3, 4], ddof=1) / 4)


CASES = ((56, 70), (48, 80))
"""Newcombe 1998 on differences, table II, (a): method 10."""


def test_intervals_are_those_of_their_sources(monkeypatch):
    tally = Tally(units=148, n=148, total=15, nn=148, nt=15, tt=15)  # Newcombe 1998, table I: Wilson
    found = intervals.share(tally, 1.959964)
    assert (found.low, found.high) == pytest.approx((0.0624, 0.1605), abs=1e-4)
    arms = [sum((Tally.unit(case < successes) for case in range(of)), Tally()) for successes, of in CASES]
    with monkeypatch.context() as common:
        common.setattr(intervals, "boundary", lambda units: 1.959964)
        found = intervals.difference_of_shares(*arms)
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=1e-4)
    assert intervals.boundary(100) == pytest.approx(3.03, abs=0.01)
    assert intervals.boundary(1) > 8


def test_equal_versions_are_rarely_called_different_however_often_one_looks():
    """Unlike by a common interval, which is wrong at one of many looks in far more than a trial of twenty."""
    drawn, trials, always, common = random.Random(17), 120, 0, 0  # 5 and 45 in the end
    for _ in range(trials):
        arms, ours, theirs = [Tally(), Tally()], False, False
        for visitor in range(240):
            slow, photos = drawn.gauss(0, 0.3), drawn.randint(1, 4)
            total = sum(drawn.lognormvariate(5 + slow, 0.5) for _ in range(photos))
            arms[visitor % 2] += Tally.unit(total, photos)
            if visitor > 20 and visitor % 2:
                found = intervals.difference_of_means(*arms)
                ours |= not found.low <= 0 <= found.high
                theirs |= abs(found.value) > 1.96 * math.sqrt(arms[0].variance + arms[1].variance)
        always, common = always + ours, common + theirs
    assert always <= 0.05 * trials
    assert common > 0.3 * trials


def stage(photos: int, *, newcomer_ms: float = 100, corrected: tuple[float, float] = (0.3, 0.3)) -> Stage:
    """A stage of so many visitors each, with a photo each."""
    drawn = random.Random(1)

    def arm(ms: float, share: float) -> dict[str, Tally]:
        times = sum((Tally.unit(ms * drawn.uniform(0.9, 1.1)) for _ in range(photos)), Tally())
        edits = sum((Tally.unit(drawn.random() < share) for _ in range(photos)), Tally())
        return {"time": times, "results corrected": edits}

    return Stage(SETUP, "2026-11-25", arm(100, corrected[0]), arm(newcomer_ms, corrected[1]), {})


def test_a_report_says_what_is_better_and_where_too_little_is_known():
    lines = {line.measure: line for line in compare(stage(300, newcomer_ms=80, corrected=(0.2, 0.5)))}
    assert lines["time"].verdict == "newcomer better"
    assert lines["results corrected"].verdict == "newcomer worse"
    few = {line.measure: line for line in compare(stage(30))}
    assert few["time"].verdict == "alike"
    assert few["results corrected"].verdict == "too little data"
    assert 100 < few["results corrected"].missing < 10_000
    assert few["results corrected"].difference
    fewer = {line.measure: line for line in compare(stage(20, newcomer_ms=200))}
    assert (fewer["time"].verdict, fewer["time"].difference) == ("too little data", None)
    many = {line.measure: line for line in compare(stage(5000))}
    assert many["results corrected"].verdict == "alike"
    said = report.as_text("recognizer", stage(30))
    assert "new (newcomer) against old (stable)" in said
    assert "more visitors of each" in said


def test_pairs_that_never_differed_are_alike_only_after_many():
    def verdict(photos: int) -> str:
        same = sum((Tally.unit(0) for _ in range(photos)), Tally())
        found = {"foods found": sum((Tally.unit(2) for _ in range(photos)), Tally())}
        (line,) = compare(Stage(SETUP, "2026-11-25", found, found, {"foods found": same}))
        return line.verdict

    assert (verdict(30), verdict(200)) == ("too little data", "alike")


def test_of_nothing_a_report_says_so():
    assert "Nothing was observed yet." in report.as_text("recognizer", Stage.begun(SETUP))


def failing(errors: int, photos: int) -> Stage:
    looks = sum((Tally.unit(number < errors) for number in range(photos)), Tally())
    return Stage(SETUP, "2026-11-25", {}, {"errors": looks}, {})


def test_a_trial_ends_when_the_newcomer_fails_or_dawdles_and_not_by_chance():
    bounds = Bounds(errors=0.02, times=2)
    assert "failed on 3 of 3 photos" in bounds.broken(failing(3, 3))
    assert not bounds.broken(failing(2, 2))
    assert not bounds.broken(failing(3, 200))
    assert "more than 2 times as long" in bounds.broken(stage(20, newcomer_ms=300))
    assert not bounds.broken(stage(20, newcomer_ms=190))
    assert not bounds.broken(stage(5, newcomer_ms=900))


def test_observations_of_several_processes_add_up_and_are_bounded(tmp_path: Path):
    one, other = Observations(tmp_path, "recognizer"), Observations(tmp_path, "recognizer")
    one.add(stage(10))
    other.add(stage(20))
    (kept,) = one.stages()
    assert kept.newcomer["time"].n == 30
    for percent in range(MOST_STAGES + 3):
        one.begin(Setup("old", "new", percent, shadow=False))
    assert [stage.setup.percent for stage in other.stages()][-1] == MOST_STAGES + 2
    assert len(one.stages()) == MOST_STAGES
    one.add(stage(1))
    assert one.stages()[-1].setup == SETUP


def test_a_damaged_file_is_pointed_out(tmp_path: Path):
    (tmp_path / "trials").mkdir()
    (tmp_path / "trials" / "recognizer.json").write_text("{")
    with pytest.raises(ObservationsError, match=r"recognizer\.json .* delete it"):
        Observations(tmp_path, "recognizer").stages()


def page(trial: bool | None, path: str = "/", **sent: str) -> str | None:
    """What the answer to a request for the page does with the cookie."""
    app = Lots(Starlette(routes=[Route("/{path:path}", lambda request: Response("page"))]), lambda: trial)
    with TestClient(app, cookies=sent) as client:
        return client.get(path).headers.get("set-cookie")


def test_a_browser_draws_a_number_while_a_trial_runs_and_forgets_it_after():
    drawn = page(True)
    assert re.fullmatch(r"noon_lot=\d{4}; HttpOnly; Max-Age=2592000; Path=/; SameSite=Lax", drawn)
    assert page(True, noon_lot="0417") is None
    assert page(True, "/api/health") is None
    assert page(False) is None
    assert page(None) is None
    assert page(None, noon_lot="0417") is None  # while a server that was started anew loads its models
    assert "Max-Age=0" in page(False, noon_lot="0417")
    assert known_as({"noon_lot": "0417"}, "an address") == "0417"
    assert known_as({"noon_lot": "<script>"}, "an address") == "an address"


def food(label: str, rows: slice, columns: slice) -> FoodItem:
    mask = np.zeros((40, 60), bool)
    mask[rows, columns] = True
    return FoodItem(label, 0.9, (), mask, None)


def test_agreement_pairs_the_masks_that_mean_the_same_food():
    rice, fish = food("rice", slice(0, 20), slice(0, 20)), food("fish", slice(0, 20), slice(30, 60))
    same = food("rice", slice(0, 20), slice(0, 16))
    other = food("salmon", slice(0, 20), slice(30, 60))
    astray = food("fish", slice(25, 40), slice(0, 60))
    found = agree([rice, fish], [other, same, astray])
    assert (set(found.pairs), found.same_names) == ({(0, 1), (1, 0)}, 1)
    assert found.overlap == pytest.approx(0.8 + 1.0)
    assert agree([], [rice]).pairs == ()
