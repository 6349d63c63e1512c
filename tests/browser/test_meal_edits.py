"""Mending the guesses: names, amounts, shares, what is missing or not there, and going back."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import expect

from tests.chromium import MEAL, PHONE, hold
from tests.meal_page import (
    cards,
    choose_food,
    fault,
    focused,
    grams,
    kcal,
    name,
    opened,
    said,
    show,
    shown,
    total,
)


@pytest.fixture
def viewport():
    return PHONE


@pytest.fixture
def result(server):
    """A result as a script gets it."""
    with MEAL.open("rb") as photo:
        return httpx.post(f"{server}/api/analyze", files={"image": photo}, timeout=120).json()


def test_a_long_name_leaves_its_energy_room(open_page, result):
    page = open_page({"width": 320, "height": 640})
    result["detected_items"][0]["label"] = "Süßkartoffelpommesteller"
    shown(page, result)
    label, energy = [
        cards(page).first.locator(place).bounding_box() for place in (".meal-name", ".meal-kcal")
    ]
    assert label["x"] + label["width"] <= energy["x"]
    assert energy["x"] + energy["width"] <= 320


def test_a_name_is_mended_in_two_taps(page):
    before, energy = name(cards(page).first), total(page)
    card = opened(page)
    chip = card.locator("[data-do=rename]").first
    wanted = chip.inner_text()
    chip.click()
    expect(said(page)).to_contain_text(f"is now {wanted}")
    assert name(card) == wanted != before
    assert total(page) != energy


def test_a_change_is_told_once_with_the_new_total(open_page):
    page = open_page()
    show(page)
    page.evaluate(
        """() => {
          window.told = [];
          for (const region of document.querySelectorAll("[role=status], [role=alert], [aria-live]")) {
            const tell = () => region.matches("[aria-live=off]") || told.push(region.textContent);
            const all = { childList: true, characterData: true, subtree: true };
            new MutationObserver(tell).observe(region, all);
          }
        }"""
    )
    opened(page).get_by_role("button", name="Twice as much").click()
    expect(said(page)).to_contain_text("About")
    expect(page.locator("#insight [aria-live=off]")).to_be_visible()
    (told,) = filter(None, page.evaluate("told"))
    assert name(cards(page).first) in told
    assert f"{total(page):g} kcal" in told


def test_a_name_is_searched_with_a_typing_error_and_the_keyboard(page):
    card = opened(page)
    field = card.get_by_role("combobox", name="Search all foods")
    found = choose_food(field, "brocolli")
    assert "broccoli" in found.lower()
    expect(said(page)).to_contain_text("is now broccoli", ignore_case=True)
    assert focused(page) == field.get_attribute("id")
    expect(page.locator("#insight")).to_contain_text("broccoli", ignore_case=True)


def test_words_whose_list_was_closed_are_taken_as_typed(page):
    field = opened(page).get_by_role("combobox", name="Search all foods")
    field.fill("rice")
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("Escape")
    field.press("Enter")
    expect(said(page)).to_contain_text("is now rice")


def test_a_weight_has_no_range_and_understands_a_decimal_comma(page):
    card = opened(page)
    energy, before = kcal(card), grams(card)
    others = [grams(opened(page, number)) for number in (2, 3)]
    card = opened(page)
    field = card.get_by_label("Amount")
    field.fill("250,0")
    field.press("Enter")
    expect(card.locator(".meal-name small")).to_have_text("250 g")
    assert kcal(card) == pytest.approx(energy * 250 / before, rel=0.1)
    assert [grams(opened(page, number)) for number in (2, 3)] == others


@pytest.mark.parametrize("amount", ["0", "-5", "plenty"])
def test_an_amount_that_is_none_is_told_and_changes_nothing(page, amount):
    card, energy = opened(page), total(page)
    card.get_by_label("Amount").fill(amount)
    card.get_by_label("Amount").press("Tab")
    expect(fault(card)).to_contain_text("number above 0")
    assert total(page) == energy


def test_half_twice_and_eaten(page):
    card = opened(page)
    weight = grams(card)
    field = card.get_by_label("Amount")
    card.get_by_role("button", name="Half as much").click()
    expect(field).not_to_have_value(f"{weight:g}")
    assert grams(card) == pytest.approx(weight / 2, abs=1)
    card.get_by_role("button", name="Twice as much").click()
    expect(field).to_have_value(f"{weight:g}")
    card.get_by_role("button", name="half", exact=True).click()
    expect(card.locator(".meal-name small")).to_contain_text("50 % eaten")
    assert grams(card) == pytest.approx(weight / 2, abs=1)


def test_half_of_the_whole_meal(page):
    energy = total(page)
    page.get_by_role("group", name="Of the whole meal I ate").get_by_text("half").click()
    expect(said(page)).to_contain_text("all foods")
    assert total(page) == pytest.approx(energy / 2, abs=10)


def test_household_measures(open_page):
    page = open_page()
    show(page, "breakfast")
    card = opened(page)
    unit = card.get_by_label("Unit").locator("option").nth(1)
    weight = float(re.search(r"[\d.]+", unit.inner_text()).group())
    card.get_by_label("Unit").select_option(index=1)
    card.get_by_label("Amount").fill("2,5")
    card.get_by_label("Amount").press("Tab")
    expect(card.locator(".meal-name small")).to_have_text(re.compile(rf"\b{weight * 2.5:g} g$"))


def test_remove_add_and_go_back(page):
    count, energy = cards(page).count(), total(page)
    opened(page, 2).get_by_role("button", name="Remove").click()
    expect(cards(page)).to_have_count(count - 1)
    assert focused(page) == "head"
    expect(said(page)).to_contain_text("removed")
    choose_food(page.get_by_role("combobox", name="Add a food"), "olive oil")
    expect(cards(page)).to_have_count(count)
    expect(said(page)).to_contain_text("added")
    undo = page.get_by_role("button", name="Undo", exact=True)
    undo.click()
    expect(cards(page)).to_have_count(count - 1)
    undo.click()
    expect(cards(page)).to_have_count(count)
    assert total(page) == energy
    expect(undo).to_have_attribute("aria-disabled", "true")
    page.get_by_role("button", name="Redo", exact=True).click()
    expect(cards(page)).to_have_count(count - 1)


def test_undo_by_keyboard(open_page):
    page = open_page()
    show(page)
    card = opened(page)
    weight = grams(card)
    card.get_by_role("button", name="Twice as much").click()
    expect(said(page)).to_contain_text(name(card))
    page.keyboard.press("Control+z")
    expect(said(page)).to_contain_text("Undone")
    assert grams(card) == weight
    page.keyboard.press("Control+Shift+Z")
    expect(said(page)).to_contain_text("Redone")
    assert grams(card) == pytest.approx(weight * 2, abs=1)


def test_an_edit_undone_before_it_is_made_can_be_redone(open_page):
    page = open_page()
    show(page)
    card = opened(page)
    weight = grams(card)
    held = hold(page, "**/api/recalculate", most=1)
    card.get_by_role("button", name="Twice as much").click()
    page.keyboard.press("Control+z")
    held.first().continue_()
    expect(said(page)).to_contain_text("Undone")
    assert grams(card) == weight
    page.get_by_role("button", name="Redo", exact=True).click()
    expect(said(page)).to_contain_text("Redone")
    assert grams(card) == pytest.approx(weight * 2, abs=1)


def test_merge_and_split(page):
    count = cards(page).count()
    card = opened(page)
    card.get_by_role("button", name="Merge …").click()
    card.get_by_role("group", name="Merge with").get_by_role("button").first.click()
    expect(cards(page)).to_have_count(count - 1)
    expect(said(page)).to_contain_text("Merged")
    page.locator(".meal-card[data-open=true]").get_by_role("button", name="Split").click()
    expect(cards(page)).to_have_count(count)


def test_the_totals_say_what_is_not_counted(open_page, result):
    page = open_page()
    result["detected_items"][0] |= {"label": "unknown food", "nutrition": None, "source": None, "sure": False}
    shown(page, result)
    foods = len(result["detected_items"])
    expect(page.locator(".meal-energy")).to_contain_text("At least")
    expect(page.locator(".meal-energy")).to_contain_text(f"{foods - 1} of {foods} foods counted")
    question = cards(page).first.get_by_role("group", name="Not sure")
    expect(question).to_contain_text("What is this?")
    expect(question.get_by_role("combobox")).to_be_visible()
    question.get_by_role("button").first.click()
    expect(page.locator(".meal-energy")).to_contain_text("About")
    expect(question).to_have_count(0)


def test_an_unsure_name_is_asked_and_confirmed_in_one_tap(open_page, result):
    page = open_page()
    item = result["detected_items"][0]
    item["sure"] = False
    shown(page, result)
    question = cards(page).first.get_by_role("group", name="Not sure")
    expect(question).to_contain_text(f"Is this {item['label']}?")
    question.get_by_role("button", name=item["label"], exact=True).click()
    expect(question).to_have_count(0)
    assert name(cards(page).first) == item["label"]


def alike(result):
    """The result with three eggs that look alike: the second not known, the third hardly taken for bread."""
    bread, egg, unknown = result["detected_items"]
    unknown |= {"label": "unknown food", "nutrition": None, "source": None, "sure": False}
    guesses = [{"label": "bread", "confidence": 0.4}, {"label": "egg", "confidence": 0.3}]
    doubtful = {**egg, "id": 9, "label": "bread", "sure": False, "candidates": guesses}
    result["detected_items"] = [bread, egg, unknown, doubtful]
    return result


def test_what_looks_like_a_food_that_is_named_is_named_at_once(open_page, result):
    page = open_page()
    shown(page, alike(result))
    offer = page.locator("[data-do=rename-alike]")
    expect(offer).to_have_count(0)
    choose_food(opened(page, 2).get_by_role("combobox", name="Search all foods"), "mozzarella")
    expect(offer).to_have_text("Give the 2 that look like it the same name")
    cards(page).nth(1).locator("h3 button").click()
    offer.focus()
    page.keyboard.press("Enter")
    expect(said(page)).to_contain_text("2 more are now mozzarella. About")
    expect(offer).to_have_count(0)
    assert focused(page) == "head"
    expect(page.get_by_role("group", name="Not sure")).to_have_count(0)
    assert [name(card) for card in cards(page).all()] == ["bread", *["mozzarella"] * 3]
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(said(page)).to_contain_text("Undone")
    assert [name(card) for card in cards(page).all()] == ["bread", "mozzarella", "Unknown food", "bread"]
    expect(offer).to_have_text("Give the 2 that look like it the same name")


def test_second_thoughts_about_what_was_named_at_once(open_page, result):
    page = open_page(PHONE)
    shown(page, alike(result))
    question = cards(page).nth(3).get_by_role("group", name="Not sure")
    question.get_by_role("button", name="bread", exact=True).click()
    offer = page.locator("[data-do=rename-alike]")
    offer.tap()
    expect(offer).to_have_count(0)
    assert {name(card) for card in cards(page).all()} == {"bread"}
    choose_food(opened(page, 2).get_by_role("combobox", name="Search all foods"), "mozzarella")
    expect(offer).to_have_text("Give the 2 that look like it the same name")
    cards(page).nth(1).locator("h3 button").click()
    expect(offer).to_have_count(0)


def test_an_edit_that_fails_is_told_and_can_be_made_again(open_page):
    page = open_page()
    show(page)
    card, energy = opened(page), total(page)
    page.route("**/api/recalculate", lambda route: route.abort())
    card.get_by_role("button", name="Twice as much").click()
    expect(fault(card)).to_contain_text("can’t be reached")
    assert total(page) == energy
    page.unroute("**/api/recalculate")
    card.get_by_role("button", name="Twice as much").click()
    expect(fault(card)).to_have_count(0)
    expect(said(page)).to_contain_text(name(card))


def test_quick_edits_are_made_in_order(open_page):
    page = open_page()
    show(page)
    weights = [grams(opened(page, number)) for number in (1, 2)]
    for number in (1, 2):
        double = opened(page, number).get_by_role("button", name="Twice as much")
        double.click()
        double.click()
    for number, weight in zip((1, 2), weights, strict=True):
        heavier = "|".join(str(round(weight * 4) + off) for off in range(-4, 5))  # what is shown is rounded
        field = opened(page, number).get_by_label("Amount")
        expect(field).to_have_value(re.compile(rf"^({heavier})$"))


def test_the_energy_of_alcohol_is_no_macronutrients(open_page, result):
    page = open_page()
    shown(page, result)
    chart = page.locator(".meal-chart")
    expect(chart).to_be_visible()
    expect(chart.locator("[data-macro=other]")).to_have_count(0)
    choose_food(page.get_by_role("combobox", name="Add a food"), "vodka")
    expect(chart.get_by_role("img")).to_have_accessible_name(
        re.compile(r"vodka: Protein 0 kcal.*Other \d+ kcal", re.I)
    )
    expect(chart.locator(".meal-legend")).to_contain_text("Other")
    expect(chart.locator("rect[data-macro=other]")).to_have_count(1)
