"""A page that was open while Noon was restarted goes on as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import expect

from tests.chromium import MEAL, analyze, ask, choose
from tests.conftest import free_port, served

PIZZA = MEAL.with_name("pizza.jpg")


@pytest.fixture(scope="module")
def restart(tmp_path_factory) -> Iterator[Callable[[], str]]:
    """Ends the server, if it runs, and starts one at the same address, which it returns."""
    folder, port = tmp_path_factory.mktemp("restarted"), free_port()
    with ExitStack() as running:

        def restart_() -> str:
            running.close()
            return running.enter_context(served(folder, port=port))

        yield restart_


@pytest.fixture(scope="module")
def server(restart) -> str:
    """Address of a Noon that is restarted."""
    return restart()


def test_a_photo_is_sent_to_the_new_server(open_page, restart):
    page = open_page()
    choose(page, PIZZA)
    restart()
    page.click("#analyze")
    expect(page.locator("#meal")).to_contain_text("pizza", ignore_case=True)
    expect(page.locator("#message")).to_be_empty()


def test_the_first_press_counts(open_page, restart):
    page = open_page()
    shakshuka, rice = (page.locator("#examples button", has_text=name) for name in ("Shakshuka", "Rice"))
    shakshuka.click()
    expect(page.locator("#insight footer")).to_be_visible()
    restart()
    rice.dispatch_event("click")  # folded away
    expect(page.locator("#meal")).to_contain_text("fried rice", ignore_case=True)


def test_a_meal_asked_about_is_still_that_of_its_photo_after_a_reload(open_page, restart):
    page = open_page()
    analyze(page, PIZZA)
    restart()
    ask(page, "Is it vegan?")
    expect(page.locator("#insight h3")).to_have_text("Is it vegan?")
    page.reload()
    expect(page.locator("#meal")).to_contain_text("pizza", ignore_case=True)
    expect(page.locator("#insight footer")).to_be_visible()
    expect(page.locator("#earlier")).to_be_empty()
    expect(page.locator("#follow-up textarea")).to_be_editable()
