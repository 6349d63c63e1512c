"""What the page's event answers to callers who write its values themselves."""

from __future__ import annotations

import httpx
import pytest

from tests.noon_demo.photos.test_uploads import FOUND, MEAL, PAGE, VALUES, answer, events_with_photos

ODD = [{"a": 1}, ["hybrid"], 7, True, {"path": "/etc/passwd"}, "\0", "x" * 5000]
SENTENCES = ("Please fill this in again", "There is no mode", "A plate measures", "Please ask a question")


@pytest.mark.parametrize("kind", ["textbox", "radio", "plate"])
def test_values_of_wrong_types_are_answered_with_a_sentence(server, monkeypatch, kind):
    event, kinds = next(item for item in events_with_photos(server) if PAGE in item[1])
    for value in ODD:
        monkeypatch.setitem(VALUES, kind, value)
        said = answer(server, event, kinds, {"path": str(MEAL)})
        told = any(sentence in said for sentence in SENTENCES)
        assert told or (kind == "textbox" and value == "\0"), (value, said[:300])
        assert "Something went wrong" not in said


@pytest.mark.parametrize(
    "ticket", [None, 3, {"a": 1}, "analyze", "analyze x", "pay 1", "", "ask 9", "nothing ٣"]
)
def test_a_ticket_that_nobody_issued_starts_nothing(server, monkeypatch, ticket):
    event, kinds = next(item for item in events_with_photos(server) if PAGE in item[1])
    before = httpx.get(f"{server}/api/health").json()["counts"].get("analyses", 0)
    monkeypatch.setitem(VALUES, "ticket", ticket)
    said = answer(server, event, kinds, {"path": str(MEAL)})
    assert FOUND not in said
    assert "Something went wrong" not in said
    assert httpx.get(f"{server}/api/health").json()["counts"].get("analyses", 0) == before
