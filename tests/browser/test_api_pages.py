"""The pages that describe the API, visited by their address, in a real Chromium without other hosts."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def test_the_api_view_opens_on_a_direct_visit(open_page, server):
    page: Page = open_page()
    page.goto(f"{server}/?view=api")
    expect(page.locator(".api-docs-wrap, .api-docs").first).to_be_visible()
    expect(page.get_by_text("/analyze").first).to_be_visible()
    assert page.url.endswith("?view=api")


def test_the_page_leads_to_the_description_of_plain_http(open_page):
    page: Page = open_page()
    with page.context.expect_page() as opened:
        page.locator("#footnote a").click()
    described = opened.value
    expect(described.get_by_text("/analyze", exact=True)).to_be_visible()
    expect(described.get_by_text("/health", exact=True)).to_be_visible()
    assert described.url.endswith("/api/docs")
