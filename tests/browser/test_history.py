"""The meals that a browser keeps: after a reload, in the list, opened again, repeated, deleted, exported."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import ANSWER_MS, MEAL, PHONE, analyze, expect_loaded

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
    page.fill("#follow-up textarea", "Is it vegetarian?")
    page.click("#ask")
    expect(page.locator("#insight h3").last).to_have_text("Is it vegetarian?")
    expect(page.locator("#earlier")).to_be_empty()
    assert len(kept(page)) == 1


def test_a_correction_is_kept(page: Page):
    before = energy(kept(page))
    page.locator("#meal").get_by_role("button", name="half").last.click()
    kept(page, lambda meals: energy(meals) < before)
    corrected = page.locator(".meal-energy").inner_text()
    page.reload()
    expect(page.locator(".meal-energy")).to_have_text(corrected, use_inner_text=True)


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


def test_a_browser_without_storage_says_so(open_page):
    page = open_page()
    page.add_init_script("IDBFactory.prototype.open = () => { throw new DOMException('', 'SecurityError'); }")
    page.reload()
    expect_loaded(page)
    analyze(page)
    expect(page.locator("#bar")).to_contain_text("This browser keeps no history")
    expect(page.locator("#meal")).to_contain_text("kcal")
    page.close()  # no later test's page may be without storage
