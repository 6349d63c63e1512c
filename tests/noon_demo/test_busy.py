"""What a script meets while more come than a model can serve."""

from __future__ import annotations

import base64
import io
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import numpy as np
import PIL.Image
import pytest
from starlette.applications import Starlette

from ml.errors import NoonError
from noon_demo.agents import Agents
from noon_demo.guard import MCP
from noon_demo.service import AnalysisService
from noon_demo.uploads import Uploads
from tests.rest_server import app_served, rest_served

PATIENCE_S = 60


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

    def detect(self, *_: object) -> None:
        self.seen += 1
        self.let_go.acquire()
        raise NoonError("There is no model here.")

    def statuses(self) -> list:
        return []

    def grounding(self) -> dict:
        return {}


def post(url: str, number: int, timeout: float = PATIENCE_S) -> httpx.Response:
    """Send a photo that no other number has."""
    file = io.BytesIO()
    PIL.Image.fromarray(np.full((64, 64, 3), number, np.uint8)).save(file, "PNG")
    return httpx.post(f"{url}/api/analyze", files={"image": file.getvalue()}, timeout=timeout)


def eventually(condition) -> None:
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


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
    service = AnalysisService(models, 0, most_waiting=4)
    photos, _ = service.lines
    agents = Agents(service, Uploads(tmp_path), 8)
    image = f"data:image/png;base64,{base64.b64encode(b'a photo').decode()}"
    call = {"name": "analyze", "arguments": {"image": image}, "_meta": meta}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    accepted = {"Accept": "application/json, text/event-stream"}
    app = Starlette(routes=agents.routes, lifespan=agents.lifespan)
    with app_served(app) as url, ExitStack() as turns:
        for number in range(photos.slots):
            turns.enter_context(photos.turn(f"visitor {number}"))
        with httpx.stream("POST", f"{url}{MCP}", json=body, headers=accepted):
            eventually(lambda: photos.waiting == 1)
        eventually(lambda: photos.waiting == 0)
    assert not caplog.messages
