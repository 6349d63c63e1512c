"""What the service says has happened."""

from __future__ import annotations

import pytest

from ml.recognition.embedded import EmbeddedRecognizer
from noon_demo.concurrency.line import BusyError, Line
from noon_demo.edits import Edits
from noon_demo.ml_inference import nutrition_response
from noon_demo.watching.events import Events, Watcher
from tests.noon_demo.watching.notes import Notes


class Faulty(Watcher):
    def analyzed(self, *what):
        raise RuntimeError("a fault of ours")


@pytest.fixture
def notes(service):
    notes = Notes()
    service.events.watch(Faulty(), notes)
    return notes


def test_an_analysis_is_told_of_once_with_its_stages(service, notes, caplog, fruit):
    *_, result = service.stream(fruit, "Is it sweet?", visitor="one")
    ((told, visitor, cached),) = notes.of("analyzed")
    assert (told.insights, told.photo, visitor, cached) == (result.insights, result.photo, "one", False)
    stages = {
        "open",
        "embed",
        "locate",
        "decode",
        "clean_up",
        "recognize",
        "portion",
        "nutrition",
        "insights",
    }
    assert stages <= set(told.timings_ms)
    ((answered, _),) = notes.of("answered")
    assert answered.insights == result.insights
    assert [line for line, seconds in notes.of("waited")] == ["photos"]
    assert [record.message for record in caplog.records] == ["Faulty failed: RuntimeError"]

    service.analyze(fruit, mode="ml_only")
    assert [cached for *_, cached in notes.of("analyzed")] == [False, True]
    assert service.health().counts["analyses"] == 2
    assert service.health().counts["photos"] == 1


def test_an_insight_that_nobody_waits_for_still_counts_as_an_analysis(service, notes, fruit):
    results = service.stream(fruit)
    next(results)
    results.close()
    ((told, _, _),) = notes.of("analyzed")
    assert told.photo.facts.foods
    assert not told.finished
    assert not notes.of("answered", "failed")


def test_corrections_are_told_of_however_they_are_made(service, notes, fruit):
    result = nutrition_response(service.analyze(fruit, mode="ml_only"))
    edits = Edits.validate_python([{"edit": "weigh", "id": 1, "grams": 90}, {"edit": "eat", "share": 0.5}])
    service.recalculate(result, edits)
    list(service.ask(result, "It's pears, not bananas"))
    list(service.ask(result, "Is it sweet?"))
    kinds = [[edit.edit for edit in edits] for _, edits, _ in notes.of("corrected")]
    assert kinds == [["weigh", "eat"], ["rename"]]
    assert all(before is result for before, *_ in notes.of("corrected"))


def test_a_failure_is_told_of_with_the_part_at_work(service, notes, models, monkeypatch, fruit):
    def fail(*_):
        raise RuntimeError("out of memory")

    monkeypatch.setattr(EmbeddedRecognizer, "classify", fail)
    with pytest.raises(RuntimeError):
        service.detect(fruit, "one")
    ((part, version, error, visitor),) = notes.of("failed")
    assert (part, version, str(error), visitor) == (
        "recognizer",
        models.recognizer.get().version,
        "out of memory",
        "one",
    )
    assert not notes.of("detected")


def test_who_is_turned_away_is_told_of():
    notes = Notes()
    line = Line(1, 0, "photos", Events(notes))
    with pytest.raises(BusyError), line.turn("one"):
        pass
    assert notes.of("refused") == [["photos"]]
    assert not notes.of("waited")
