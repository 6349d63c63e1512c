"""What a person sees and can do on the page, in a real Chromium; nothing on it may call another host."""

from __future__ import annotations

import re

import numpy as np
import PIL.Image
import pytest
from playwright.sync_api import Page, expect

from noon_demo.photos.uploads import EXAMPLES
from tests.chromium import MEAL, PHONE, analyze, ask, choose, unfold

QUESTION = "How much protein is in this meal?"
TAP_PX = 44


@pytest.fixture
def meal_page(open_page) -> Page:
    """A page that shows a meal's result."""
    page = open_page()
    analyze(page, question=QUESTION)
    return page


def test_a_photo_becomes_a_meal_and_an_insight(meal_page: Page):
    cards = meal_page.locator(".meal-card")
    assert cards.count() > 0
    expect(meal_page.locator(".meal-food")).to_have_count(cards.count())
    expect(meal_page.locator(".meal-energy")).to_contain_text("kcal")
    expect(meal_page.locator("#insight h3")).to_have_text(QUESTION)
    expect(meal_page.locator("#insight")).to_contain_text("protein")
    expect(meal_page.locator("#input")).to_be_hidden()


def test_how_it_was_computed_is_told(meal_page: Page):
    meal_page.get_by_role("button", name="How this was computed").click()
    for words in ("Segmenter", "Recognizer", "USDA FoodData Central", "Time"):
        expect(meal_page.locator("#details")).to_contain_text(words)


def test_enter_in_the_question_analyzes(open_page):
    page = open_page()
    choose(page, MEAL)
    page.fill("#question textarea", QUESTION)
    page.press("#question textarea", "Enter")
    expect(page.locator("#insight h3")).to_have_text(QUESTION)


def test_a_further_question_is_answered_below_the_first(meal_page: Page):
    ask(meal_page, "Is it vegetarian?")
    expect(meal_page.locator("#insight h3")).to_have_text([QUESTION, "Is it vegetarian?"])
    expect(meal_page.locator("#insight footer")).to_be_visible()
    expect(meal_page.locator("#follow-up textarea")).to_have_value("")


def test_a_bad_file_is_told_in_a_sentence_and_nothing_is_lost(meal_page: Page, tmp_path):
    meal = meal_page.locator(".meal-list").inner_text()
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(MEAL.read_bytes()[:9000])
    choose(meal_page, broken)
    meal_page.click("#analyze")
    expect(meal_page.get_by_role("alert")).to_have_text(re.compile(r"^The photo's file is damaged.*\.$"))
    expect(meal_page.locator("#photo .noon-shown")).to_be_visible()
    expect(meal_page.locator("#question textarea")).to_have_value(QUESTION)
    assert meal_page.locator(".meal-list").inner_text() == meal


def test_without_a_photo_the_page_asks_for_one_where_it_is_seen(open_page):
    page = open_page(viewport=PHONE)
    page.click("#analyze")
    expect(page.get_by_role("alert")).to_contain_text("add a photo")
    expect(page.get_by_role("alert")).to_be_in_viewport()
    expect(page.get_by_role("heading", name="Add a photo of your meal")).to_be_visible()


def test_a_photo_without_food_gets_a_sentence_and_no_total(open_page, tmp_path):
    grey = np.random.default_rng(1).normal(120, 6, (360, 480, 1)).clip(0, 255).repeat(3, axis=2)
    PIL.Image.fromarray(grey.astype(np.uint8)).save(tmp_path / "wall.png")
    page = open_page()
    analyze(page, tmp_path / "wall.png")
    expect(page.locator(".noon-note")).to_contain_text("No food found in this photo")
    expect(page.locator(".meal-card")).to_have_count(0)


def test_an_example_is_one_click_to_a_result(open_page):
    page = open_page()
    page.locator("#examples button").first.click()
    expect(page.locator("#insight footer")).to_be_visible()
    expect(page.locator("#photo img")).to_have_attribute("src", re.compile(min(EXAMPLES.glob("*.jpg")).name))
    assert page.locator(".meal-card").count() > 0


def test_on_a_phone_the_result_comes_into_view_and_nothing_is_too_small_to_tap(open_page):
    page = open_page(viewport=PHONE)
    expect_tappable(page)
    analyze(page)
    expect(page.locator(".meal-energy")).to_be_in_viewport()
    expect(page.locator("#input")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    expect_tappable(page)
    unfold(page)
    expect(page.locator("#photo img")).to_be_in_viewport()
    expect_tappable(page)


def expect_tappable(page: Page) -> None:
    """Every button is as large as a finger, and no field makes an iPhone zoom in."""
    buttons = page.locator("#page button:visible, footer button:visible").all()
    sizes = {
        button.inner_text() or button.get_attribute("aria-label"): button.bounding_box() for button in buttons
    }
    assert not {name: box for name, box in sizes.items() if min(box["width"], box["height"]) < TAP_PX}
    fonts = page.locator(":is(input:not([type=file]), textarea, select):visible").evaluate_all(
        "fields => fields.map((field) => parseFloat(getComputedStyle(field).fontSize))"
    )
    assert min(fonts) >= 16


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_both_schemes(open_page, scheme):
    page = open_page(color_scheme=scheme)
    analyze(page)
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (luminance(ground) < 0.2) == (scheme == "dark")
    for selector in (
        "h1",
        ".noon-header p",
        "#bar button",
        ".meal-energy strong",
        ".meal-energy span",
        "#insight p",
        "#insight footer",
    ):
        ink = page.locator(selector).first.evaluate("element => getComputedStyle(element).color")
        assert contrast(ink, ground) >= 4.5, selector


def luminance(color: str) -> float:
    """Relative luminance of "rgb(r, g, b)" as WCAG 2.2 defines it."""
    values = np.array([int(part) for part in re.findall(r"\d+", color)[:3]]) / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours as WCAG 2.2 defines it."""
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)
