"""A version on trial in a service: who gets it, what is counted, what happens when it fails or is slow."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from dataclasses import replace

import httpx
import pytest

from ml.insights.errors import InsightsError
from ml.versions.card import version_of
from noon_demo import config
from noon_demo.batch.analyzer import Analyzer
from noon_demo.commands import models as command
from noon_demo.edits import Edits
from noon_demo.ml_inference import Models, nutrition_response
from noon_demo.ml_inference.choices import Newcomer
from noon_demo.photos import images
from noon_demo.requests import Prompt
from noon_demo.service import AnalysisService
from noon_demo.trials.assignment import gets_newcomer
from noon_demo.trials.observations import Observations
from noon_demo.trials.trials import Trials
from tests.conftest import ROOT, eventually
from tests.photos import MEALS
from tests.rest_server import rest_served
from tests.weights import copy_version, sees_no_food

MEAL = MEALS / "fruit.jpg"
STABLE, NEWCOMER = version_of(ROOT / "assets/recognizer"), "better"


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """What a server has loaded, with a copy of the recognizer and one that sees no food."""
    folder, weights = tmp_path_factory.mktemp("models"), tmp_path_factory.mktemp("weights")
    models = Models(config.load(["profile=embedded", f"models={folder}"]))
    models.load()
    models.versions.library.add(copy_version("recognizer", NEWCOMER, weights))
    models.versions.library.add(copy_version("recognizer", "blind", weights, sees_no_food))
    return models


@pytest.fixture
def service(models):
    yield Served(models)
    if models.versions.choices.read()["recognizer"].newcomer:
        models.versions.choices.end_trial("recognizer", promote=False)
    models.versions.use("recognizer", "")
    models.renewal.renew()
    kept = models.versions.folder / "trials" / "recognizer.json"
    kept.unlink(missing_ok=True)


class Served(AnalysisService):
    """A service whose trials are watched."""

    def __init__(self, models):
        super().__init__(models, 2**28)
        self.trials = Trials(models, self.running)
        self.events.watch(self.trials)


def begin(models, percent=50.0, *, version=NEWCOMER, shadow=False):
    models.versions.choices.begin_trial(
        "recognizer", Newcomer(version=version, percent=percent, shadow=shadow)
    )
    models.renewal.renew()


def trial(models):
    """What health says of the trial."""
    return next(status.trial for status in models.statuses() if status.part == "recognizer")


def visitor(*, of_newcomer, percent=50.0, number=0):
    """A visitor who gets one of the versions."""
    names = (f"visitor {count}" for count in range(10_000))
    mine = [who for who in names if gets_newcomer("recognizer", NEWCOMER, who, percent) == of_newcomer]
    return mine[number]


def analyze(service, who, photo=MEAL):
    *_, result = service.stream(photo, mode="ml_only", visitor=who)
    return result


def stage(service, models):
    """What is kept of the latest stage."""
    service.trials.keep()
    return Observations(models.versions.folder, "recognizer").stages()[-1]


@contextmanager
def failing(detector, error):
    """The recognizer of a detector failing on each photo."""

    def fail(crops):
        raise error

    detector.recognizer.classify = fail
    try:
        yield
    finally:
        del detector.recognizer.classify


def test_visitors_share_two_versions_and_a_result_says_which(service, models):
    begin(models)
    for of_newcomer, version in ((True, NEWCOMER), (False, STABLE)):
        who = visitor(of_newcomer=of_newcomer)
        assert analyze(service, who).versions["recognizer"] == version
        assert analyze(service, who, MEALS / "pizza.jpg").versions["recognizer"] == version
    assert analyze(service, "").versions["recognizer"] == STABLE
    assert trial(models).model_dump() == {
        "version": NEWCOMER, "percent": 50, "shadow": False, "state": "on", "message": "",
    }  # fmt: skip
    begin(models, 0)
    assert analyze(service, visitor(of_newcomer=True)).versions["recognizer"] == STABLE


def test_what_people_correct_is_counted_for_the_version_that_said_it(service, models):
    begin(models)
    rename = Edits.validate_python([{"edit": "rename", "id": 1, "food": "papaya"}])
    remove = Edits.validate_python([{"edit": "remove", "id": 2}, {"edit": "eat", "share": 0.5}])
    ours, theirs = visitor(of_newcomer=True), visitor(of_newcomer=False)
    shown = nutrition_response(analyze(service, ours))
    analyze(service, ours)  # the same photo again is the same result
    corrected = service.recalculate(shown, rename, ours)
    service.recalculate(corrected, rename, ours)
    service.recalculate(corrected, remove, ours)
    service.recalculate(shown, rename, "somebody who was shown nothing")
    analyze(service, theirs)
    kept = stage(service, models)
    assert kept.newcomer["results corrected"].mean == 1
    assert kept.newcomer["corrected: rename"].total == kept.newcomer["corrected: remove"].total == 1
    assert kept.newcomer["corrected: weigh"].mean == 0
    assert kept.newcomer["results corrected"].n == kept.stable["results corrected"].n == 1
    assert kept.stable["results corrected"].total == 0
    assert kept.stable["foods found"].mean == kept.newcomer["foods found"].mean > 1
    assert kept.newcomer["time"].mean > 1
    assert kept.newcomer["memory of weights"].mean == kept.stable["memory of weights"].mean > 5


def test_a_newcomer_that_fails_is_an_error_to_nobody_and_stopped(service, models):
    begin(models, 100)
    with failing(models.detectors.on_trial("recognizer"), RuntimeError("out of memory")):
        for photo in ("fruit", "pizza", "fries"):
            result = analyze(service, "anybody", MEALS / f"{photo}.jpg")
            assert result.versions["recognizer"] == STABLE
            assert result.photo.facts.foods
    stopped = trial(models)
    assert (stopped.state, stopped.percent) == ("stopped", 0)
    assert stopped.message == "It failed on 3 of 3 photos, more than the 2 % allowed."
    assert models.versions.choices.read()["recognizer"].newcomer.stopped == stopped.message
    assert stage(service, models).stopped == stopped.message
    models.renewal.renew()
    assert trial(models).state == "stopped"
    begin(models, 100)  # once it is mended
    assert analyze(service, "somebody else").versions["recognizer"] == NEWCOMER
    assert stage(service, models).newcomer["errors"].n == 1


def test_failures_are_counted_of_what_successes_are_counted_of(service, models):
    begin(models)
    ours = visitor(of_newcomer=True)
    service.detect(MEAL, ours)
    (found, *_) = service.detect(MEAL, ours).detected_items  # known by now, so that nothing could fail
    tap = Prompt(points=[], labels=[], box=found.bbox)
    with failing(models.detectors.on_trial("recognizer"), RuntimeError("out of memory")):
        for _ in range(4):
            service.segment(MEAL, tap, visitor=ours)
    assert trial(models).state == "on"
    errors = stage(service, models).newcomer["errors"]
    assert (errors.n, errors.total) == (1, 0)


def test_a_language_model_is_counted_by_its_answers(tmp_path, monkeypatch):
    builder = "added.folder.insights._target_=tests.reciting_llava.load"
    models = Models(config.load(["profile=embedded", "insights=builtin", f"models={tmp_path}", builder]))
    trial = Newcomer(version=version_of(ROOT / "assets/llava_embedded"), percent=100)
    models.versions.choices.begin_trial("insights", trial)
    models.load()
    service, newcomer = Served(models), models.insights.newcomer.version
    *_, result = service.stream(MEAL, visitor="anybody")
    assert result.versions["insights"] == newcomer
    *_, answer = service.ask(nutrition_response(result), "Is it salty?", MEAL, visitor="anybody")
    assert answer.versions["insights"] == newcomer
    monkeypatch.setattr(models.insights.newcomer, "answer", fails)
    *_, result = service.stream(MEAL, "Is it sweet?", visitor="anybody")
    assert result.versions["insights"] == "builtin"
    service.trials.keep()
    (kept,) = Observations(tmp_path, "insights").stages()
    errors = kept.newcomer["errors"]
    assert (errors.n, errors.total) == (3, 1)
    assert kept.newcomer["time"].n == 2
    assert "errors" not in kept.stable


def fails(request):
    raise InsightsError("Out of memory: ask again.")


def test_a_slow_newcomer_is_stopped(service, models):
    begin(models)
    result = analyze(service, "")
    for number in range(12):
        for of_newcomer, version, ms in ((True, NEWCOMER, 500 + number), (False, STABLE, 100 + number)):
            versions = {**result.versions, "recognizer": version}
            photo = replace(result.photo, versions=versions, timings_ms={"recognize": ms})
            said = replace(result, photo=photo)
            service.events.analyzed(said, visitor(of_newcomer=of_newcomer, number=number), cached=False)
    assert "more than 2 times as long" in trial(models).message
    assert analyze(service, visitor(of_newcomer=True)).versions["recognizer"] == STABLE


def test_a_version_that_fails_its_test_is_tried_on_nobody(service, models):
    begin(models, 100, version="blind")
    assert trial(models).state == "stopped"
    assert "It finds food in 0 of" in trial(models).message
    assert analyze(service, "anybody").versions["recognizer"] == STABLE


def test_what_a_trial_saw_and_its_percentage_outlast_a_restart(service, models):
    begin(models)
    analyze(service, visitor(of_newcomer=True))
    service.trials.keep()
    again = Models(models.settings)
    later = Served(again)
    assert later.trials.share_visitors is None
    again.load()
    assert later.trials.share_visitors
    assert analyze(later, visitor(of_newcomer=True), MEALS / "pizza.jpg").versions["recognizer"] == NEWCOMER
    assert stage(later, again).newcomer["foods found"].n == 2


def test_in_the_shadow_both_see_each_photo_and_nobody_is_shown_the_newcomers_answer(service, models):
    begin(models, 0, shadow=True)
    service.detect(MEALS / "fries.jpg")
    assert analyze(service, "anybody").versions["recognizer"] == STABLE
    eventually(lambda: "time" in stage(service, models).pairs)
    kept = stage(service, models)
    assert kept.pairs["same name"].mean == kept.pairs["overlap of their masks"].mean == 1
    assert kept.pairs["time"].n >= 1  # of the second photo, since the request for it came during the first
    assert kept.stable["foods found"].mean == kept.newcomer["foods found"].mean


def test_a_shadow_waits_while_anybody_is_served(service, models):
    begin(models, 0, shadow=True)
    service.trials.keep()
    with service.running.request():
        service.trials._shadow.offer(images.load(MEAL))
        time.sleep(1)
        assert not stage(service, models).pairs
    eventually(lambda: "time" in stage(service, models).pairs)


def test_what_a_shadow_takes_is_not_told_of_a_time_at_which_anybody_was_served(service, models):
    begin(models, 0, shadow=True)
    service.trials.keep()
    with service.running.request():
        service.trials._shadow._look(images.load(MEAL))
    kept = stage(service, models)
    assert kept.pairs["same name"].n >= 1
    assert "time" not in {**kept.pairs, **kept.stable, **kept.newcomer}


def test_a_batch_and_scripts_leave_a_trial_to_the_servers(service, models):
    unfit = Newcomer(version="blind", percent=50)
    models.versions.choices.begin_trial("recognizer", unfit)
    Analyzer(models.settings, MEALS, None)
    assert models.versions.choices.read()["recognizer"].newcomer == unfit


def test_promoting_and_stopping_by_command(service, models, capsys, monkeypatch):
    monkeypatch.setenv("NOON_MODELS", str(models.versions.folder))
    run(command, "try recognizer better --percent 50")
    models.renewal.renew()
    analyze(service, visitor(of_newcomer=True))
    service.trials.keep()
    capsys.readouterr()
    run(command, "compare recognizer")
    assert f"better (newcomer) against {STABLE} (stable)" in capsys.readouterr().out
    run(command, "compare recognizer --json")
    lines = {line["measure"]: line for line in json.loads(capsys.readouterr().out)["lines"]}
    assert lines["foods found"]["verdict"] == "too little data"
    run(command, "promote recognizer")
    models.renewal.renew()
    assert trial(models) is None
    assert analyze(service, "anybody").versions["recognizer"] == NEWCOMER
    with pytest.raises(SystemExit, match="No recognizer is on trial"):
        run(command, "stop recognizer")


def run(command, words):
    command.main(words.split())


def test_a_browser_that_comes_back_is_the_same_visitor(service, models):
    begin(models)
    with rest_served(service) as url, MEAL.open("rb") as photo:
        form = {"files": {"image": photo}, "data": {"mode": "ml_only"}}
        lots = (f"{number:04}" for number in range(10_000))
        drawn = next(lot for lot in lots if gets_newcomer("recognizer", NEWCOMER, lot, 50))
        result = httpx.post(f"{url}/api/analyze", cookies={"noon_lot": drawn}, timeout=60, **form).json()
        assert result["versions"]["recognizer"] == NEWCOMER
        edits = {"result": result, "edits": [{"edit": "remove", "id": 1}]}
        httpx.post(f"{url}/api/recalculate", cookies={"noon_lot": drawn}, json=edits).raise_for_status()
    assert stage(service, models).newcomer["results corrected"].total == 1
