"""Teaching: a corrected food is remembered, comes back in another photo, is forgotten, saved for training."""

from __future__ import annotations

from pathlib import Path

import PIL.Image
import pytest
from playwright.sync_api import Page, expect

from ml.data.corrections import read_corrections
from ml.data.crops import load
from tests.chromium import MEAL, PHONE, analyze, expect_loaded, hold
from tests.meal_page import cards, choose_food, name, opened, said, total

FRUIT = MEAL.with_name("fruit.jpg")


@pytest.fixture
def viewport():
    return PHONE


@pytest.fixture
def smaller(tmp_path) -> Path:
    """The same meal as another file, at three quarters of its size."""
    with PIL.Image.open(FRUIT) as picture:
        path = tmp_path / "later.jpg"
        picture.resize((picture.width * 3 // 4, picture.height * 3 // 4)).save(path, quality=85)
    return path


def renamed(page: Page) -> str:
    """Call the first food a papaya; returns the name that the page shows."""
    card = opened(page)
    choose_food(card.get_by_role("combobox", name="Search all foods"), "papaya")
    expect(said(page)).to_contain_text("is now")
    return name(card)


def visit(page: Page, photo: Path) -> Page:
    """Another visit with the same browser, and a photo analysed."""
    later = page.context.new_page()
    later.goto(page.url)
    expect_loaded(later)
    analyze(later, photo)
    return later


def remember(page: Page) -> None:
    opened(page).get_by_role("button", name="Remember this food").click()
    expect(said(page)).to_contain_text("is remembered for later photos")


def test_only_a_name_that_a_person_gave_is_offered_to_be_remembered(page: Page):
    expect(opened(page).get_by_role("button", name="Remember this food")).to_have_count(0)
    renamed(page)
    button = opened(page).get_by_role("button", name="Remember this food")
    button.focus()
    page.keyboard.press("Enter")
    done = opened(page).get_by_role("button", name="Remembered")
    expect(done).to_be_focused()
    expect(done).to_have_attribute("aria-disabled", "true")


def test_a_food_is_remembered_once(page: Page):
    renamed(page)
    teaching = hold(page, "**/api/teach")
    opened(page).get_by_role("button", name="Remember this food").dblclick()
    teaching.first().continue_()
    expect(said(page)).to_contain_text("is remembered for later photos")
    assert len(teaching.routes) == 1


def test_a_remembered_food_comes_back_in_another_photo_until_it_is_forgotten(page: Page, smaller: Path):
    before = name(cards(page).first)
    food = renamed(page)
    assert food != before
    remember(page)
    later = visit(page, smaller)
    expect(cards(later).first.locator(".meal-name")).to_contain_text(food)
    expect(opened(later)).to_contain_text("Recognized with")

    later.get_by_role("button", name="Settings").click()
    taught = later.get_by_role("group", name="Foods you taught")
    taught.get_by_role("button", name=f"Forget: {food}").click()
    expect(taught).to_have_count(0)
    assert later.evaluate("document.activeElement.closest('dialog')?.id") == "settings"
    assert name(cards(visit(page, FRUIT)).first) == before


def test_a_remembered_food_is_known_on_the_photo_of_what_was_left(page: Page):
    renamed(page)
    remember(page)
    before = total(page)
    page.set_input_files("[data-key=leftovers-file]", FRUIT)
    expect(said(page)).to_contain_text("not eaten")
    assert total(page) < 0.2 * before


def test_a_browser_keeps_so_many_taught_foods_the_newest(open_page):
    page = open_page()
    kept = page.evaluate(
        """async () => {
          const { keep } = await import(`${window.gradio_config.root}/assets/js/taught.js`);
          for (let i = 0; i < 30; i++) keep({ name: `food ${i}`, features: "", recognizer: "" });
          return JSON.parse(localStorage.getItem("noon-taught")).map(({ name }) => name);
        }"""
    )
    assert kept == [f"food {i}" for i in range(6, 30)]


@pytest.mark.parametrize("with_photo", [True, False])
def test_corrections_are_saved_for_training(page: Page, tmp_path: Path, with_photo: bool):
    save = page.get_by_role("button", name="Save", exact=True)
    save.click()
    expect(page.get_by_role("button", name="Corrections (JSON lines)")).to_be_hidden()
    page.get_by_role("button", name="Close").click()
    renamed(page)
    save.click()
    if with_photo:
        page.get_by_label("With the photo").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Corrections (JSON lines)").click()
    file = tmp_path / "corrections.jsonl"
    download.value.save_as(file)
    assert ("base64" in file.read_text()) == with_photo
    crops = read_corrections(file)
    assert [crop.label for crop in crops] == (["papaya"] if with_photo else [])
    for crop in crops:
        with PIL.Image.open(FRUIT) as original, PIL.Image.open(crop.path) as photo:
            assert photo.size == original.size
        assert min(load(crop).shape[:2]) > 50
