"""A page that is closed leaves no photo behind; one that only lost its connection goes on as it was."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import PIL.Image
import pillow_heif
import pytest
from playwright.sync_api import expect

from tests.chromium import MEAL, PHONE, analyze, choose, lose_connection
from tests.conftest import ROOT, eventually, start

PIZZA = MEAL.with_name("pizza.jpg")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Where the server runs."""
    return tmp_path_factory.mktemp("hasty")


@pytest.fixture(scope="module")
def server(folder):
    """Address of Noon that doesn't wait for a page to come back."""
    with start(folder, program=ROOT / "tests" / "hasty_app.py", PYTHONPATH=os.fspath(ROOT)) as (url, _):
        yield url


@pytest.fixture
def expect_kept(folder) -> Callable[[int], None]:
    """Wait until so many photos of this test are on the server's disk."""

    def photos() -> set[Path]:
        return set((folder / "gradio").glob("noon-*/*/photo.*"))

    others = photos()

    return lambda count: eventually(lambda: len(photos() - others) == count)


def test_nothing_of_a_photo_is_kept_once_the_page_is_closed(open_page, expect_kept):
    page = open_page()
    analyze(page)
    expect_kept(1)
    page.close()
    expect_kept(0)


def test_a_photo_that_the_server_no_longer_has_is_sent_again(open_page, expect_kept):
    page = open_page(viewport=PHONE)
    with page.expect_response("**/gradio_api/run/**"):
        choose(page, PIZZA)
    expect_kept(1)
    lose_connection(page)
    expect_kept(0)
    page.click("#analyze")
    expect(page.locator("#meal")).to_contain_text("pizza", ignore_case=True)
    expect(page.locator("#earlier")).to_be_empty()


def test_a_photo_that_can_not_be_sent_again_is_asked_for(open_page, expect_kept, tmp_path):
    pillow_heif.from_pillow(PIL.Image.open(MEAL)).save(tmp_path / "meal.heic")
    page = open_page(viewport=PHONE)
    choose(page, tmp_path / "meal.heic")
    expect(page.locator("#photo img")).not_to_have_js_property("naturalWidth", 0)
    expect_kept(1)
    lose_connection(page)
    expect_kept(0)
    page.click("#analyze")
    expect(page.locator("#photo").get_by_role("alert")).to_contain_text(
        "no longer on the server; add it again"
    )
    expect(page.get_by_role("heading", name="Add a photo of your meal")).to_be_visible()
