"""The page where a real nginx serves it below a path, in a real Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import analyze
from tests.nginx import KEPT, STRIPPED, nginx


@pytest.fixture(scope="module", params=[STRIPPED, KEPT])
def path(request):
    """Not a parameter of `server`: pytest would start the server of that name anew for each."""
    return request.param


@pytest.fixture(scope="module")
def server(server, path, tmp_path_factory):
    """The address below a path of the server that tests share."""
    with nginx(server, tmp_path_factory.mktemp("nginx")) as url:
        yield f"{url}{path}/"


def test_a_photo_is_analysed_below_a_path(open_page):
    page: Page = open_page()
    analyze(page, question="How much protein?")
    expect(page.locator(".meal-food").first).to_be_visible()
    expect(page.locator("#insight")).to_contain_text("protein")
