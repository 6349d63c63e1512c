"""The page with the embedded LLaVA, a tiny one of its classes, on a machine whose network is cut."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.checkpoints import RECITAL
from tests.chromium import analyze, ask
from tests.conftest import served

TESTS = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Address of Noon with that part; its process reaches nobody but its own machine."""
    settings = ["insights=llava_embedded", "insights._target_=tests.reciting_llava.load"]
    with served(tmp_path_factory.mktemp("server"), *settings, PYTHONPATH=str(TESTS / "no_network")) as url:
        yield url


def test_it_answers_about_the_photo_and_leaves_allergens_to_the_builtin_part(open_page):
    page = open_page()
    analyze(page, question="Is it balanced?")
    expect(page.locator("#insight p")).to_have_text(RECITAL)
    expect(page.locator("#insight footer")).to_have_text("Written by LLaVA of Gemma 3 270M, embedded.")
    ask(page, "Is there egg in it?")
    expect(page.locator("#insight h3")).to_have_text(["Is it balanced?", "Is there egg in it?"])
    expect(page.locator("#insight")).to_contain_text("ask whoever made the food")
    expect(page.locator("#insight")).to_contain_text("Written from the table above")
