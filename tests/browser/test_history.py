"""The meals that a browser keeps: after a reload, in the list, opened again, repeated, deleted, exported."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import ANSWER_MS, MEAL, PHONE, analyze, ask, choose, expect_loaded, hold, unfold
from tests.meal_page import cards, opened

KEPT = """async () => {
  const { all } = await import(`${window.gradio_config.root}/assets/js/store.js`);
  return (await all()).map(({ key, result, photo }) => ({ key, result, bytes: photo?.size ?? 0 }));
}"""
FILL = """async ([count, bytes]) => {
  const { put } = await import(`${window.gradio_config.root}/assets/js/store.js`);
  const [result, thumbnail] = [{ detected_items: [], nutrition: null }, ""];
  const photo = new Blob([new Uint8Array(bytes)]);
  const said = new Set();
  for (let id = 1; id <= count; id++) {
    said.add(await put({ id, time: id, key: String(id), result, thumbnail, photo }));
  }
  return [...said];
}"""
HALF_COUNTED = """async () => {
  const { put } = await import(`${window.gradio_config.root}/assets/js/store.js`);
  const nutrition = { calories: 300, calories_range: [250, 350] };
  const foods = [nutrition, null].map((known, i) => ({ label: `food ${i}`, mass_g: 1, nutrition: known }));
  const result = { detected_items: foods, nutrition };
  await put({ id: 1, time: Date.now(), key: "1", result, thumbnail: "", photo: null });
}"""

CLOSED = """async () => {
  const { all } = await import(`${window.gradio_config.root}/assets/js/store.js`);
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (...wanted) {
    window.database = this;
    return transaction.apply(this, wanted);
  };
  await all();
  database.close();
  database.dispatchEvent(new Event("close"));
}"""
"""The browser closes the database, as it may when the disk is full."""
UPLOAD = "**/gradio_api/upload*"
PIZZA = MEAL.with_name("pizza.jpg")
SETTLE_MS = 1000
"""After which whatever comes late would have come."""


@pytest.fixture
def page(open_page) -> Page:
    page = open_page(viewport=PHONE)
    analyze(page, question="Is it enough?")
    kept(page, lambda meals: len(meals) == 1 and meals[0]["result"]["insights"])
    return page


def kept(page: Page, done: Callable[[list], bool] = bool) -> list[dict]:
    """The meals that the browser keeps, the newest first, once `done` says that those are there."""
    until = time.monotonic() + ANSWER_MS / 1000
    while not done(meals := page.evaluate(KEPT)):
        assert time.monotonic() < until, meals
        page.wait_for_timeout(50)
    return meals


def energy(meals: list[dict]) -> float:
    return meals[0]["result"]["nutrition"]["calories"]


def halved_and_loaded_anew(page: Page, before: float) -> str:
    """The energy on the page after half of a meal of so much was eaten, and the page was loaded anew."""
    page.locator("#meal").get_by_role("button", name="half").last.click()
    kept(page, lambda meals: energy(meals) < before)
    corrected = page.locator(".meal-energy").inner_text()
    page.reload()
    expect(page.locator(".meal-energy")).to_have_text(corrected, use_inner_text=True)
    return corrected


def open_list(page: Page) -> None:
    page.get_by_role("button", name="Your meals").click()
    expect(page.locator("#meals")).to_be_visible()


def test_a_reload_loses_nothing(page: Page):
    total, said = page.locator(".meal-energy").inner_text(), page.locator("#insight p").first.inner_text()
    for _ in range(2):
        page.reload()
        expect(page.locator(".meal-energy")).to_have_text(total, use_inner_text=True)
    expect(page.locator("#insight p").first).to_have_text(said)
    expect(page.locator("#input")).to_be_hidden()
    ask(page, "Is it vegetarian?")
    expect(page.locator("#insight h3").last).to_have_text("Is it vegetarian?")
    expect(page.locator("#earlier")).to_be_empty()
    assert len(kept(page)) == 1


def test_a_correction_is_kept(page: Page):
    before = energy(kept(page))
    halved_and_loaded_anew(page, before)


def test_the_list_shows_meals_by_day_with_their_sum(page: Page):
    open_list(page)
    day = page.locator(".noon-day")
    expect(day).to_have_count(1)
    expect(day.get_by_role("heading")).to_have_text("Today")
    expect(day.locator("img")).to_be_visible()
    expect(day.locator("p")).to_contain_text("% of 2,000 kcal")
    alone = day.locator("meter").evaluate("meter => meter.value")
    page.get_by_role("button", name="Eaten again").click()
    expect(day.locator("li")).to_have_count(2)
    assert day.locator("meter").evaluate("meter => meter.value") == 2 * alone


def test_a_meal_is_opened_again_and_another_analysed(page: Page):
    analyze(page, MEAL.with_name("pizza.jpg"))
    expect(page.locator("#meal")).to_contain_text("izza")
    kept(page, lambda meals: len(meals) == 2)
    open_list(page)
    page.get_by_role("button", name="Open: ").last.click()
    expect(page.locator("#meals")).to_be_hidden()
    expect(page.locator("#meal")).not_to_contain_text("izza")
    expect(page.locator("#earlier")).to_be_empty()
    expect(page.locator("#insight p").first).to_be_visible()
    assert len(kept(page)) == 2


def test_a_deleted_meal_comes_back_by_undo(page: Page):
    open_list(page)
    page.get_by_role("button", name="Delete: ").click()
    expect(page.locator("#meals")).to_contain_text("Meals you analyze are listed here.")
    expect(page.locator("#meals").get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".noon-day li")).to_have_count(1)
    page.get_by_role("button", name="Delete: ").click()
    page.reload()
    expect_loaded(page)
    expect(page.get_by_role("heading", name="Add a photo of your meal")).to_be_visible()


def test_a_meal_that_came_back_is_corrected_and_loaded_as_before(page: Page):
    before = energy(kept(page))
    open_list(page)
    page.get_by_role("button", name="Delete: ").click()
    page.locator("#meals").get_by_role("button", name="Undo").click()
    expect(page.locator(".noon-day li")).to_have_count(1)
    page.keyboard.press("Escape")
    halved_and_loaded_anew(page, before)
    assert len(kept(page, lambda meals: energy(meals) < before)) == 1


def test_a_meal_that_came_back_and_is_analysed_again_can_be_had_as_it_was(page: Page):
    before = energy(kept(page))
    corrected = halved_and_loaded_anew(page, before)
    unfold(page)
    page.click("#analyze")
    kept(page, lambda meals: energy(meals) == before)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.locator(".meal-energy")).to_have_text(corrected, use_inner_text=True)
    assert len(kept(page, lambda meals: energy(meals) < before)) == 1


def test_while_a_meal_is_opened_the_page_says_so(page: Page):
    said = page.locator("#bar .noon-said")
    sending = hold(page, UPLOAD, most=1)
    open_list(page)
    page.get_by_role("button", name="Open: ").click()
    expect(said).to_have_text("Adding the photo …")
    sending.first().continue_()
    expect(said).to_be_empty()


def test_what_is_not_counted_is_told_in_the_list(open_page):
    page = open_page()
    page.evaluate(HALF_COUNTED)
    open_list(page)
    expect(page.locator(".noon-day p")).to_contain_text("At least 300 kcal, 15 %")
    expect(page.locator(".noon-open")).to_contain_text("At least 300 kcal")


def test_a_dialog_is_closed_beside_it_and_not_at_its_edge(page: Page):
    open_list(page)
    box = page.locator("#meals").bounding_box()
    for inside in (box["x"] + 8, box["x"] + box["width"] - 8):
        page.mouse.click(inside, box["y"] + box["height"] / 2)
        expect(page.locator("#meals")).to_be_visible()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] - 8)
    expect(page.locator("#meals")).to_be_hidden()


def test_a_photo_whose_meal_was_deleted_is_analysed_and_kept_anew(page: Page):
    open_list(page)
    page.get_by_role("button", name="Delete: ").click()
    expect(page.locator("#meals").get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Escape")
    unfold(page)
    page.click("#analyze")
    assert len(kept(page)) == 1


def test_a_meal_without_its_last_food_counts_nothing(page: Page):
    while cards(page).count():
        left = cards(page).count() - 1
        opened(page).get_by_role("button", name="Remove").click()
        expect(cards(page)).to_have_count(left)
    kept(page, lambda meals: len(meals) == 1 and not meals[0]["result"]["detected_items"])
    open_list(page)
    expect(page.locator(".noon-day meter")).to_have_js_property("value", 0)


def test_a_photo_chosen_while_a_meal_is_brought_back_stays(page: Page):
    sending = hold(page, UPLOAD, most=1)
    with page.expect_request(UPLOAD):
        page.reload()
    choose(page, PIZZA)
    with page.expect_response(UPLOAD):
        sending.first().continue_()
    page.wait_for_timeout(SETTLE_MS)
    expect(page.locator(".meal-energy")).to_have_count(0)
    expect(page.locator("#photo img")).not_to_have_js_property("naturalWidth", 0)


def test_a_meal_whose_photo_can_not_be_sent_is_brought_back(page: Page):
    total = page.locator(".meal-energy").inner_text()
    page.route(UPLOAD, lambda route: route.abort())
    page.reload()
    expect(page.locator(".meal-energy")).to_have_text(total, use_inner_text=True)
    expect(page.locator("#photo .noon-said")).to_contain_text("could not be sent")


def test_a_database_that_the_browser_closed_is_opened_again(page: Page):
    page.evaluate(CLOSED)
    assert len(kept(page)) == 1


def test_all_meals_are_exported(page: Page):
    open_list(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export all").click()
    meals = json.loads(download.value.path().read_text())["meals"]
    assert [len(meal["detected_items"]) for meal in meals] == [len(kept(page)[0]["result"]["detected_items"])]


def test_the_oldest_photos_go_first(open_page):
    page = open_page()
    assert page.evaluate(FILL, [65, 1000]) == ["", "history.photos_gone"]
    meals = kept(page)
    assert len(meals) == 65
    pictured = [meal["bytes"] > 0 for meal in meals]
    assert pictured == sorted(pictured, reverse=True)
    assert 55 <= sum(pictured) <= 60


def test_a_meal_does_not_wait_until_it_is_kept(open_page):
    page = open_page()
    page.add_init_script("IDBFactory.prototype.open = () => ({})")  # and never answers
    page.reload()
    expect_loaded(page)
    for photo in (MEAL, PIZZA):
        choose(page, photo)
        page.click("#analyze")
        expect(page.locator("#input")).to_be_hidden()
    page.get_by_role("button", name="Save", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="All data (JSON)").click()
    assert "pizza" in download.value.suggested_filename
    page.close()  # no later test's page may be without storage


def test_a_browser_without_storage_says_so(open_page):
    page = open_page()
    page.add_init_script("IDBFactory.prototype.open = () => { throw new DOMException('', 'SecurityError'); }")
    page.reload()
    expect_loaded(page)
    analyze(page)
    expect(page.locator("#bar")).to_contain_text("This browser keeps no history")
    expect(page.locator("#meal")).to_contain_text("kcal")
    page.close()  # no later test's page may be without storage
