"""The meal editor as a person sees and uses it."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.chromium import analyze
from tests.photos import MEALS

MOUNT = """async (value) => {
  const { mount } = await import(`${window.gradio_config.root}/assets/js/meal/index.js`);
  const place = document.createElement("div");
  place.innerHTML = '<div class="meal"></div><p class="meal-status meal-unseen" role="status"></p>';
  document.querySelector("main").replaceChildren(place);
  mount(place, { props: { value }, trigger() {}, watch() {} });
}"""


def show(page: Page, meal: str = "fruit") -> None:
    """Analyse a photo of `MEALS`, and wait until its meal is complete."""
    analyze(page, MEALS / f"{meal}.jpg")
    expect(cards(page).first).to_be_visible()
    expect(page.locator("#insight footer")).to_be_visible()


def shown(page: Page, result: dict[str, Any]) -> None:
    """Show a result, without its photo, in an editor of its own."""
    page.evaluate(MOUNT, {"photo": "", "result": result})
    expect(cards(page)).to_have_count(len(result["detected_items"]))


def cards(page: Page) -> Locator:
    """The foods in the list."""
    return page.locator(".meal-card")


def opened(page: Page, number: int = 1) -> Locator:
    """The card of a food, counted from 1, with its controls."""
    card = cards(page).nth(number - 1)
    head = card.locator("h3 button")
    if head.get_attribute("aria-expanded") == "false":
        head.click()
    expect(head).to_have_attribute("aria-expanded", "true")
    return card


def name(card: Locator) -> str:
    """What a card calls its food."""
    return card.locator(".meal-name").evaluate("(name) => name.firstChild.data.trim()")


def kcal(place: Locator) -> float:
    """The first energy that a place of the page says."""
    return float(re.search(r"([\d,.]+)\s*kcal", place.inner_text()).group(1).replace(",", ""))


def grams(card: Locator) -> float:
    """A food's amount."""
    return float(card.locator(".meal-amount input").input_value().replace(",", ""))


def total(page: Page) -> float:
    """The meal's energy in kcal."""
    return kcal(page.locator(".meal-energy strong"))


def said(page: Page) -> Locator:
    """What a screen reader was told last."""
    return page.locator(".meal-status")


def fault(place: Locator | Page) -> Locator:
    """The sentence about what could not be done."""
    return place.locator(".meal-fault")


def choose_food(field: Locator, words: str) -> str:
    """Search a food and take the first that is found; returns its name."""
    field.fill(words)
    first = field.locator("xpath=following-sibling::ul").get_by_role("option").first
    expect(first).to_be_visible()
    found = first.locator("span").inner_text()
    field.press("ArrowDown")
    field.press("Enter")
    return found


def focused(page: Page) -> str:
    """The `data-key` or the id of what has the keyboard's focus."""
    return page.evaluate("document.activeElement.dataset.key || document.activeElement.id")


def on_photo(page: Page, across: float, down: float) -> tuple[float, float]:
    """A place of the photo, as shares of its width and height, in pixels of the window."""
    page.locator(".meal-canvas").scroll_into_view_if_needed()
    box = page.locator(".meal-canvas image").bounding_box()
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


def tap(page: Page, across: float, down: float) -> None:
    """Tap, or click, a place of the photo."""
    place = on_photo(page, across, down)
    if page.evaluate("matchMedia('(pointer: coarse)').matches"):
        page.touchscreen.tap(*place)
    else:
        page.mouse.click(*place)


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw, with the finger or the mouse, from one place of the photo to another."""
    places = [on_photo(page, *start), on_photo(page, *end)]
    if not page.evaluate("matchMedia('(pointer: coarse)').matches"):
        page.mouse.move(*places[0])
        page.mouse.down()
        page.mouse.move(*places[1], steps=6)
        page.mouse.up()
        return
    touches(page, [[place] for place in places])


def touches(page: Page, moves: list[list[tuple[float, float]]]) -> None:
    """Put fingers on the window, move them from place to place, and lift them."""
    session = page.context.new_cdp_session(page)
    for number, places in enumerate([*moves, []]):
        kind = "touchStart" if number == 0 else "touchMove" if places else "touchEnd"
        points = [{"x": x, "y": y} for x, y in places]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
