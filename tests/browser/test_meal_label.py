"""A packaged food by its nutrition label, typed in below the meal."""

from __future__ import annotations

import PIL.Image
import pytest
from playwright.sync_api import expect

from tests.barcodes import EAN, photo_with
from tests.chromium import MEAL, PHONE, analyze
from tests.meal_page import cards, fault, kcal, said, show


@pytest.fixture
def page(open_page):
    page = open_page(PHONE)
    show(page)
    page.locator(".meal-label summary").click()
    return page


def test_a_label_is_typed_in_with_a_decimal_comma(page):
    foods = cards(page).count()
    for name, value in {"name": "Wafer", "grams": "25", "calories": "520", "fat_g": "28,5"}.items():
        page.locator(f"#meal-label-{name}").fill(value)
    page.locator(".meal-label button").click()
    expect(said(page)).to_contain_text("Wafer added")
    expect(cards(page)).to_have_count(foods + 1)
    assert kcal(cards(page).last) == 130
    expect(page.locator("#meal-label-calories")).to_have_value("")


def test_a_label_is_added_once(page):
    foods = cards(page).count()
    for name, value in {"name": "Wafer", "calories": "520"}.items():
        page.locator(f"#meal-label-{name}").fill(value)
    page.locator(".meal-label button").dblclick()
    expect(said(page)).to_contain_text("Wafer added")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(said(page)).to_contain_text("Undone")
    expect(cards(page)).to_have_count(foods)


def test_the_next_meal_has_a_form_of_its_own(page, tmp_path):
    PIL.Image.fromarray(photo_with(EAN)).save(tmp_path / "package.png")
    analyze(page, tmp_path / "package.png")
    expect(page.locator(".meal-label")).to_contain_text(f"Barcode {EAN} was read.")
    page.locator("#meal-label-name").fill("Wafer")
    analyze(page, MEAL)
    expect(page.locator(".meal-label")).not_to_contain_text(EAN)
    expect(page.locator("#meal-label-name")).to_have_value("")


def test_what_is_missing_is_asked_for_and_nothing_is_lost(page):
    page.locator("#meal-label-name").fill("Wafer")
    page.locator(".meal-label button").click()
    expect(fault(page)).to_contain_text("the energy")
    expect(page.locator("#meal-label-name")).to_have_value("Wafer")
