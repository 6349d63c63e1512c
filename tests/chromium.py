"""A real Chromium that opens Noon's page and refuses it every other host, and what a person does there."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

MEAL = min((Path(__file__).parents[1] / "assets" / "examples").glob("*.jpg"))
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


@pytest.fixture
def open_page(browser: Browser, server: str):
    """Opens the page as `open_page(viewport, color_scheme, …)`; fails on errors and foreign requests.

    Further settings are those of Playwright's `new_context`; on a viewport of a phone there is touch.
    """
    contexts, foreign, errors = [], [], []

    def watch(request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in {"data", "blob"} and url.netloc != urlsplit(server).netloc:
            foreign.append(request.url)

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            errors.append(message.text)

    def open_(viewport=DESKTOP, color_scheme="light", **settings) -> Page:
        touch = {"has_touch": True, "is_mobile": True} if viewport == PHONE else {}
        context = browser.new_context(
            viewport=viewport, color_scheme=color_scheme, **{"locale": "en-US", **touch, **settings}
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", watch)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", note)
        page.goto(server)
        expect_loaded(page)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not foreign
    assert not errors


def expect_loaded(page: Page) -> None:
    """The page's own scripts run."""
    expect(page.locator("#photo [data-ready]")).to_be_attached()


def choose(page: Page, path) -> None:
    """Put a file where the photo is, in place of the one there."""
    page.set_input_files("#photo .noon-file", path)
    expect(page.locator("#photo [data-state=shown]:not([aria-busy])")).to_be_attached()


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


def expect_growth(page: Page) -> None:
    """The answer is longer than it was."""
    answer = page.locator("#insight p").last
    expect(answer).to_contain_text("pleases")
    length = len(answer.inner_text())
    expect(answer).to_have_text(re.compile(rf"^.{{{length + 1}}}"))
