"""Pointing at foods: taps, boxes, keys; and telling the scale."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.chromium import PHONE, hold
from tests.meal_page import (
    cards,
    drag,
    fault,
    focused,
    kcal,
    on_photo,
    opened,
    said,
    show,
    tap,
    total,
)

BANANA, APPLE, PLATE = (0.5, 0.64), (0.62, 0.33), (0.3, 0.6)
"""Places in the photo of fruit."""


@pytest.fixture
def desk(open_page):
    page = open_page()
    show(page)
    return page


def outlining(page) -> None:
    page.get_by_role("button", name="Outline a food").click()


def drawn(page):
    """The outline being made."""
    return page.locator(".meal-marks .meal-line")


def shape(page) -> str:
    expect(page.locator(".meal-bar p")).to_contain_text("Looks like")
    return drawn(page).get_attribute("d")


def done(page) -> None:
    page.get_by_role("button", name="Done").click()


def pinch(page, drawn: int) -> None:
    """Draw with a finger for some pixels, put down another, part them, lift that one, and move the first."""
    x, y = on_photo(page, 0.5, 0.5)
    first, parted, last = [(x + moved, y + moved) for moved in (drawn, drawn - 30, drawn - 32)]
    second, lifted = (x + 80, y + 80), (x + 90, y + 90)
    session = page.context.new_cdp_session(page)
    for kind, fingers in (
        ("touchStart", {0: (x, y)}),
        ("touchMove", {0: first}),
        ("touchStart", {0: first, 1: second}),
        ("touchMove", {0: parted, 1: lifted}),
        ("touchEnd", {1: lifted}),
        ("touchMove", {0: last}),
        ("touchEnd", {}),
    ):
        points = [{"id": finger, "x": across, "y": down} for finger, (across, down) in fingers.items()]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def remove_all(page) -> None:
    while count := cards(page).count():
        opened(page).get_by_role("button", name="Remove").click()
        expect(cards(page)).to_have_count(count - 1)


def test_a_tap_adds_the_food_under_it(page):
    remove_all(page)
    outlining(page)
    tap(page, *BANANA)
    shape(page)
    done(page)
    expect(cards(page)).to_have_count(1)
    expect(page.locator(".meal-food")).to_have_count(1)
    expect(said(page)).to_contain_text("added")
    assert total(page) > 0
    assert focused(page) == "outline-new"


def test_further_taps_add_and_take_away_and_can_be_taken_back(page):
    outlining(page)
    tap(page, *BANANA)
    one = shape(page)
    tap(page, *APPLE)
    expect(drawn(page)).not_to_have_attribute("d", one)
    both = shape(page)
    page.get_by_role("button", name="Take away").click()
    tap(page, *APPLE)
    expect(drawn(page)).not_to_have_attribute("d", both)
    expect(page.locator('.meal-point[data-on="0"]')).to_have_count(1)
    back = page.get_by_role("button", name="Undo tap")
    back.click()
    expect(drawn(page)).to_have_attribute("d", both)
    back.click()
    expect(drawn(page)).to_have_attribute("d", one)
    count = cards(page).count()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".meal-bar")).to_have_count(0)
    expect(cards(page)).to_have_count(count)


def test_a_drag_makes_a_box(page):
    remove_all(page)
    outlining(page)
    drag(page, (0.3, 0.5), (0.8, 0.85))
    shape(page)
    done(page)
    expect(cards(page)).to_have_count(1)


@pytest.mark.parametrize("drawn", [0, 40])
def test_a_pinch_draws_no_box(open_page, drawn):
    page = open_page(PHONE)
    show(page)
    outlining(page)
    pinch(page, drawn)
    expect(page.locator(".meal-bar p")).to_contain_text("Tap a food")
    expect(page.locator(".meal-box")).to_have_count(0)
    expect(page.get_by_role("button", name="Undo tap")).to_have_attribute("aria-disabled", "true")


def test_an_outline_is_taken_once(desk):
    count = cards(desk).count()
    outlining(desk)
    tap(desk, *BANANA)
    shape(desk)
    held = hold(desk, "**/api/recalculate", most=1)
    desk.get_by_role("button", name="Done").dblclick()
    expect(desk.get_by_role("button", name="Done")).to_have_attribute("aria-disabled", "true")
    desk.get_by_role("button", name="Cancel").click()
    held.first().continue_()
    expect(said(desk)).to_contain_text("added")
    desk.get_by_role("button", name="Undo", exact=True).click()
    expect(said(desk)).to_contain_text("Undone")
    expect(cards(desk)).to_have_count(count)


def test_pointing_by_keyboard_and_shift_takes_away(desk):
    outlining(desk)
    expect(desk.locator(".meal-canvas")).to_be_focused()
    for _ in range(6):
        desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    expect(desk.locator('.meal-point[data-on="1"]')).to_have_count(1)
    shape(desk)
    desk.keyboard.press("ArrowUp")
    desk.keyboard.press("Shift+Enter")
    expect(desk.locator('.meal-point[data-on="0"]')).to_have_count(1)
    desk.keyboard.press("Escape")
    expect(desk.locator(".meal-bar")).to_have_count(0)
    assert focused(desk) == "outline-new"


def test_an_outline_is_corrected(desk):
    card = opened(desk)
    count, before = cards(desk).count(), desk.locator(".meal-food .meal-line").first.get_attribute("d")
    card.get_by_role("button", name="Correct outline").click()
    expect(drawn(desk)).to_have_attribute("d", before)
    drag(desk, (0.3, 0.5), (0.6, 0.85))
    expect(drawn(desk)).not_to_have_attribute("d", before)
    shape(desk)
    done(desk)
    expect(said(desk)).to_contain_text("Outline of")
    expect(cards(desk)).to_have_count(count)


@pytest.mark.parametrize("reload", [False, True])
def test_a_photo_that_the_server_forgot_is_sent_again(desk, reload):
    if reload:
        desk.wait_for_function("sessionStorage.getItem('noon-meal')")  # it is kept
        desk.reload()
        expect(cards(desk).first).to_be_visible()
    sent = []

    def forget(route) -> None:
        sent.append(b'name="image"' in route.request.post_data_buffer)
        gone = not sent[-1]
        route.fulfill(status=410, json={"error": "gone"}) if gone else route.continue_()

    desk.route("**/api/segment", forget)
    outlining(desk)
    tap(desk, *BANANA)
    shape(desk)
    assert sent == [False, True]


def test_what_cannot_be_outlined_is_told(desk):
    desk.route("**/api/segment", lambda route: route.abort())
    outlining(desk)
    tap(desk, *BANANA)
    expect(fault(desk)).to_contain_text("can’t be reached")
    expect(desk.locator(".meal-point")).to_have_count(0)


def test_the_plate_sets_the_scale(page):
    energy = total(page)
    page.get_by_role("button", name="Set the scale").click()
    field = page.get_by_label("Plate diameter")
    expect(field).to_have_value("")
    field.fill("20,5")
    field.press("Enter")
    expect(said(page)).to_contain_text("Scale set")
    assert total(page) < energy
    field.fill("0")
    field.press("Enter")
    expect(fault(page)).to_contain_text("number above 0")


def test_an_object_that_is_not_in_the_photo_is_told(page):
    page.get_by_role("button", name="Set the scale").click()
    page.get_by_label("Object in the photo").select_option("1 euro")
    page.locator("form[data-do=reference] button").click()
    expect(fault(page)).to_contain_text("coin")


def test_two_points_of_known_distance_set_the_scale(page):
    before = kcal(cards(page).first)
    page.get_by_role("button", name="Set the scale").click()
    page.get_by_role("button", name="Draw a known length").click()
    tap(page, *BANANA)
    expect(page.locator(".meal-bar")).to_contain_text("other end")
    tap(page, *APPLE)
    page.get_by_role("textbox", name="Length").fill("30")
    done(page)
    expect(said(page)).to_contain_text("Scale set")
    assert kcal(cards(page).first) > before


@pytest.mark.parametrize("drawn", [0, 40])
def test_a_pinch_draws_no_line(open_page, drawn):
    page = open_page(PHONE)
    show(page)
    page.get_by_role("button", name="Set the scale").click()
    page.get_by_role("button", name="Draw a known length").click()
    tap(page, *BANANA)
    pinch(page, drawn)
    expect(page.locator(".meal-bar")).to_contain_text("other end")
    expect(page.locator(".meal-point")).to_have_count(1)


def test_a_length_sets_the_scale_once(desk):
    desk.get_by_role("button", name="Set the scale").click()
    desk.get_by_role("button", name="Draw a known length").click()
    drag(desk, BANANA, APPLE)
    desk.get_by_role("textbox", name="Length").fill("30")
    desk.get_by_role("button", name="Done").dblclick()
    expect(said(desk)).to_contain_text("Scale set")
    undo = desk.get_by_role("button", name="Undo", exact=True)
    undo.click()
    expect(said(desk)).to_contain_text("Undone")
    expect(undo).to_have_attribute("aria-disabled", "true")
