"""A packaged food by its nutrition label, typed in below the meal."""

from __future__ import annotations

import PIL.Image
import pytest
from playwright.sync_api import expect

from tests.barcodes import EAN, photo_with
from tests.chromium import MEAL, PHONE, analyze
from tests.meal_page import cards, fault, kcal, said, show


def opened_form(page):
    """The page with an analysed example and the form below it open."""
    show(page)
    page.locator(".meal-label summary").click()
    return page


@pytest.fixture
def page(open_page):
    return opened_form(open_page(PHONE))


def fill(page, **changed):
    """Type in a wafer's label, which states no fibre."""
    stated = {"calories": "520", "fat_g": "28,5", "saturated_fat_g": "15", "carb_g": "58", "sugar_g": "24"}
    for name, value in {"name": "Wafer", **stated, "protein_g": "6", **changed}.items():
        page.locator(f"#meal-label-{name}").fill(value)


def test_a_label_is_typed_in_with_a_decimal_comma(page):
    foods = cards(page).count()
    fill(page, grams="25", sodium_mg="200")
    page.locator(".meal-label button").click()
    expect(said(page)).to_contain_text("Wafer added")
    expect(cards(page)).to_have_count(foods + 1)
    assert kcal(cards(page).last) == 130
    expect(page.locator("#meal-label-calories")).to_have_value("")


def test_a_label_is_added_once(page):
    foods = cards(page).count()
    fill(page, sodium_mg="200")
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
    fill(page, calories="", sodium_mg="some")
    page.locator(".meal-label button").click()
    expect(fault(page)).to_contain_text("Please fill in: Energy, Sodium.")
    expect(page.locator("#meal-label-name")).to_have_value("Wafer")


def test_kilojoules_are_not_taken_for_kilocalories(page):
    fill(page, calories="1550", sodium_mg="200")
    page.locator(".meal-label button").click()
    expect(fault(page)).to_contain_text("Energy: 100 g hold at most 1,000 kcal")


def test_a_european_label_states_salt(open_page):
    page = opened_form(open_page(PHONE, locale="de-DE"))
    fill(page, salt_g="1,2")
    with page.expect_request("**/api/recalculate") as request:
        page.locator(".meal-label button").click()
    (edit,) = request.value.post_data_json["edits"]
    assert (edit["per_100g"]["sodium_mg"], "salt_g" in edit["per_100g"]) == (480, False)
    expect(said(page)).to_contain_text("Wafer")
