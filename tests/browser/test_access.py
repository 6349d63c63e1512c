"""The page for everyone: no serious finding of axe-core in any state, the keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.accessibility import expect_accessible
from tests.chromium import DESKTOP, MEAL, PHONE, analyze, choose, start, unfold

LOOKS = [(DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light"), (PHONE, "dark")]
NAMES = [f"{'phone' if viewport == PHONE else 'desktop'}-{scheme}" for viewport, scheme in LOOKS]


@pytest.fixture(params=LOOKS, ids=NAMES)
def page(request, open_page) -> Page:
    viewport, scheme = request.param
    return open_page(viewport=viewport, color_scheme=scheme, reduced_motion="reduce")


@pytest.fixture(scope="module")
def server(remote_server):
    """Address of Noon with the chat server's model behind the insights."""
    return remote_server


def expect_clean(page: Page) -> None:
    page.wait_for_timeout(300)  # transitions
    expect_accessible(page)


def test_the_first_screen_and_its_dialogs_are_clean(page: Page, chat):
    expect_clean(page)
    for name in ("Your meals", "Settings"):
        page.get_by_role("button", name=name).click()
        expect_clean(page)
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name=name)).to_be_focused()


def test_an_analysis_under_way_is_clean(page: Page, chat):
    chat.delay_s = 60
    start(page, mode="Insight model only, without outlines")
    expect(page.locator(".noon-progress p")).not_to_be_empty()
    expect_clean(page)
    page.click("#cancel")


def test_a_meal_and_what_is_saved_of_it_are_clean(page: Page, chat):
    analyze(page, question="Is it enough?")
    expect_clean(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect_clean(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Your meals").click()
    expect(page.locator(".noon-day")).to_be_visible()
    expect_clean(page)


def test_an_error_is_clean(page: Page, chat, tmp_path):
    (tmp_path / "broken.jpg").write_bytes(MEAL.read_bytes()[:9000])
    choose(page, tmp_path / "broken.jpg")
    page.click("#analyze")
    expect(page.locator("#message").get_by_role("alert")).to_contain_text("damaged")
    expect_clean(page)


def test_a_photo_is_chosen_and_analysed_by_keyboard_alone(open_page, chat):
    page = open_page()
    page.keyboard.press("Tab")
    for _ in range(12):
        if page.evaluate("document.activeElement.textContent") == "Choose a photo":
            break
        page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(MEAL)
    expect(page.locator("#photo img")).to_be_visible()
    page.locator("#question textarea").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("#analyze")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".meal-energy")).to_be_visible()
    expect(page.locator("#output")).to_be_focused()  # not lost with the button that is folded away
    unfold(page)
    expect(page.locator("#question textarea")).to_be_focused()
