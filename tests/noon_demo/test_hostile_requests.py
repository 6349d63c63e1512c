"""Requests that no client sends: each is refused or ignored, none is a fault, and the log stays short."""

from __future__ import annotations

import itertools
import time

import httpx
import pytest

LOOK_S = 2.0
"""How long an answer that doesn't end is read."""
JUNK = [
    *(None, True, -1, 10**20, 1e308, "", "x" * 5000, "\0", "<script>", [], {}, [[[]]]),
    *({"path": None}, {"path": "/etc/passwd"}, {"path": "http://127.0.0.1:1/x"}, {"__type__": "update"}),
]
PATHS = [
    *(
        "/static/../../../etc/passwd",
        "/assets/..%2f..%2f..%2fetc/passwd",
        "/svelte/x",
        "/monitoring",
        "/login",
    ),
    *(
        "/logout",
        "/manifest.json",
        "/pwa_icon/9999999",
        "/pwa_icon/x",
        "/?__theme=x",
        "/?deep_link=x",
        "/%ff%fe",
    ),
    *(
        "//evil",
        "/api",
        "/api/",
        "/api/analyze",
        "/docs",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file=%00",
    ),
    *("/gradio_api/file=../../etc/passwd", "/gradio_api/file=" + "a" * 5000, "/gradio_api/file/etc/passwd"),
    *(
        "/gradio_api/proxy=http://127.0.0.1/",
        "/gradio_api/stream/x",
        "/gradio_api/stream/a/1/2/playlist.m3u8",
    ),
    *(
        "/gradio_api/queue/data?session_hash=nobody",
        "/gradio_api/call/analyze/nothing",
        "/gradio_api/vibe-code/",
    ),
    *(
        "/gradio_api/upload_progress?upload_id=x",
        "/gradio_api/info?all_endpoints=true",
        "/gradio_api/dev/reload",
    ),
    *("/gradio_api/openapi.json", "/gradio_api/runs", "/gradio_api/token", "/gradio_api/deep_link"),
]
BODIES = [
    *(b"", b"--x\r\n", b"{" * 1000, b"--x\r\nContent-Disposition: form-data\r\n\r\nabc\r\n--x--\r\n"),
    b'--x\r\nContent-Disposition: form-data; name="files"; filename="../../a.png"\r\n\r\nabc\r\n--x--\r\n',
]
TYPES = ["multipart/form-data", "multipart/form-data; boundary=x", "application/json", "text/plain", b"\xff"]


def calls(junk: object) -> list[tuple[str, object]]:
    """Gradio's routes with a value where it does not belong."""
    return [
        ("queue/join", {"fn_index": junk, "data": [], "session_hash": "a"}),
        ("queue/join", {"fn_index": 4, "data": junk, "session_hash": "a"}),
        ("queue/join", {"fn_index": 4, "data": [junk] * 9, "session_hash": junk}),
        ("queue/join", junk),
        ("call/analyze", {"data": [junk, junk, junk]}),
        ("call/lookup", {"data": [junk]}),
        ("call/v2/analyze", {"image": junk, "mode": junk}),
        ("run/status", {"fn_index": junk, "data": junk}),
        ("cancel", {"session_hash": junk, "fn_index": junk, "event_id": junk}),
        ("component_server", {"data": junk, "component_id": junk, "fn_name": junk, "session_hash": junk}),
        ("vibe-edit", {"prompt": junk}),
        ("mcp/", junk),
    ]


@pytest.fixture(scope="module")
def client(server):
    with httpx.Client(base_url=server, timeout=30) as client:
        yield client


def status(client: httpx.Client, method: str, path: str, **options: object) -> int:
    """The status of an answer, of which at most `LOOK_S` are read."""
    until = time.monotonic() + LOOK_S
    with client.stream(method, path, **options) as answer:
        if "text/event-stream" not in answer.headers.get("content-type", ""):
            for _ in answer.iter_raw():
                if time.monotonic() > until:
                    break
        return answer.status_code


def check(faults: list[object], client: httpx.Client, log: str) -> None:
    """Nothing failed, the server is well, and it said little."""
    assert not faults, log
    assert client.get("/api/health").json()["status"] == "ready"
    assert "Traceback" not in log, log
    assert len(log.splitlines()) < 60, log


def test_values_that_do_not_belong_there(client, server_folder):
    faults = [
        (path, str(body)[:80])
        for junk in JUNK
        for path, body in calls(junk)
        if status(client, "POST", f"/gradio_api/{path}", json=body) >= 500
    ]
    check(faults, client, (server_folder / "log").read_text())


def test_paths_that_are_not_there(client, server_folder):
    methods = ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE")
    asked = itertools.product(methods, PATHS)
    faults = [(method, path) for method, path in asked if status(client, method, path) >= 500]
    check(faults, client, (server_folder / "log").read_text())


def test_bodies_that_are_no_forms(client, server_folder):
    routes = ("/gradio_api/upload", "/api/analyze", "/gradio_api/queue/join", "/gradio_api/process_recording")
    faults = [
        (route, kind, body[:30])
        for route, kind, body in itertools.product(routes, TYPES, BODIES)
        if status(
            client,
            "POST",
            route,
            content=body,
            headers={"Content-Type": kind},
        )
        >= 500
    ]
    check(faults, client, (server_folder / "log").read_text())
