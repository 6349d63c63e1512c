"""The page in the visitor's language and units."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import PHONE, analyze

SCRIPTS = "${window.gradio_config.root}/assets/js"


def called(page: Page, module: str, call: str):
    """What a function of one of the page's scripts returns."""
    return page.evaluate(f"async () => (await import(`{SCRIPTS}/{module}.js`)).{call}")


@pytest.mark.parametrize(
    ("locale", "button", "label"),
    [("de-AT", "Analysieren", "Frage (freiwillig)"), ("es-MX", "Analizar", "Pregunta (opcional)")],
)
def test_the_page_speaks_the_browsers_language(open_page, locale, button, label):
    page = open_page(viewport=PHONE, locale=locale)
    expect(page.locator("#analyze")).to_have_text(button)
    expect(page.locator("#question")).to_contain_text(label)
    expect(page.locator("html")).to_have_attribute("lang", locale[:2])
    page.click("#analyze")
    sentence = {"de": "Bitte füge ein Foto", "es": "Añade una foto"}[locale[:2]]
    expect(page.get_by_role("alert")).to_contain_text(sentence)


def test_what_is_english_alone_says_so_and_the_rest_is_translated(open_page):
    page = open_page(locale="de-DE")
    analyze(page)
    assert page.locator("#insight p:not([lang=en])").count() == 0
    expect(page.locator("#insight .noon-english")).to_be_visible()
    page.get_by_role("button", name="Wie das berechnet wurde").click()
    expect(page.locator("#details h3")).to_have_text(["Modelle", "Versionen", "Maßstab", "Nährwerte", "Zeit"])
    expect(page.locator("#details")).to_contain_text("ein Tellerrand, angenommen als")
    expect(page.locator("#details section").last).to_contain_text("Einschätzung")


def test_coins_are_called_by_their_names_in_the_pages_language(open_page):
    page = open_page(locale="de-DE")
    analyze(page)
    page.get_by_role("button", name="Maßstab angeben").click()
    expect(page.locator("#meal-reference")).to_contain_text("50 Cent (Euro)")
    source = "a coin in the photo, stated to be 2 euros of 2.575 cm"
    told = "ein Gegenstand auf dem Foto (Münze), angegeben als 2 Euro von 2,575 cm"
    assert called(page, "i18n", f"told('{source}')") == told


def test_what_the_server_refuses_is_said_in_the_pages_language(open_page):
    page = open_page(locale="de-DE")
    refused = "Please correct edits.0.food: string should have at most 200 characters."
    assert called(page, "i18n", f"told('{refused}')").startswith("Bitte korrigiere edits.0.food (")


def test_other_languages_see_english(open_page):
    page = open_page(locale="fr-FR")
    expect(page.locator("#analyze")).to_have_text("Analyze")


def test_language_and_units_are_chosen_on_the_page_and_remembered(open_page):
    page = open_page()
    page.fill("#question textarea", "Genug?")
    page.get_by_role("button", name="Settings").click()
    page.get_by_label("Language").select_option("de")
    expect(page.get_by_role("heading", name="Einstellungen")).to_be_visible()
    page.get_by_label("Unzen").check()
    page.get_by_label("Kilojoule (kJ)").check()
    page.get_by_role("button", name="Schließen").click()
    expect(page.locator("#analyze")).to_have_text("Analysieren")
    expect(page.locator("#question textarea")).to_have_value("Genug?")
    page.reload()
    expect(page.locator("#analyze")).to_have_text("Analysieren")
    assert called(page, "meal/amounts", "mass(150)") == "5,3 oz"
    assert called(page, "meal/amounts", "energy(430)") == "1.800 kJ"
    analyze(page)
    expect(page.locator("#meal")).to_contain_text("kJ")
    expect(page.locator("#meal")).to_contain_text("oz")


@pytest.mark.parametrize(
    ("locale", "typed", "number"),
    [
        ("en-US", "1.5", 1.5),
        ("en-US", "1,5", 1.5),
        ("en-US", "1,204", 1204),
        ("en-US", "0,125", 0.125),
        ("de-DE", "1.204,5", 1204.5),
        ("de-DE", "2,", 2),
        ("de-DE", "1.204", 1204),
        ("es-ES", "½", None),
    ],
)
def test_numbers_are_understood_with_comma_and_point(open_page, locale, typed, number):
    page = open_page(locale=locale)
    assert called(page, "i18n", f"parseNumber({typed!r})") == (
        number if number is not None else pytest.approx(float("nan"), nan_ok=True)
    )
