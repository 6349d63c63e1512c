"""The pages that describe the API, visited by their address, in a real Chromium without other hosts."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect


@pytest.fixture
def page(browser: Browser, server: str):
    """An empty page; fails on requests to other hosts."""
    context = browser.new_context()
    foreign: list[str] = []

    def watch(request) -> None:
        if urlsplit(request.url).netloc not in {"", urlsplit(server).netloc}:
            foreign.append(request.url)

    context.on("request", watch)
    yield context.new_page()
    context.close()
    assert not foreign


def test_the_api_view_opens_on_a_direct_visit(page: Page, server: str):
    page.goto(f"{server}/?view=api")
    expect(page.locator(".api-docs")).to_be_visible()
    expect(page.locator(".api-docs")).to_contain_text("/analyze")
    assert page.url.endswith("?view=api")


def test_the_page_leads_to_the_description_of_plain_http(page: Page, server: str):
    page.goto(server)
    with page.context.expect_page() as opened:
        page.locator("#footnote a").click()
    described = opened.value
    for route in ("/analyze", "/health"):
        expect(described.locator(f".opblock [data-path='{route}']")).to_be_visible()
    assert described.url.endswith("/api/docs")
