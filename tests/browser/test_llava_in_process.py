"""The page with a LLaVA model in Noon's process: a tiny checkpoint of the real class that recites a text."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.checkpoints import RECITAL, save_llava_onevision
from tests.chromium import analyze, ask
from tests.conftest import served


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Address of Noon with the checkpoint behind the insights."""
    folder = save_llava_onevision(tmp_path_factory.mktemp("llava") / "tiny-llava", RECITAL)
    settings = {"NOON_INSIGHTS_REPO": str(folder), "NOON_DEVICE": "cpu"}
    with served(tmp_path_factory.mktemp("server"), "insights=llava_onevision_0_5b", **settings) as url:
        yield url


def test_it_answers_two_questions_about_a_photo(open_page):
    page = open_page()
    analyze(page, question="Is it balanced?")
    expect(page.locator("#insight p")).to_have_text(RECITAL)
    ask(page, "What would help?")
    expect(page.locator("#insight h3")).to_have_text(["Is it balanced?", "What would help?"])
    expect(page.locator("#insight p")).to_have_text([RECITAL, RECITAL])
    expect(page.locator("#insight footer")).to_have_text("Written by tiny-llava.")
