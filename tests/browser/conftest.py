"""A page with a meal on it, and a server whose insights a slow, faulty or endless model writes."""

from __future__ import annotations

import pytest

from tests.chromium import DESKTOP, PHONE
from tests.conftest import served
from tests.meal_page import show
from tests.openai_server import ChatServer


@pytest.fixture(scope="session")
def _chat():
    with ChatServer() as chat_server:
        yield chat_server


@pytest.fixture(scope="session")
def remote_server(_chat, tmp_path_factory):
    """Address of Noon with the chat server's model behind the insights."""
    remote = {"NOON_REMOTE_BASE_URL": _chat.url, "NOON_REMOTE_MODEL": "llava"}
    with served(tmp_path_factory.mktemp("remote"), "insights=remote", **remote) as url:
        yield url


@pytest.fixture
def chat(_chat):
    """The chat server, as a new one."""
    _chat.text, _chat.status, _chat.delay_s, _chat.word_delay_s = "A colourful plate.", 200, 0.0, 0.0
    _chat.left.clear()
    _chat.requests.clear()
    _chat.asked.clear()
    return _chat


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def viewport(request):
    """Of a desktop and of a phone, unless a file has one of its own."""
    return request.param


@pytest.fixture
def page(open_page, viewport):
    """The page with an analysed example."""
    page = open_page(viewport)
    show(page)
    return page
