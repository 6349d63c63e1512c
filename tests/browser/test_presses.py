"""Who presses again or chooses another photo meanwhile: the newest press wins, an old result is marked."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import (
    ENDLESS,
    LEFT_S,
    MEAL,
    MODEL_ONLY,
    PHONE,
    WORD_S,
    analyze,
    ask,
    choose,
    expect_growth,
    hold,
    lose_connection,
    open_options,
    start,
    unfold,
)
from tests.meal_page import opened

PIZZA, FRIES = MEAL.with_name("pizza.jpg"), MEAL.with_name("fries.jpg")
SETTLE_MS = 1000
"""After which whatever comes late would have come."""
STOPPED = """() => {
  const stop = document.querySelector("#stop");
  stop?.click();
  return !stop;
}"""
"""Presses Stop as often as it is still there."""


@pytest.fixture(scope="module")
def server(remote_server):
    """Address of Noon with the chat server's model behind the insights."""
    return remote_server


@pytest.fixture
def page(open_page, chat) -> Page:
    return open_page(viewport=PHONE)


def expect_earlier(page: Page, heading: str) -> None:
    """The result is marked and can't be asked about."""
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.locator("#follow-ups")).to_be_hidden()
    expect(page.locator("#stop")).to_be_hidden()


def expect_result(page: Page, food: str, *answers: str) -> None:
    """The page shows a food and these answers, and nothing else comes."""
    expect(page.locator("#insight footer")).to_be_visible()
    for settle_ms in (0, SETTLE_MS):
        page.wait_for_timeout(settle_ms)
        expect(page.locator("#earlier")).to_be_empty()
        expect(page.locator("#meal")).to_contain_text(food, ignore_case=True)
        expect(page.locator("#insight p")).to_have_text(list(answers))
        expect(page.locator("#follow-ups")).to_be_visible()


def test_another_photo_ends_the_first_analysis_and_marks_its_result(page, chat):
    chat.text, chat.word_delay_s = ENDLESS, WORD_S
    start(page)
    expect_growth(page)
    choose(page, PIZZA)
    expect_earlier(page, "Result for the earlier photo")
    assert chat.left.wait(LEFT_S)
    expect(page.locator("#meal")).to_contain_text("bread", ignore_case=True)
    chat.text, chat.word_delay_s = "Pizza it is.", 0
    page.click("#analyze")
    expect_result(page, "pizza", "Pizza it is.")


def test_a_second_analysis_pressed_while_the_first_runs_takes_its_place(page, chat):
    chat.text, chat.word_delay_s = ENDLESS, WORD_S
    start(page, mode=MODEL_ONLY, photo=FRIES)
    choose(page, PIZZA)
    page.get_by_label("Foods and insight").check()
    chat.text, chat.word_delay_s = "Pizza it is.", 0
    page.click("#analyze")
    expect_result(page, "pizza", "Pizza it is.")


def test_of_many_presses_the_last_counts(page, chat):
    chat.text, chat.word_delay_s = ENDLESS, WORD_S
    examples = page.locator("#examples button")
    for number in (0, 2, 3, 0, 2):
        examples.nth(number).dispatch_event("click")  # folded away once a meal is there
    chat.text, chat.word_delay_s = "Rice it is.", 0
    examples.filter(has_text="Rice").dispatch_event("click")
    expect_result(page, "fried rice", "Rice it is.")
    expect(page.locator("#photo img")).to_have_attribute("src", re.compile("rice"))


def test_a_press_that_reaches_noon_late_does_not_count_as_the_last(page, chat):
    chat.text, chat.word_delay_s = "Rice it is.", 0
    underway = hold(page, "**/gradio_api/run/**", most=1)
    for name in ("Shakshuka", "Rice"):
        page.locator("#examples button", has_text=name).dispatch_event("click")
    expect(page.locator("#meal")).to_contain_text("fried rice", ignore_case=True)
    underway.first().continue_()
    expect_result(page, "fried rice", "Rice it is.")
    expect(page.locator("#photo img")).to_have_attribute("src", re.compile("rice"))


def test_a_photo_that_noon_hears_of_late_is_analysed_on(page, chat):
    chat.text, chat.word_delay_s = ENDLESS, WORD_S
    underway = hold(page, "**/gradio_api/run/**", most=1)
    start(page)
    expect_growth(page)
    late = underway.first()
    with page.expect_response(lambda response: response.request == late.request):
        late.continue_()
    assert not chat.left.wait(SETTLE_MS / 1000)
    expect_growth(page)
    expect(page.locator("#earlier")).to_be_empty()


def test_the_stop_of_a_newer_run_outlives_an_older_one(page, chat):
    chat.text, chat.word_delay_s = ENDLESS, WORD_S
    start(page)
    expect_growth(page)
    unfold(page)
    page.click("#analyze")
    assert chat.left.wait(LEFT_S)
    chat.left.clear()
    expect_growth(page)
    page.click("#stop")
    assert chat.left.wait(LEFT_S)
    expect(page.locator("#insight footer")).to_be_visible()
    expect(page.locator("#follow-ups")).to_be_visible()


def test_an_answer_about_the_earlier_photo_is_neither_finished_nor_remembered(page, chat):
    analyze(page)
    chat.text, chat.word_delay_s = ENDLESS, WORD_S
    ask(page, "Is there bread?")
    expect_growth(page)
    choose(page, PIZZA)
    assert chat.left.wait(LEFT_S)
    expect_earlier(page, "Result for the earlier photo")
    chat.text, chat.word_delay_s = "Pizza it is.", 0
    page.click("#analyze")
    expect_result(page, "pizza", "Pizza it is.")
    ask(page, "Is it hot?")
    expect_result(page, "pizza", "Pizza it is.", "Pizza it is.")
    assert "bread" not in str(chat.requests[-1]["messages"])


def test_a_removed_photo_leaves_its_result_marked(page, chat):
    analyze(page)
    unfold(page)
    page.get_by_label("Remove photo").click()
    expect_earlier(page, "Result for the earlier photo")
    page.click("#analyze")
    expect(page.get_by_role("alert")).to_have_text("Please add a photo of a meal.")
    expect_earlier(page, "Result for the earlier photo")
    expect(page.locator(".toast-body")).to_have_count(0)


def test_a_photo_that_fails_leaves_the_earlier_result_marked(page, chat, tmp_path):
    analyze(page)
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(MEAL.read_bytes()[:9000])
    choose(page, broken)
    page.click("#analyze")
    expect(page.get_by_role("alert")).to_contain_text("damaged")
    expect(page.locator(".toast-body")).to_have_count(0)
    expect_earlier(page, "Result for the earlier photo")
    expect(page.locator("#meal")).to_contain_text("bread", ignore_case=True)


def test_who_is_refused_about_the_same_photo_may_ask_on(page, chat):
    analyze(page)
    unfold(page)
    open_options(page)
    page.fill("#plate input", "3")
    page.click("#analyze")
    expect(page.get_by_role("alert")).to_contain_text("A plate measures")
    expect(page.locator("#earlier")).to_be_empty()
    expect(page.locator("#follow-up textarea")).to_be_editable()


def test_what_is_waited_for_is_seen(page, open_page, chat):
    chat.delay_s = 60
    start(open_page(), mode=MODEL_ONLY, photo=FRIES)
    start(page, mode=MODEL_ONLY, photo=PIZZA)
    words = page.locator(".noon-progress p")
    expect(words).to_have_text("Waiting: 1 ahead of you")
    expect(words).to_be_in_viewport()
    expect(page.locator("#analyze")).to_be_hidden()


def test_who_waits_may_cancel_and_begin_anew(page, open_page, chat):
    chat.delay_s = 60
    start(open_page(), mode=MODEL_ONLY, photo=FRIES)
    start(page, mode=MODEL_ONLY, photo=PIZZA)
    expect(page.locator(".noon-progress")).to_contain_text("ahead of you")
    page.get_by_role("button", name="Analyzing … Cancel").click()
    expect(page.locator("#photo img")).to_be_visible()
    expect(page.locator(".noon-progress")).to_be_hidden()
    expect(page.locator("#photo .noon-said")).to_have_text("Cancelled. The photo is still here.")
    page.get_by_label("Foods only, fastest").check()
    page.click("#analyze")
    expect(page.locator("#meal")).to_contain_text("pizza", ignore_case=True)
    expect(page.locator("#photo .noon-said")).to_be_empty()


def test_who_stops_waiting_for_the_writer_keeps_the_meal(page, open_page, chat):
    analyze(page)
    chat.delay_s = 60
    chat.asked.clear()
    start(open_page(), photo=FRIES)
    assert chat.asked.wait(LEFT_S)
    page.set_viewport_size(PHONE)
    start(page, photo=PIZZA)
    expect(page.locator(".noon-progress")).to_contain_text("ahead of you")
    page.click("#stop")
    expect(page.locator("#follow-ups")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("button", name="How this was computed").click()
    expect(page.locator("#details")).to_contain_text("pizza", ignore_case=True)


def test_a_question_that_is_stopped_while_it_waits_can_be_asked_again(page, open_page, chat):
    analyze(page, question="Is it colourful?")
    chat.text, chat.word_delay_s = ENDLESS, WORD_S
    ask(page, "Is it hot?")
    expect_growth(page)
    chat.delay_s = 60
    other = open_page()
    start(other, photo=FRIES)
    expect(other.locator(".noon-progress")).to_contain_text("ahead of you")
    ask(page, "Is it vegan?")
    assert chat.left.wait(LEFT_S)
    page.wait_for_function(STOPPED, polling=500)
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.locator("#insight h3")).to_have_text(["Is it colourful?"])
    other.close()
    chat.text, chat.word_delay_s, chat.delay_s = "A vegan plate.", 0, 0
    page.click("#ask")
    expect(page.locator("#insight h3")).to_have_text(["Is it colourful?", "Is it vegan?"])


def test_a_first_question_is_stopped_before_its_first_word(page, chat):
    analyze(page, question="Is it colourful?")
    chat.delay_s = 60
    ask(page, "Is it vegan?")
    page.click("#stop")
    expect(page.locator("#stop")).to_be_hidden()
    expect(page.locator("#insight h3")).to_have_text(["Is it colourful?"])
    expect(page.locator("#follow-up textarea")).to_have_value("Is it vegan?")
    chat.delay_s = 0
    page.click("#ask")
    expect(page.locator("#insight h3")).to_have_text(["Is it colourful?", "Is it vegan?"])


def test_a_question_asked_while_a_correction_is_on_its_way_is_answered_after_it(page, chat):
    analyze(page)
    underway = hold(page, "**/api/recalculate", most=1)
    opened(page).locator('[data-do="multiply"]').last.click()
    ask(page, "Is it vegan?")
    page.wait_for_timeout(SETTLE_MS)
    chat.text = "A vegan plate."
    underway.first().continue_()
    expect(page.locator("#insight h3")).to_have_text(["Is it vegan?"])
    expect(page.locator("#insight p").last).to_have_text("A vegan plate.")
    expect(page.locator("#follow-up textarea")).to_have_value("")


def test_who_corrects_the_meal_while_an_answer_grows_is_told_to_ask_again(page, chat):
    analyze(page)
    chat.text, chat.word_delay_s = ENDLESS, WORD_S
    ask(page, "Is it vegan?")
    expect_growth(page)
    opened(page).locator('[data-do="multiply"]').last.click()
    assert chat.left.wait(LEFT_S)
    expect(page.locator("#insight footer")).to_contain_text("please ask again")
    expect(page.locator("#follow-up textarea")).to_have_value("Is it vegan?")


@pytest.mark.parametrize("button", ["Delete: ", "Delete all"])
def test_a_meal_that_is_deleted_while_its_answer_grows_stays_deleted(page, chat, button):
    chat.text, chat.word_delay_s = ENDLESS, WORD_S
    page.once("dialog", lambda dialog: dialog.accept())
    start(page)
    expect_growth(page)
    page.get_by_role("button", name="Your meals").click()
    page.get_by_role("button", name=button).click()
    empty = page.get_by_text("Meals you analyze are listed here.")
    expect(empty).to_be_visible()
    page.keyboard.press("Escape")
    page.click("#stop")
    expect(page.locator("#insight footer")).to_be_visible()
    page.wait_for_timeout(SETTLE_MS)
    page.get_by_role("button", name="Your meals").click()
    expect(empty).to_be_visible()


@pytest.mark.parametrize("earlier", [False, True])
def test_a_connection_that_breaks_loses_neither_photo_nor_question(page, chat, earlier):
    if earlier:
        analyze(page)
    chat.delay_s = 60
    start(page, "Is it hot?", mode=MODEL_ONLY, photo=PIZZA)
    expect(page.locator(".noon-progress p")).not_to_be_empty()  # which is told by the connection
    with page.expect_navigation():
        lose_connection(page)
    expect(page.locator("#question textarea")).to_have_value("Is it hot?")
    expect(page.locator("#photo img")).not_to_have_js_property("naturalWidth", 0)
    if earlier:
        expect_earlier(page, "Result for the earlier photo")
    chat.text, chat.delay_s = "Pizza it is.", 0
    page.click("#analyze")
    expect_result(page, "pizza", "Pizza it is.")
    expect(page.locator("#insight h3")).to_have_text("Is it hot?")


def test_what_is_kept_is_told(page):
    expect(page.get_by_text("keeps your photo for at most an hour")).to_be_visible()
