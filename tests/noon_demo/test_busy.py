"""What a script meets while more come than a model can serve."""

from __future__ import annotations

import asyncio
import base64
import io
import logging
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import numpy as np
import PIL.Image
import pytest
from pydantic import ValidationError
from starlette.applications import Starlette

from ml.errors import NoonError
from ml.types import Detections, Image, MealFacts, Nutrients, PhotoAnalysis
from noon_demo.edits import RecalculateRequest
from noon_demo.errors import RequestError
from noon_demo.mcp.server import Agents
from noon_demo.middleware.guard import MCP
from noon_demo.photos.uploads import Uploads
from noon_demo.schemas import AnalysisResponse
from noon_demo.service import AnalysisService
from tests.conftest import eventually
from tests.rest_server import app_served, rest_served

PATIENCE_S = 60
ACCEPTED = {"Accept": "application/json, text/event-stream"}
"""What an agent accepts as an answer."""


class OneAtATime:
    """Stands for the models and their detectors: each photo takes until it is let go."""

    is_loading = False
    device = "cpu"

    def __init__(self) -> None:
        self.let_go = threading.Semaphore(0)
        self.seen = 0

    @property
    def detectors(self) -> OneAtATime:
        return self

    def get(self, visitor: str) -> OneAtATime:
        return self

    @property
    def versions(self) -> dict[str, str]:
        return {"segmenter": "stub"}

    def detect(self, pixels: Image, *_: object) -> Detections:
        self.seen += 1
        self.let_go.acquire()
        raise NoonError("There is no model here.")

    def statuses(self) -> list:
        return []

    def grounding(self) -> dict:
        return {}


class SlowToEncode(OneAtATime):
    """Stands for models whose results take until they are let go to encode, as large masks do."""

    def detect(self, pixels: Image, *_: object) -> Detections:
        return Detections(pixels, ())

    def weigh(self, detections: Detections, *_: object) -> PhotoAnalysis:
        zero = Nutrients(*[0.0] * 8)
        facts = MealFacts((), zero, zero, zero, None)
        return PhotoAnalysis(detections.image, facts, {}, {}, self)

    def with_products(self, photo: PhotoAnalysis) -> PhotoAnalysis:
        return photo

    def warnings(self, mode: str) -> tuple[str, ...]:
        return ()

    def __iter__(self) -> Iterator[str]:
        """The warnings of a result, which are read when it is encoded."""
        self.seen += 1
        self.let_go.acquire()
        return iter(["It took a while."])


def photo(number: int) -> bytes:
    """A photo that no other number has."""
    file = io.BytesIO()
    PIL.Image.fromarray(np.full((64, 64, 3), number, np.uint8)).save(file, "PNG")
    return file.getvalue()


def post(
    url: str, number: int, timeout: float = PATIENCE_S, headers: dict[str, str] | None = None
) -> httpx.Response:
    """Send a photo that no other number has."""
    files = {"image": photo(number)}
    return httpx.post(f"{url}/api/analyze", files=files, headers=headers, timeout=timeout)


def call_analyze(sent: bytes, meta: dict) -> dict:
    """What an agent posts to have a photo analysed."""
    image = f"data:image/png;base64,{base64.b64encode(sent).decode()}"
    call = {"name": "analyze", "arguments": {"image": image}, "_meta": meta}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}


@pytest.fixture
def models():
    return OneAtATime()


def test_a_full_line_answers_503_with_a_time_and_health_never_waits(models):
    service = AnalysisService(models, 0, most_waiting=4)
    with rest_served(service) as url, ThreadPoolExecutor(12) as pool:
        answers = [pool.submit(post, url, number) for number in range(12)]
        until = time.monotonic() + PATIENCE_S
        served = service._cores.at_once + 1 + 2  # one is opened meanwhile, and two wait from one address
        while sum(answer.done() for answer in answers) < 12 - served:
            assert time.monotonic() < until
            assert httpx.get(f"{url}/api/health", timeout=5).status_code == 503  # without any part
        models.let_go.release(12)
        statuses = [answer.result() for answer in answers]
    refused = [answer for answer in statuses if "Retry-After" in answer.headers]
    assert len(refused) == 12 - served
    assert {answer.status_code for answer in refused} == {503}
    assert all(int(answer.headers["Retry-After"]) >= 1 for answer in refused)
    assert all(answer.json()["error"].startswith("Noon is busy, with ") for answer in refused)
    assert models.seen == served


@pytest.mark.skipif(sys.platform != "linux", reason="there is no full device elsewhere")
def test_a_full_disk_is_told_in_a_sentence(models, monkeypatch):
    with Path("/dev/full").open("r+b", buffering=0) as full, rest_served(AnalysisService(models, 0)) as url:
        monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: full)
        answer = httpx.post(f"{url}/api/analyze", files={"image": bytes(2**21)})
    assert (answer.status_code, answer.json()) == (
        507,
        {"error": "The server's disk is full; please try again later."},
    )


def test_who_leaves_gives_the_place_in_line_to_others(models):
    service = AnalysisService(models, 0, most_waiting=4)
    with rest_served(service) as url, ThreadPoolExecutor(8) as pool:
        running = [pool.submit(post, url, number) for number in range(service._cores.at_once + 1)]
        eventually(lambda: service._photos._serving == len(running))
        with pytest.raises(httpx.ReadTimeout):
            post(url, 9, timeout=0.5)
        eventually(lambda: service._photos.waiting == 0)
        models.let_go.release(len(running) + 1)
        for answer in running:
            answer.result()
    assert models.seen == len(running)


@pytest.mark.parametrize("meta", [{}, {"progressToken": 1}], ids=["untold", "told of the progress"])
def test_an_agent_that_hangs_up_gives_its_place_to_others(models, tmp_path, caplog, meta):
    caplog.set_level(logging.ERROR)
    service = AnalysisService(models, 0, most_waiting=4)
    photos, _ = service.lines
    agents = Agents(service, Uploads(tmp_path), 8)
    app = Starlette(routes=agents.routes, lifespan=agents.lifespan)
    with app_served(app) as url, ExitStack() as turns:
        for number in range(photos.slots):
            turns.enter_context(photos.turn(f"visitor {number}"))
        with httpx.stream("POST", f"{url}{MCP}", json=call_analyze(b"a photo", meta), headers=ACCEPTED):
            eventually(lambda: photos.waiting == 1)
        eventually(lambda: photos.waiting == 0)
    assert not caplog.messages


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_health_is_told_while_a_result_is_encoded(accept):
    models = SlowToEncode()
    with rest_served(AnalysisService(models, 0)) as url, ThreadPoolExecutor(1) as pool:
        answer = pool.submit(post, url, 1, headers={"Accept": accept})
        eventually(lambda: models.seen)
        try:
            assert httpx.get(f"{url}/api/health", timeout=5).status_code == 503  # without any part
        finally:
            models.let_go.release()
        assert "It took a while." in answer.result().text


def test_agents_are_answered_while_a_result_is_encoded(tmp_path):
    models = SlowToEncode()
    agents = Agents(AnalysisService(models, 0), Uploads(tmp_path), 8)
    app = Starlette(routes=agents.routes, lifespan=agents.lifespan)
    body = call_analyze(photo(1), {})
    with app_served(app) as url, ThreadPoolExecutor(1) as pool:
        answer = pool.submit(httpx.post, f"{url}{MCP}", json=body, headers=ACCEPTED, timeout=PATIENCE_S)
        eventually(lambda: models.seen)
        try:
            assert httpx.get(f"{url}{MCP}/schema", timeout=5).status_code == 200
        finally:
            models.let_go.release()
        assert "It took a while." in answer.result().text


def test_a_meal_sent_for_correction_is_checked_in_a_thread_so_that_others_are_served(monkeypatch):
    def read(given: object) -> RecalculateRequest:
        with pytest.raises(RuntimeError):
            asyncio.get_running_loop()
        raise RequestError(f"Read in a thread: {given}.")

    monkeypatch.setattr(RecalculateRequest, "read", read)
    with rest_served(AnalysisService(OneAtATime(), 0)) as url:
        answer = httpx.post(f"{url}/api/recalculate", json={"edits": []})
    assert answer.json() == {"error": "Read in a thread: {'edits': []}."}


@pytest.mark.parametrize("name", ["detected_items", "barcodes", "warnings"])
def test_of_a_meal_with_nothing_right_in_it_one_fault_is_looked_for(name):
    with pytest.raises(ValidationError) as refused:
        AnalysisResponse.model_validate({name: [{}] * 10_000})
    assert refused.value.error_count() < 100
