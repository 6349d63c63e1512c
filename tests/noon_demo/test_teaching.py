"""Teaching over HTTP: what a crop looks like goes out, comes back with a later photo, and names its food."""

from __future__ import annotations

import base64
import io
import json

import httpx
import PIL.Image
import pytest

from tests.chromium import MEAL

Json = dict
INFINITE = base64.b64encode(b"\x00\x7c" * 1280).decode()
"""Features, float16, that no network sees."""


def analyze(client: httpx.Client, photo: bytes, **fields: str) -> httpx.Response:
    return client.post("/api/analyze", files={"image": photo}, data={"mode": "ml_only", **fields})


@pytest.fixture(scope="module")
def client(server: str):
    with httpx.Client(base_url=server, timeout=120) as client:
        yield client


@pytest.fixture(scope="module")
def result(client) -> Json:
    return analyze(client, MEAL.read_bytes()).json()


@pytest.fixture(scope="module")
def taught(client, result) -> Json:
    """The largest food, taught under another name."""
    form = {"image_key": result["image"]["key"], "box": json.dumps(result["detected_items"][0]["bbox"])}
    answer = client.post("/api/teach", data=form)
    assert answer.status_code == 200, answer.text
    return {"name": "tortilla", **answer.json()}


def smaller() -> bytes:
    """The same meal as another file, at three quarters of its size."""
    with PIL.Image.open(MEAL) as picture:
        resized = picture.resize((picture.width * 3 // 4, picture.height * 3 // 4))
    file = io.BytesIO()
    resized.save(file, "JPEG", quality=85)
    return file.getvalue()


def test_a_taught_food_is_named_and_counted_in_another_photo(client, result, taught):
    before, after = (
        analyze(client, smaller(), **fields).json()["detected_items"]
        for fields in ({}, {"taught": json.dumps([taught])})
    )
    assert [item["label"] for item in after[1:]] == [item["label"] for item in before[1:]]
    first = after[0]
    assert first["label"] == first["candidates"][0]["label"] == "tortilla"
    assert before[0]["label"] in [candidate["label"] for candidate in first["candidates"]]
    assert (first["named_by"], first["outline"]) == ("model", before[0]["outline"])
    assert first["nutrition"]["calories"] != before[0]["nutrition"]["calories"]
    assert "ortilla" in first["source"]["description"]


def test_the_photo_seen_before_stays_as_it_was_without_what_was_taught(client, result, taught):
    known = analyze(client, MEAL.read_bytes(), taught=json.dumps([taught])).json()
    assert known["detected_items"][0]["label"] == "tortilla"
    again = analyze(client, MEAL.read_bytes()).json()
    assert again["detected_items"] == result["detected_items"]


def test_names_in_other_languages_are_those_of_the_food_data(client, taught):
    meal = analyze(client, smaller(), taught=json.dumps([taught | {"name": "Pfannkuchen"}])).json()
    assert meal["detected_items"][0]["label"] == "pancakes"


def test_what_another_recognizer_saw_is_left_out_and_told(client, result, taught):
    stale = json.dumps([taught | {"recognizer": "0" * 16}])
    meal = analyze(client, MEAL.read_bytes(), taught=stale).json()
    assert meal["detected_items"] == result["detected_items"]
    assert any("Teach it again" in warning for warning in meal["warnings"])


@pytest.mark.parametrize(
    "damage",
    [
        lambda food: "nonsense",
        lambda food: "{}",
        lambda food: json.dumps([food] * 25),
        lambda food: json.dumps([food | {"features": "%%%"}]),
        lambda food: json.dumps([food | {"features": food["features"][:400]}]),
        lambda food: json.dumps([food | {"features": INFINITE}]),
        lambda food: json.dumps([food | {"more": 1}]),
        lambda food: json.dumps([{"name": food["name"]}]),
    ],
)
def test_what_cannot_have_been_taught_is_a_sentence(client, taught, damage):
    answer = analyze(client, MEAL.read_bytes(), taught=damage(taught))
    assert answer.status_code == 400
    assert "as /api/teach returned them." in answer.json()["error"]


@pytest.mark.parametrize(
    ("form", "status", "sentence"),
    [
        ({"box": "[0, 0, 90, 90]", "image_key": "0" * 64}, 410, "send it again"),
        ({"box": "[0, 0, 90, 90]"}, 400, "add a photo"),
        ({"box": "[0, 0, 90"}, 400, "a box as [x0, y0, x1, y1]"),
        ({"box": "null"}, 400, "a box around it"),
        ({"box": "[5, 5, 6, 6]"}, 400, "larger box"),
        ({}, 400, "box"),
    ],
)
def test_a_box_that_does_not_fit_is_a_sentence(client, result, form, status, sentence):
    known = {"image_key": result["image"]["key"]} if "photo" not in sentence and status == 400 else {}
    answer = client.post("/api/teach", data=known | form)
    assert (answer.status_code, sentence in answer.json()["error"]) == (status, True), answer.text


def test_the_photo_may_be_sent_to_teach(client, result, taught):
    box = json.dumps(result["detected_items"][0]["bbox"])
    answer = client.post("/api/teach", files={"image": MEAL.read_bytes()}, data={"box": box})
    assert answer.json()["recognizer"] == taught["recognizer"]
    assert answer.json()["features"] == taught["features"]
