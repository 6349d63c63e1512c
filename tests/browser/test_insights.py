"""What a person sees of a language model on the page: growing text, a stop, further questions, fallbacks."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import expect

from tests.chromium import ENDLESS, LEFT_S, MEAL, MODEL_ONLY, WORD_S, analyze, ask, expect_growth, start
from tests.meal_page import opened

UNSEEN = MEAL.with_name("pizza.jpg")


@pytest.fixture(scope="module")
def server(remote_server):
    """Address of Noon with the chat server's model behind the insights."""
    return remote_server


def photos_analysed(server: str) -> int:
    return httpx.get(f"{server}/api/health").json()["counts"]["photos"]


def test_an_answer_grows_below_the_table_until_it_is_stopped(open_page, chat):
    chat.text, chat.word_delay_s = ENDLESS, WORD_S
    page = open_page()
    start(page, "What do you think?")
    expect_growth(page)
    assert page.locator(".meal-card").count() > 0
    page.click("#stop")
    assert chat.left.wait(LEFT_S)
    expect(page.locator("#insight footer")).to_have_text("Written by remote llava.")
    expect(page.locator("#stop")).to_be_hidden()
    expect(page.locator("#follow-up textarea")).to_be_visible()


def test_a_correction_while_the_answer_grows_ends_it_and_says_so(open_page, chat):
    chat.text, chat.word_delay_s = ENDLESS, WORD_S
    page = open_page()
    start(page, "What do you think?")
    expect_growth(page)
    opened(page).locator('[data-do="remove"]').click()
    assert chat.left.wait(LEFT_S)
    footer = page.locator("#insight footer")
    expect(footer).to_contain_text("corrected before the insight was finished")
    expect(footer).to_contain_text("without a language model")
    expect(page.locator("#stop")).to_be_hidden()
    expect(page.locator("#follow-up textarea")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#insight p").first).to_contain_text("kcal")
    expect(footer).not_to_contain_text("corrected")


def test_a_further_question_keeps_the_analysis_and_the_first_answer(open_page, chat, server):
    page = open_page()
    analyze(page, question="Is it colourful?")
    before = photos_analysed(server)
    chat.text = "It is tasty too."
    ask(page, "And tasty?")
    expect(page.locator("#insight h3")).to_have_text(["Is it colourful?", "And tasty?"])
    expect(page.locator("#insight p")).to_have_text(["A colourful plate.", "It is tasty too."])
    assert photos_analysed(server) == before
    told = [message["content"][-1]["text"] for message in chat.requests[-1]["messages"]]
    assert told[-2:] == ["A colourful plate.", "<question>And tasty?</question>"]


def test_who_stops_before_the_first_word_may_ask_again(open_page, chat):
    chat.delay_s = 60
    page = open_page()
    start(page, "Is it colourful?")
    page.click("#stop")
    chat.delay_s = 0
    ask(page, "Is it now?")
    expect(page.locator("#insight p")).to_have_text("A colourful plate.")


@pytest.mark.parametrize(("status", "reason"), [(401, "refused the API key"), (503, "error 503")])
def test_where_the_model_fails_the_built_in_insight_answers_and_says_why(open_page, chat, status, reason):
    chat.status = status
    page = open_page()
    analyze(page, question="How much protein is in this meal?")
    expect(page.locator("#insight footer")).to_contain_text(reason)
    expect(page.locator("#insight footer")).to_contain_text("without a language model")
    expect(page.locator("#insight p").first).to_contain_text("protein")


def test_the_model_alone_lists_foods_without_outlines_and_says_why(open_page, chat):
    chat.text = '{"foods": [{"name": "boiled rice", "grams": 180}, {"name": "broccoli", "grams": 90}]}'
    page = open_page()
    start(page, mode=MODEL_ONLY)
    expect(page.locator(".meal-card")).to_have_count(2)
    expect(page.locator(".meal-card").first).to_contain_text("180")
    expect(page.locator("#meal").get_by_text("it can't say where on the photo each is")).to_be_visible()
    expect(page.locator(".meal-food")).to_have_count(0)


def test_who_leaves_while_the_answer_grows_frees_the_model(open_page, chat):
    chat.text, chat.word_delay_s = ENDLESS, WORD_S
    page = open_page()
    start(page)
    expect_growth(page)
    page.close()
    assert chat.left.wait(LEFT_S)


def test_who_leaves_while_the_model_lists_foods_frees_it(open_page, chat):
    chat.text, chat.word_delay_s = ENDLESS, WORD_S
    page = open_page()
    start(page, mode=MODEL_ONLY, photo=UNSEEN)
    expect(page.locator(".noon-progress")).to_contain_text("Asking the language model")
    assert chat.asked.wait(LEFT_S)
    page.close()
    assert chat.left.wait(LEFT_S)
