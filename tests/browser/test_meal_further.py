"""Further photos of a meal: another angle adds what is missing, the plate afterwards says what was eaten."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.chromium import ANSWER_MS, MEAL, PHONE, analyze, hold
from tests.meal_page import cards, fault, said, total

FRUIT = MEAL.with_name("fruit.jpg")
SETTLE_MS = 1000
"""After which whatever comes late would have come."""


@pytest.fixture
def viewport():
    return PHONE


def test_another_angle_adds_foods_that_were_missing_and_can_be_undone(page):
    foods = cards(page).count()
    page.set_input_files("[data-key=angle-file]", MEAL.with_name("breakfast.jpg"))
    expect(said(page)).to_contain_text("added")
    assert cards(page).count() > foods
    more = cards(page).count()
    page.set_input_files("[data-key=angle-file]", MEAL.with_name("breakfast.jpg"))
    expect(fault(page)).to_contain_text("nothing is added")
    assert cards(page).count() == more
    page.locator("[data-do=undo]").click()
    expect(cards(page)).to_have_count(foods)


def test_a_photo_of_the_plate_afterwards_tells_what_was_not_eaten(page):
    before = total(page)
    page.set_input_files("[data-key=leftovers-file]", FRUIT)
    expect(said(page)).to_contain_text("not eaten")
    expect(cards(page)).to_have_count(0)
    page.locator("[data-do=undo]").click()
    expect(cards(page)).not_to_have_count(0)
    assert total(page) == before


def test_what_a_further_photo_shows_goes_to_no_other_meal(page):
    looking = hold(page, "**/api/analyze")
    page.set_input_files("[data-key=angle-file]", MEAL)
    expect(page.locator("[data-key=angle]")).to_contain_text("Looking")
    analyze(page, MEAL.with_name("pizza.jpg"))
    expect(page.locator("#meal")).to_contain_text("pizza", ignore_case=True)
    foods = cards(page).count()
    expect(page.locator("[data-key=angle]")).not_to_contain_text("Looking")
    with page.expect_response("**/api/analyze", timeout=ANSWER_MS):
        looking.first().continue_()
    page.wait_for_timeout(SETTLE_MS)
    expect(cards(page)).to_have_count(foods)
    expect(page.locator("[data-do=undo]")).to_have_attribute("aria-disabled", "true")


def test_what_is_no_photo_is_told_in_a_sentence_and_loses_nothing(page, tmp_path):
    (tmp_path / "notes.jpg").write_text("no photo")
    foods = cards(page).count()
    page.set_input_files("[data-key=angle-file]", tmp_path / "notes.jpg")
    expect(fault(page)).to_be_visible()
    assert cards(page).count() == foods
