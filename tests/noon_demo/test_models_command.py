"""`noon models` and the page `/admin` exchange the models of a running server."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from ml.versions.card import version_of
from tests.conftest import ROOT, environment, served
from tests.photos import MEALS
from tests.weights import copy_version

TOKEN = "a token for these tests"
MEAL = (MEALS / "fruit.jpg").read_bytes()
SHIPPED, SEGMENTER = (version_of(ROOT / "assets" / part) for part in ("recognizer", "segmenter"))
WAIT_S = 90


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("versions")


@pytest.fixture(scope="module")
def client(folder):
    (folder / "training").mkdir()
    settings = {"NOON_MODELS": str(folder / "models"), "NOON_WATCH": str(folder / "training")}
    with (
        served(folder, NOON_ADMIN_TOKEN=TOKEN, **settings) as url,
        httpx.Client(base_url=url, timeout=WAIT_S) as client,
    ):
        yield client


def noon_models(folder, *arguments):
    """What the command prints, and its status."""
    done = subprocess.run(
        [sys.executable, ROOT / "app.py", "models", *arguments],
        env=environment(NOON_MODELS=str(folder / "models")),
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        check=False,
    )
    return done.stdout + done.stderr, done.returncode


def wait_for(client, version, part="recognizer"):
    """Wait until a version answers."""
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until:
        status = next(s for s in client.get("/api/health").json()["parts"] if s["part"] == part)
        if status["version"] == version and not status["message"]:
            return
        time.sleep(0.2)
    pytest.fail(f"{version} doesn't answer: {status}")


def analyze(client):
    form = {"mode": (None, "ml_only"), "image": MEAL}
    return client.post("/api/analyze", files=form)


def test_a_version_that_is_added_and_chosen_answers_within_seconds_and_no_request_fails(client, folder):
    copy_version("recognizer", "better", folder)
    wait_for(client, SHIPPED)
    assert noon_models(folder, "add", str(folder / "better"))[1] == 0
    answers, over = [], threading.Event()

    def visit():
        while not over.is_set():
            answers.append(analyze(client))

    visitor = threading.Thread(target=visit)
    visitor.start()
    assert noon_models(folder, "use", "recognizer", "better")[1] == 0
    wait_for(client, "better")
    over.set()
    visitor.join()
    assert {answer.status_code for answer in answers} == {200}
    assert analyze(client).json()["versions"] == {"segmenter": SEGMENTER, "recognizer": "better"}
    listed, _ = noon_models(folder, "list")
    assert "* better  added" in listed
    told, status = noon_models(folder, "remove", "recognizer", "better")
    assert (told, status) == ("better is in use: choose another recognizer first.\n", 1)


def test_a_checkpoint_that_a_training_writes_is_taken_up_once_it_is_whole(client, folder):
    whole = copy_version("segmenter", "trained", folder)
    sums = (whole / "SHA256SUMS").read_text()
    (whole / "SHA256SUMS").unlink()
    growing = whole.rename(folder / "training" / "trained")
    time.sleep(3)
    wait_for(client, SEGMENTER, "segmenter")
    (growing / "SHA256SUMS").write_text(sums)
    wait_for(client, "trained", "segmenter")


def test_who_knows_the_token_exchanges_versions_on_a_page(client):
    page = client.get("/admin")
    assert "password" in page.text
    assert SHIPPED not in page.text
    shown = client.post("/admin", data={"token": TOKEN})
    assert shown.status_code == 200
    assert "no-store" in shown.headers["cache-control"]
    assert f'value="use recognizer {SHIPPED}"' in shown.text
    assert (
        f"{SHIPPED} is chosen"
        in client.post("/admin", data={"token": TOKEN, "do": f"use recognizer {SHIPPED}"}).text
    )
    wait_for(client, SHIPPED)
    back = client.post("/admin", data={"token": TOKEN, "do": "rollback recognizer"})
    assert "is chosen" in back.text
    told = client.post("/admin", data={"token": TOKEN, "do": "use recognizer <b>"})
    assert "There is no recognizer &lt;b&gt; here" in told.text


def test_guesses_of_the_token_are_limited_and_change_nothing(client):
    guess = {"token": "another token", "do": f"use recognizer {SHIPPED}"}
    statuses = [client.post("/admin", data=guess).status_code for _ in range(12)]
    assert statuses == [403] * 10 + [429] * 2
    assert client.post("/admin", data={"token": TOKEN}).status_code == 429


def test_without_a_token_there_is_no_such_page(server):
    assert httpx.get(f"{server}/admin").status_code == 404
    assert httpx.post(f"{server}/admin", data={"token": ""}).status_code in {404, 405}


@pytest.mark.parametrize("percent", ["ten", "101"])
def test_a_percentage_that_is_none_is_told_in_a_sentence(tmp_path, percent):
    said, status = noon_models(tmp_path, "try", "recognizer", SHIPPED, "--percent", percent)
    assert (said.rpartition("--percent: ")[2], status) == (f"must be from 0 to 100, not {percent}\n", 2)
