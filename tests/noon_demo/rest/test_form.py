"""What a form sent to `POST /api/analyze` may hold, and how the routes are described."""

from __future__ import annotations

import httpx
import pytest

from tests.chromium import MEAL

PLATE = "Please give plate_diameter_cm as a number of centimetres from 8 to 60, such as 26."


def post(server: str, **fields: str) -> httpx.Response:
    return httpx.post(f"{server}/api/analyze", files={"image": MEAL.read_bytes()}, data=fields, timeout=120)


def test_a_question_may_go_by_either_name(server):
    answers = [
        post(server, **{name: "How much protein?"}).json()["insights"] for name in ("question", "query")
    ]
    assert answers[0] == answers[1]
    assert "protein" in answers[0]
    both = post(server, question="How much protein?", query="Is it vegan?")
    assert (both.status_code, both.json()) == (
        400,
        {"error": "Please ask in question or in query, not in both."},
    )


def test_a_plate_of_another_size_gives_other_amounts(server):
    small, large = (
        post(server, mode="ml_only", plate_diameter_cm=size).json()["nutrition"]["calories"]
        for size in ("18", "32")
    )
    assert small < large


def test_a_field_left_blank_is_one_left_out(server):
    blank = post(server, question="", plate_diameter_cm="")
    assert blank.status_code == 200
    assert blank.json()["detected_items"]


@pytest.mark.parametrize("size", ["big", "0", "nan", "inf", "-26", "26 cm"])
def test_a_plate_that_is_none_is_told_in_a_sentence(server, size):
    answer = post(server, plate_diameter_cm=size)
    assert (answer.status_code, answer.json()) == (400, {"error": PLATE})


def test_an_unknown_field_is_named_with_those_there_are(server):
    answer = post(server, plate="26")
    fields = "image, question, mode, plate_diameter_cm, reference, taught, query"
    assert (answer.status_code, answer.json()) == (
        400,
        {"error": f'There is no field "plate"; the fields are {fields}.'},
    )
    missing = httpx.post(f"{server}/api/analyze", files={"photo": MEAL.read_bytes()})
    assert missing.json() == {"error": f'There is no field "photo"; the fields are {fields}.'}


def test_every_field_but_the_photo_may_be_left_out_and_has_a_sample(server):
    description = httpx.get(f"{server}/api/openapi.json").json()
    routes = description["paths"]["/analyze"]["post"]["requestBody"]["content"]["multipart/form-data"]
    form = description["components"]["schemas"][routes["schema"]["$ref"].split("/")[-1]]
    assert form["required"] == ["image"]
    for name, field in form["properties"].items():
        assert field["description"]
        assert name in {"image", "query"} or field["examples"]
