"""Noon on a Space whose GPU is lent for each call: the real server and package `spaces`, but no GPU."""

import base64
import json
from collections.abc import Iterator

import httpx
import psutil
import pytest
from gradio_client import Client, handle_file

from tests.checkpoints import RECITAL
from tests.conftest import ROOT, start
from tests.local_server import server_process
from tests.photos import MEALS
from tests.zero_gpu_server import ZeroGpuServer

pytest.importorskip("spaces", reason="needs the package spaces: pip install -r tests/requirements.txt")

INSIGHTS = ("insights=llava_embedded", "insights._target_=tests.reciting_llava.load")
VISITOR = f"e30.{base64.urlsafe_b64encode(b'{}').decode()}.signature"
"""A token as Spaces put into the header `X-IP-Token`: a JSON Web Token."""
HOST = "me-noon.hf.space"
LENT = ["/schedule", "/allow", "/release"]
WAIT_S = 120


@pytest.fixture(scope="module")
def lender() -> Iterator[ZeroGpuServer]:
    with ZeroGpuServer() as lender:
        yield lender


@pytest.fixture(scope="module")
def client(lender, tmp_path_factory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("space")
    space = {
        "SYSTEM": "spaces",
        "SPACE_ID": "me/noon",
        "SPACE_HOST": HOST,
        "SPACES_ZERO_GPU": "true",
        "SPACES_ZERO_DEVICE_API_URL": lender.url,
        "ZEROGPU_OFFLOAD_DIR": str(folder / "weights"),
        "PYTHONPATH": str(ROOT),
    }
    with (
        start(folder, *INSIGHTS, program=ROOT / "tests" / "zero_gpu_app.py", **space) as (url, _),
        httpx.Client(base_url=url, timeout=WAIT_S) as client,
    ):
        yield client
    assert "Traceback" not in (folder / "log").read_text()


def analyze(client: httpx.Client, photo: str, **fields: str) -> dict:
    image = (MEALS / photo).read_bytes()
    return client.post("/api/analyze", files={"image": image}, data=fields).json()


def test_the_page_is_served_to_everybody_under_the_spaces_name(client):
    assert client.get("/", headers={"Host": HOST}).status_code == 200
    connections = server_process(str(client.base_url)).net_connections("tcp")
    assert {used.laddr.ip for used in connections if used.status == psutil.CONN_LISTEN} == {"0.0.0.0"}


def test_food_is_found_and_insights_are_written_with_a_gpu_lent_for_each(client, lender):
    found = analyze(client, "fruit.jpg", query="Is it balanced?")
    assert {item["label"] for item in found["detected_items"]} == {"banana", "apple", "orange"}
    assert found["insights"] == RECITAL
    assert client.get("/api/health").json()["device"] == "cuda"
    assert lender.asked == ["/startup-report", *LENT, *LENT]


def test_a_food_is_taught_with_a_gpu_lent(client, lender):
    found = analyze(client, "fruit.jpg", mode="ml_only")
    lender.asked.clear()
    form = {"image_key": found["image"]["key"], "box": json.dumps(found["detected_items"][0]["bbox"])}
    taught = {"name": "tortilla", **client.post("/api/teach", data=form).json()}
    again = analyze(client, "fruit.jpg", mode="ml_only", taught=json.dumps([taught]))
    assert again["detected_items"][0]["label"] == "tortilla"
    assert lender.asked[:3] == LENT


def test_gradios_clients_have_the_gpu_lent_to_their_own_quota(client, lender):
    noon = Client(str(client.base_url), headers={"X-IP-Token": VISITOR}, verbose=False)
    photo = handle_file(MEALS / "breakfast.jpg")
    _, found = noon.submit(photo, mode="ml_only", api_name="/analyze").result(timeout=WAIT_S)
    assert found["detected_items"]
    assert lender.visitors == [VISITOR]


def test_a_sentence_says_that_no_gpu_was_lent(client, lender, monkeypatch):
    monkeypatch.setattr(lender, "is_exhausted", True)
    refused = analyze(client, "pizza.jpg", mode="ml_only")
    assert "The Space's GPU could not be used" in refused["error"]
