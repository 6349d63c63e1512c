"""Which files of the server a request may name: photos that were sent and the examples, nothing else."""

from __future__ import annotations

import json
import uuid

import httpx
import PIL.Image
import pytest
from gradio_client import Client, handle_file

from noon_demo.photos.uploads import EXAMPLES
from tests.conftest import ROOT

MEAL = min(EXAMPLES.glob("*.jpg"))
NO_PHOTO = "Please add a photo of a meal."
PROMPT = ["[[5, 5]]", "", "", ""]
"""Points, labels, box and key: what the event that outlines a food takes beside the photo."""
VALUES = {"textbox": "ml_only", "radio": "ml_only", "plate": "", "ticket": "analyze 1"}
FOUND = "calories"
"""What only the answer to a photo that was opened holds."""
PAGE = "plate"
"""Only the event that analyses the page's photo takes the plate's diameter beside it."""


def events_with_photos(server: str) -> list[tuple[int, list[str]]]:
    """Every event that takes a photo: its number and the types of its inputs."""
    config = httpx.get(f"{server}/config").json()
    types = {component["id"]: kind(component) for component in config["components"]}
    inputs = [(event["id"], [types[i] for i in event["inputs"]]) for event in config["dependencies"]]
    found = [(number, kinds) for number, kinds in inputs if {"photo", "file"} & set(kinds)]
    assert len(found) >= 6
    return found


def kind(component: dict) -> str:
    """What a component takes: the names of the page's own inputs, else Gradio's of the component."""
    name = component["props"].get("elem_id")
    return name if name in {"photo", "ticket", "plate"} else component["type"]


def answer(server: str, event: int, kinds: list[str], photo: object) -> str:
    """All that an event answers to a photo, as a raw client gets it."""
    session = uuid.uuid4().hex
    values = VALUES | {"file": photo, "photo": photo}
    outlines = kinds == ["file", *["textbox"] * len(PROMPT)]
    data = [photo, *PROMPT] if outlines else [values.get(kind) for kind in kinds]
    body = {"fn_index": event, "data": data, "session_hash": session}
    joined = httpx.post(f"{server}/gradio_api/queue/join", json=body)
    if joined.status_code != 200:
        return joined.text
    said = []
    with httpx.stream("GET", f"{server}/gradio_api/queue/data?session_hash={session}", timeout=60) as stream:
        for line in stream.iter_lines():
            if line.startswith("data:"):
                message = json.loads(line.removeprefix("data:"))
                said.append(json.dumps(message.get("output")))
                if message["msg"] in {"process_completed", "close_stream"}:
                    break
    return " ".join(said)


@pytest.mark.parametrize("meta", [{}, {"meta": {"_type": "gradio.FileData"}}], ids=["bare", "with meta"])
def test_no_event_opens_a_file_that_was_not_sent_nor_tells_whether_it_exists(server, tmp_path, meta):
    secret = tmp_path / "secret.png"
    PIL.Image.open(MEAL).save(secret)
    missing = tmp_path / "missing.png"
    for event, kinds in events_with_photos(server):
        answers = {
            answer(server, event, kinds, {"path": str(path), **meta})
            for path in (secret, missing, EXAMPLES / ".." / "screenshot.png")
        }
        asked = PAGE in kinds or "file" in kinds  # the others open no photo, or show it as it is
        assert {NO_PHOTO in text for text in answers} == {asked}, (kinds, answers)
        assert not any(trace in text for text in answers for trace in ("detected", "/file=", FOUND))


def test_a_link_inside_the_upload_folder_leads_nowhere(server):
    sent = httpx.post(f"{server}/gradio_api/upload", files={"files": ("a.png", MEAL.read_bytes())}).json()[0]
    planted = ROOT.joinpath(sent).with_name("planted.png")
    planted.symlink_to(ROOT / "assets" / "screenshot.png")
    event, kinds = next(item for item in events_with_photos(server) if PAGE in item[1])
    assert NO_PHOTO in answer(server, event, kinds, {"path": str(planted)})


def test_photos_that_were_sent_and_the_examples_are_opened(server):
    sent = httpx.post(f"{server}/gradio_api/upload", files={"files": ("a.jpg", MEAL.read_bytes())}).json()[0]
    event, kinds = next(item for item in events_with_photos(server) if PAGE in item[1])
    for path in (sent, str(MEAL)):
        assert FOUND in answer(server, event, kinds, {"path": path})
    _, result = Client(server, verbose=False).predict(handle_file(MEAL), mode="ml_only", api_name="/analyze")
    assert result["detected_items"]


def test_inputs_that_do_not_fit_are_answered_with_a_sentence(server):
    for event, _ in events_with_photos(server):
        assert "does not fit this endpoint" in answer(server, event, [], None)


@pytest.mark.parametrize(
    "photo",
    [
        *(None, "x", 7, [], [{"path": str(MEAL)}], {}, {"url": "http://127.0.0.1:1/a.png"}),
        *({"path": path} for path in (None, 3, "a\0b", "http://127.0.0.1:1/a.png", "a" * 300)),
    ],
)
def test_whatever_else_stands_for_a_photo_is_answered_by_asking_for_one(server, photo):
    event, kinds = next(item for item in events_with_photos(server) if PAGE in item[1])
    assert NO_PHOTO in answer(server, event, kinds, photo)
