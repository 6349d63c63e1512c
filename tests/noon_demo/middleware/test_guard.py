"""What every request passes first: hosts, sizes, time limits and headers."""

from __future__ import annotations

import logging
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from noon_demo.middleware import connections, guard
from noon_demo.middleware.guard import Guard, Hosts
from noon_demo.watching import logs

HUGE = 200 * 2**20


@pytest.mark.parametrize(
    "host", ["127.0.0.1:7860", "localhost", "LOCALHOST:1", "[::1]:7860", "192.168.0.7", socket.gethostname()]
)
def test_noon_is_asked_for_by_its_addresses_and_names(host):
    assert host in Hosts([])


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "[::1", "evil@localhost:x"],
)
def test_names_that_others_may_point_here_are_refused(host):
    assert host not in Hosts([])


def test_further_names_can_be_allowed(monkeypatch):
    hosts = Hosts(["noon.example", "*.hf.space"])
    assert all(host in hosts for host in ("noon.example:443", "me-noon.hf.space"))
    assert "hf.space.example" not in hosts
    assert "anything.example" in Hosts(["*"])
    monkeypatch.setenv("SPACE_HOST", "me-noon.hf.space")
    assert "me-noon.hf.space" in Hosts([])


def test_a_foreign_name_gets_no_page_and_no_api(server):
    for path in ("/", "/config", "/api/health", "/gradio_api/info"):
        answer = httpx.get(f"{server}{path}", headers={"Host": "rebound.example"})
        assert (answer.status_code, list(answer.json())) == (421, ["error"])


def test_every_answer_says_what_a_browser_may_do_with_it(server):
    for path in ("/", "/api/health", "/theme.css", "/gradio_api/upload"):
        headers = httpx.get(f"{server}{path}").headers
        assert headers["x-content-type-options"] == "nosniff"
        policy = headers["content-security-policy"]
        assert "frame-ancestors 'self' https://huggingface.co https://*.hf.space" in policy
        allowed = policy.replace("https://huggingface.co", "").replace("https://*.hf.space", "")
        assert not re.search(r"https?:|\*", allowed)


@pytest.mark.parametrize("path", ["/api/analyze", "/gradio_api/upload", "/gradio_api/queue/join", "/config"])
@pytest.mark.parametrize("length", ["Content-Length: 100\r\n", ""], ids=["lying", "unstated"])
def test_bytes_are_counted_as_they_come_whatever_the_length_says(server, path, length):
    boundary = "x" * 8
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{length}Transfer-Encoding: chunked\r\n"
        f"Content-Type: multipart/form-data; boundary={boundary}\r\n\r\n"
    )
    part = f'--{boundary}\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n'
    piece = b"x" * 2**20
    sent = 0
    with connected(server) as connection:
        connection.settimeout(60)
        connection.sendall(head.encode() + chunk(part.encode()))
        try:
            while sent < HUGE:
                connection.sendall(chunk(piece))
                sent += len(piece)
        except OSError:
            pass  # turned away
        answer = received(connection)
    assert not answer or re.match(rb"HTTP/1.1 (4\d\d)", answer), answer[:200]
    assert b" 200 " not in answer[:20]


def test_a_photo_sent_in_chunks_is_taken(server, tmp_path):
    def pieces() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n'
        yield b"no image"
        yield b"\r\n--b--\r\n"

    answer = httpx.post(
        f"{server}/api/analyze",
        content=pieces(),
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )
    assert (answer.status_code, "not an image" in answer.json()["error"]) == (400, True)


async def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


async def fail(request: Request) -> PlainTextResponse:
    raise RuntimeError("/secret/path")


@pytest.fixture
def hasty(monkeypatch) -> Iterator[str]:
    """Address of a small app behind the guard, whose patience is short."""
    monkeypatch.setattr(guard, "CHUNK_S", 0.5)
    monkeypatch.setattr(guard, "BODY_S", 2.0)
    monkeypatch.setattr(connections, "HEADERS_S", 1.0)
    app = Starlette(
        routes=[Route("/", echo, methods=["GET", "POST"]), Route("/fail", fail)],
        middleware=[Middleware(Guard, hosts=Hosts([]))],
    )
    config = uvicorn.Config(app, port=0, http=connections.PatientProtocol, log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.mark.parametrize(
    "head", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: loc"], ids=["none", "line", "host"]
)
def test_a_connection_on_which_no_request_comes_is_closed(hasty, head):
    with connected(hasty) as connection:
        connection.sendall(head)
        assert received(connection) == b""


def test_a_head_sent_byte_by_byte_is_not_waited_for_longer(hasty):
    with connected(hasty) as connection:
        started = time.monotonic()
        with pytest.raises(OSError):
            while time.monotonic() - started < 15:
                connection.sendall(b"G")
                time.sleep(0.1)


def test_a_body_that_stalls_is_told_so(hasty):
    with connected(hasty) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc")
        answer = received(connection)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"too slowly" in answer


def test_a_body_that_drips_is_cut_off(hasty):
    with connected(hasty) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\n")
        with pytest.raises(OSError):
            for _ in range(150):
                connection.sendall(b"a")
                time.sleep(0.1)


def test_connections_in_use_are_left_alone(hasty):
    with httpx.Client() as client:
        for _ in range(3):
            assert client.post(hasty, content=b"abc").text == "3"
            time.sleep(0.6)


def test_more_connections_than_files_allow_are_refused_and_the_others_served(hasty, monkeypatch):
    monkeypatch.setattr(connections.PatientProtocol, "most_connections", 3)
    with httpx.Client() as client:
        assert client.get(hasty).status_code == 200
        open_ones = [socket.create_connection(urlsplit(hasty).netloc.split(":")) for _ in range(20)]
        assert client.get(hasty).status_code == 200
        for connection in open_ones:
            connection.close()


def test_what_nobody_foresaw_is_a_sentence_to_the_client_and_a_line_in_the_log(hasty, caplog):
    answer = httpx.get(f"{hasty}/fail")
    assert (answer.status_code, list(answer.json())) == (500, ["error"])
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith("GET /fail failed: RuntimeError at test_guard.py:")
    assert "secret" not in answer.text + line


def test_the_log_says_a_thing_once(caplog):
    logger = logging.getLogger("noon_test")
    once = logs.Once()
    logger.addFilter(once)
    for _ in range(1000):
        logger.error("out of files")
    logger.error("another thing")
    assert [record.getMessage() for record in caplog.records] == ["out of files", "another thing"]


@contextmanager
def connected(url: str) -> Iterator[socket.socket]:
    with socket.create_connection(urlsplit(url).netloc.split(":")) as connection:
        connection.settimeout(20)
        yield connection


def received(connection: socket.socket) -> bytes:
    """An answer, or what came of it until the other side closed; nothing if it broke off."""
    said = b""
    try:
        while piece := connection.recv(65536):
            said += piece
            head, _, body = said.partition(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head)
            if length and len(body) >= int(length[1]):
                break
    except ConnectionError:
        pass
    return said


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)
