"""A real Chromium that opens Noon's page and refuses it every other host, and what a person does there."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, expect, sync_playwright

from tests.photos import MEAL

PHONE = {"width": 390, "height": 844}
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NETWORK = "network.mojom.NetworkService"
"""Which of Chromium's processes holds its connections."""
FORGET = """for (const event of ["pagehide", "visibilitychange"])
    addEventListener(event, () => origin === "null" || sessionStorage.clear())"""
"""Has a page clear the tab's storage when it is left, after the page's own scripts have filled it."""
ANSWER_MS = 120_000
DESKTOP = {"width": 1280, "height": 900}

MODEL_ONLY = "Insight model only, without outlines"
ENDLESS, WORD_S = "This plate pleases. " * 500, 0.05
"""An answer, and the seconds between its words, that a test can interrupt."""
LEFT_S = 15
"""In which a model must be left, on a busy machine; the answer above lasts longer."""

expect.set_options(timeout=ANSWER_MS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The machine's Chromium or Chrome; Playwright's event loop goes with the module."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("no Chromium on this machine; the browser tests need it: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


class Visitor:
    """A context of the browser, in which one visitor after another opens the page as for the first time.

    Only what has been fetched and compiled stays, which makes all but the first visit quicker.
    """

    def __init__(self, browser: Browser, settings: dict[str, Any]) -> None:
        self.settings = settings
        self.requested: list[str] = []
        self.errors: list[str] = []
        self._context = browser.new_context(**settings)
        self._context.on("request", lambda request: self.requested.append(request.url))
        self._context.on("weberror", lambda error: self.errors.append(str(error.error)))
        self._context.on("console", self._note)
        self._context.on("page", _watch_choosers)
        self._origin = ""

    def visit(self, address: str) -> Page:
        """The page at an address."""
        self._origin = "://".join(urlsplit(address)[:2])
        page = self._context.pages[0] if self._context.pages else self._context.new_page()
        page.goto(address)
        expect_loaded(page)
        return page

    def leave(self) -> None:
        """Close what is open, and forget what the page stored."""
        page, *further = self._context.pages or [self._context.new_page()]
        for other in further:
            other.close()
        page.unroute_all(behavior="ignoreErrors")
        page.mouse.move(0, 0)
        page.evaluate(FORGET)
        page.goto("about:blank")
        stored = {"origin": self._origin, "storageTypes": "indexeddb,local_storage"}
        self._context.new_cdp_session(page).send("Storage.clearDataForOrigin", stored)
        self.requested.clear()
        self.errors.clear()  # such as those of requests that leaving broke off

    def close(self) -> None:
        self._context.close()

    def _note(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.errors.append(message.text)


def _watch_choosers(page: Page) -> None:
    """Be told of file choosers from the first: it takes Chromium a moment to leave them to us."""
    page.on("filechooser", lambda _: None)


@pytest.fixture(scope="module")
def _visitors(browser: Browser) -> Iterator[list[Visitor]]:
    """Those who are not on the page now."""
    visitors: list[Visitor] = []
    yield visitors
    for visitor in visitors:
        visitor.close()


@pytest.fixture
def open_page(browser: Browser, _visitors: list[Visitor], server: str):
    """Opens the page as somebody new; fails on errors and on requests to other hosts.

    Called as `open_page(viewport, color_scheme, …)`; further settings are of Playwright's `new_context`.
    On a viewport of a phone there is touch.
    """
    present: list[Visitor] = []

    def open_(viewport=DESKTOP, color_scheme="light", **further) -> Page:
        touch = {"has_touch": True, "is_mobile": True} if viewport == PHONE else {}
        looks = {"viewport": viewport, "color_scheme": color_scheme}
        settings = {"locale": "en-US", **looks, **touch, **further}
        visitor = next((visitor for visitor in _visitors if visitor.settings == settings), None)
        if visitor is None:
            visitor = Visitor(browser, settings)
        else:
            _visitors.remove(visitor)
        present.append(visitor)
        return visitor.visit(server)

    yield open_
    ours = {"", urlsplit(server).netloc}
    foreign = [url for visitor in present for url in visitor.requested if urlsplit(url).netloc not in ours]
    errors = [error for visitor in present for error in visitor.errors]
    for visitor in present:
        visitor.leave()
    _visitors += present
    assert not foreign
    assert not errors


def expect_loaded(page: Page) -> None:
    """The page's own scripts run."""
    expect(page.locator("#photo [data-ready]")).to_be_attached()


def choose(page: Page, path) -> None:
    """Put a file where the photo is, in place of the one there."""
    page.set_input_files("#photo .noon-file", path)
    expect(page.locator("#photo [data-state=shown]:not([aria-busy])")).to_be_attached()


@dataclass
class Held:
    """Requests of a page, in the order they came, which the test then continues."""

    page: Page
    routes: list[Route] = field(default_factory=list)

    def first(self) -> Route:
        """The first of them, waited for: what the page says of it may be seen before it comes."""
        until = time.monotonic() + ANSWER_MS / 1000
        while not self.routes:
            assert time.monotonic() < until
            self.page.wait_for_timeout(10)
        return self.routes[0]


def hold(page: Page, address: str, most: int | None = None) -> Held:
    """The page's requests to an address from now on, or the first few."""
    held = Held(page)

    def wait(route: Route) -> None:
        held.routes.append(route)

    page.route(address, wait, times=most)
    return held


def lose_connection(page: Page) -> None:
    """Break all requests, also the one by which the server knows of the page, as a locked phone does."""
    with page.expect_event("requestfailed", lambda request: "heartbeat" in request.url):
        for process in psutil.Process().children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                if NETWORK in " ".join(process.cmdline()):
                    process.kill()  # Chromium starts it anew


def analyze(page: Page, path=MEAL, question: str = "") -> None:
    choose(page, path)
    page.fill("#question textarea", question)
    page.click("#analyze")
    expect(page.locator("#insight footer, .noon-note, .noon-alert").first).to_be_visible()


def unfold(page: Page) -> None:
    """Show the form again where a meal has folded it."""
    page.get_by_role("button", name="Analyze again").click()


def open_options(page: Page) -> None:
    page.get_by_role("button", name="Options").click()
    expect(page.locator("#plate input")).to_be_visible()


def start(page: Page, question: str = "", mode: str = "Foods and insight", photo: Path = MEAL) -> None:
    """Ask for an analysis without waiting for its end."""
    choose(page, photo)
    page.fill("#question textarea", question)
    open_options(page)
    page.get_by_label(mode).check()
    page.click("#analyze")


def ask(page: Page, question: str) -> None:
    """Ask a further question without waiting for the answer."""
    page.fill("#follow-up textarea", question)
    page.click("#ask")


def expect_growth(page: Page) -> None:
    """The answer is longer than it was."""
    answer = page.locator("#insight p").last
    expect(answer).to_contain_text("pleases")
    length = len(answer.text_content() or "")
    expect(answer).to_have_text(re.compile(rf"^.{{{length + 1}}}"))
