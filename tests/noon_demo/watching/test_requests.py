"""What requests are called, and the log as JSON lines."""

from __future__ import annotations

import json
import logging
import socket

import gradio as gr
import httpx
import pytest
from gradio_client import Client
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from noon_demo import rest
from noon_demo.edits import Edits
from noon_demo.middleware.guard import PHOTO_ROUTES, Guard, Hosts
from noon_demo.ml_inference import nutrition_response
from noon_demo.ui.blocks import PublicBlocks
from noon_demo.watching import logs, request_ids
from noon_demo.watching.events import Events
from noon_demo.watching.journal import Journal
from noon_demo.watching.requests import LEFT, Requests, route_of
from tests.conftest import eventually, free_port
from tests.noon_demo.watching.notes import Notes
from tests.rest_server import app_served


def worker(request: Request) -> JSONResponse:
    """Runs in a thread of its own, since it isn't async."""
    return JSONResponse({"called": request_ids.current()}, 202)


@pytest.fixture
def notes():
    return Notes()


@pytest.fixture
def client(notes):
    middleware = [Middleware(Requests, events=Events(notes))]
    return TestClient(Starlette(routes=[Route("/api/health", worker)], middleware=middleware))


@pytest.mark.parametrize("name", ["abc-1", "0af7651916cd43dd8448eb211c80319c", "x" * 64])
def test_a_request_keeps_the_name_that_it_comes_with(client, name):
    answer = client.get("/api/health", headers={"X-Request-ID": name})
    assert answer.headers["X-Request-ID"] == answer.json()["called"] == name


@pytest.mark.parametrize("unfit", ["", "x" * 65, "two words", '{"a": 1}', "<script>"])
def test_an_unfit_name_is_replaced(client, unfit):
    answers = [client.get("/api/health", headers={"X-Request-ID": unfit}) for _ in range(2)]
    names = {answer.headers["X-Request-ID"] for answer in answers}
    assert len(names) == 2
    assert all(len(name) == 32 for name in names)
    assert request_ids.current() == ""


def test_events_of_the_page_work_for_the_request_that_started_them():
    with PublicBlocks() as blocks:
        gr.on([], request_ids.current, None, gr.Textbox(), api_name="named")
    blocks.queue().launch(
        server_port=free_port(),
        prevent_thread_lock=True,
        quiet=True,
        app_kwargs={"middleware": [Middleware(Requests, events=Events())]},
    )
    try:
        client = Client(blocks.local_url, headers={"X-Request-ID": "from-a-script"}, verbose=False)
        assert client.predict(api_name="/named") == "from-a-script"
    finally:
        blocks.close()


def test_requests_are_told_of_by_routes_of_a_fixed_set(client, notes, service):
    client.get("/api/health")
    client.request("PROPFIND", "/api/health/secret?q=mine")
    client.post("/wp-admin.php")
    told = [(route, method, status) for route, method, status, _ in notes.of("requested")]
    expected = [("/api/health", "GET", 202), ("/api/health", "other", 404), ("other", "POST", 404)]
    assert told == expected
    ours = [f"/api{path}" for path in rest.build(service, 1).openapi()["paths"]]
    assert {route: route_of(route) for route in ours} == {route: route for route in ours}
    assert all(route_of(f"/below{route}") == route for route in PHOTO_ROUTES)
    assert (route_of("/"), route_of("/noon/"), route_of("/secret")) == ("/", "/", "other")
    assert {route_of(path) for path in ("/api/healthz", "/api/foods-of-others", "/administer")} == {"other"}


async def received(request: Request) -> JSONResponse:
    return JSONResponse(len(await request.body()))


def broken(request: Request) -> JSONResponse:
    raise RuntimeError("a fault")


@pytest.fixture
def guarded(notes):
    """Routes behind the guard, as they are served."""
    middleware = [Middleware(Requests, events=Events(notes)), Middleware(Guard, hosts=Hosts(["*"]))]
    routes = [Route("/admin", broken), Route("/gradio_api/upload", received, methods=["POST"])]
    return Starlette(routes=routes, middleware=middleware)


def test_what_nobody_foresaw_is_told_as_an_error_of_the_server(guarded, notes):
    answer = TestClient(guarded).get("/admin", headers={"X-Request-ID": "abc-1"})
    assert (answer.status_code, answer.headers["X-Request-ID"]) == (500, "abc-1")
    assert [status for _, _, status, _ in notes.of("requested")] == [500]


def test_a_client_that_leaves_while_it_sends_is_no_error_of_the_server(guarded, notes, caplog):
    caplog.set_level(logging.ERROR)
    with app_served(guarded) as url, socket.create_connection(("127.0.0.1", httpx.URL(url).port)) as client:
        client.sendall(b"POST /gradio_api/upload HTTP/1.1\r\nHost: noon\r\nContent-Length: 99\r\n\r\nhalf")
        client.close()
        eventually(lambda: notes.told)
    assert [status for _, _, status, _ in notes.of("requested")] == [LEFT]
    assert not caplog.records


def test_the_log_as_json_tells_what_happened_and_nothing_personal(service, fruit, caplog):
    service.events.watch(Journal())
    with request_ids.working_for("abc-1"):
        *_, result = service.stream(fruit, "Is Anna's lunch sweet?", visitor="203.0.113.9")
        edits = Edits.validate_python([{"edit": "rename", "id": 1, "food": "Anna's pie"}])
        service.recalculate(nutrition_response(result), edits[:0])
        service.events.corrected(nutrition_response(result), edits, "203.0.113.9")
        service.events.failed("recognizer", "v1", RuntimeError("/home/anna"), "203.0.113.9")
        lines = [json.loads(logs.JsonLines().format(record)) for record in caplog.records]
    assert {line["request"] for line in lines} == {"abc-1"}
    by_event = {line["event"]: line for line in lines}
    assert by_event["analyzed"]["foods"] == 3
    assert by_event["analyzed"]["versions"]["segmenter"]
    assert by_event["corrected"]["edits"] == ["rename"]
    assert by_event["failed"]["error"] == "RuntimeError"
    text = json.dumps(lines).lower()
    assert not any(word in text for word in ("anna", "203.0", "sweet", "pie"))


def test_events_are_logged_each_time_and_messages_once():
    once = logs.Once()

    def passes(**more):
        record = logging.LogRecord("noon_demo", logging.INFO, "", 1, "waited", None, None)
        vars(record).update(more)
        return once.filter(record)

    assert [passes(), passes(), passes(fields={}), passes(fields={})] == [True, False, True, True]
