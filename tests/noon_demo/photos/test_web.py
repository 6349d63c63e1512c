"""Photos named by an address on the web: from public hosts only, and no more than a photo's size."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import numpy as np
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from noon_demo.errors import RequestError
from noon_demo.photos import images, web
from noon_demo.photos.images import ImageTooLargeError
from tests.photos import MEALS
from tests.rest_server import host_served

MEAL = MEALS / "fruit.jpg"
PIECE = b"x" * 2**20


class Web(BaseHTTPRequestHandler):
    """A photo, an endless one, one that stalls, a missing one, and ways that lead elsewhere."""

    def do_GET(self) -> None:
        match self.path:
            case "/meal.jpg" | "/0":
                self.answer(200)
                self.wfile.write(MEAL.read_bytes())
            case "/endless.jpg":
                self.answer(200)
                try:
                    while True:
                        self.wfile.write(PIECE)
                except OSError:
                    pass  # the reader has had enough
            case "/stalled.jpg":
                self.answer(200)
                self.wfile.write(PIECE)
                self.rfile.read(1)  # until the reader leaves
            case "/packed.jpg":
                self.answer(200, encoding="gzip, gzip")
                self.wfile.write(gzip.compress(gzip.compress(bytes(2**25))))
            case "/6" | "/5" | "/4" | "/3" | "/2" | "/1":
                self.answer(302, f"/{int(self.path[1:]) - 1}")
            case "/round":
                self.answer(302, "/round")
            case "/inside":
                self.answer(302, "http://10.0.0.1/secret.jpg")
            case "/file":
                self.answer(302, "file:///etc/passwd")
            case _:
                self.answer(404)

    def answer(self, status: int, location: str = "", encoding: str = "identity") -> None:
        self.send_response(status)
        self.send_header("Content-Encoding", encoding)
        if location:
            self.send_header("Location", location)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def host() -> Iterator[str]:
    with host_served(Web) as url:
        yield url


@pytest.fixture
def public(monkeypatch):
    """This machine counts as a public host."""
    monkeypatch.setattr(web, "is_public", lambda address: address == "127.0.0.1")


def fetch(url: str, folder):
    return asyncio.run(web.fetch(url, folder))


@pytest.mark.parametrize("way", ["meal.jpg", "5"])
def test_a_photo_is_fetched(host, public, tmp_path, way):
    assert fetch(f"{host}/{way}", tmp_path).read_bytes() == MEAL.read_bytes()


def test_python_takes_an_address_even_where_an_event_loop_runs(host, public):
    async def notebook():
        return images.load(f"{host}/meal.jpg")

    assert np.array_equal(asyncio.run(notebook()), images.load(MEAL))


def test_no_more_is_read_than_a_photo_may_have(host, public, tmp_path):
    with pytest.raises(ImageTooLargeError):
        fetch(f"{host}/endless.jpg", tmp_path)
    assert not list(tmp_path.iterdir())


def test_what_a_host_packed_small_is_not_unpacked(host, public, tmp_path):
    assert fetch(f"{host}/packed.jpg", tmp_path).stat().st_size < 1000


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("100.100.100.200", False),  # inside a provider, as its machines' credentials are
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::1", False),
        ("fec0::1", False),
        ("fe80::1%1", False),
    ],
)
def test_which_addresses_are_public(address, is_public):
    assert web.is_public(address) == is_public


def test_a_download_that_is_ended_leaves_nothing(host, public, tmp_path):
    async def ended():
        download = asyncio.create_task(web.fetch(f"{host}/stalled.jpg", tmp_path))
        while not list(tmp_path.iterdir()):
            await asyncio.sleep(0.01)
        download.cancel()
        await download

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(ended())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("way", ["missing.jpg", "round", "6", "inside", "file"])
def test_ways_that_lead_to_no_photo_are_told_in_a_sentence(host, public, tmp_path, way):
    with pytest.raises(RequestError, match=r"^The photo can't be fetched from 127\.0\.0\.1; .*\.$"):
        fetch(f"{host}/{way}", tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "url", ["http://[::1", "http://", "http://no.such.host.invalid/a.jpg", "ftp://x/a.jpg"]
)
def test_addresses_that_lead_nowhere_are_told_in_a_sentence(tmp_path, url):
    with pytest.raises(RequestError, match="can't be fetched"):
        fetch(url, tmp_path)


def test_the_server_asks_no_host_of_its_own_network(server, host):
    with pytest.raises(AppError, match=r"can't be fetched from 127\.0\.0\.1"):
        Client(server, verbose=False).predict(
            {"path": f"{host}/meal.jpg", "meta": {"_type": "gradio.FileData"}}, api_name="/detect"
        )
