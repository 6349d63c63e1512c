"""What leaves the page: tables, JSON, outlines and a picture of the meal."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from playwright.sync_api import Page, expect
from pycocotools import mask as masks
from pycocotools.coco import COCO

from noon_demo.schemas import AnalysisResponse
from tests.chromium import MEAL, PHONE, analyze, unfold


@pytest.fixture
def page(open_page) -> Page:
    page = open_page(viewport=PHONE)
    analyze(page)
    return page


def saved(page: Page, name: str) -> Path:
    """The file that a button of the dialog saves."""
    page.get_by_role("button", name="Save", exact=True).click()
    with page.expect_download() as download:
        page.locator("#export").get_by_role("button", name=name).click()
    expect(page.locator("#export")).to_contain_text(f"Saved: {download.value.suggested_filename}")
    page.get_by_role("button", name="Close").click()
    return Path(download.value.path())


def test_the_table_has_a_row_for_each_food_and_their_sum(page: Page):
    result = json.loads(saved(page, "All data (JSON)").read_text())
    AnalysisResponse.model_validate(result)
    rows = list(csv.DictReader(io.StringIO(saved(page, "Table (CSV)").read_text(encoding="utf-8-sig"))))
    assert [row["food"] for row in rows] == [*(item["label"] for item in result["detected_items"]), "total"]
    assert float(rows[-1]["calories"]) == result["nutrition"]["calories"]
    assert float(rows[0]["mass_g"]) == result["detected_items"][0]["mass_g"]
    assert {row["versions"] for row in rows} == {", ".join(map(" ".join, result["versions"].items()))}
    assert set(result["versions"]) == {"segmenter", "recognizer", "insights"}


def test_outlines_load_in_cocos_own_library(page: Page):
    file = saved(page, "Outlines (COCO)")
    result = json.loads(saved(page, "All data (JSON)").read_text())
    coco = COCO(str(file))
    assert coco.dataset["info"]["versions"] == result["versions"]
    annotations = coco.loadAnns(coco.getAnnIds())
    assert len(annotations) == len(result["detected_items"])
    for annotation, item in zip(annotations, result["detected_items"], strict=True):
        mask = coco.annToMask(annotation)
        assert mask.shape == (result["image"]["height"], result["image"]["width"])
        assert annotation["area"] == mask.sum() == masks.area(item["mask"])
        assert coco.loadCats(annotation["category_id"])[0]["name"] == item["label"]


def test_the_picture_shows_photo_outlines_and_totals(page: Page):
    card = PIL.Image.open(saved(page, "Picture")).convert("RGB")
    photo = PIL.Image.open(MEAL)
    height = round(1080 * photo.height / photo.width)
    assert card.width == 1080
    assert card.height > height + 200
    plain = np.asarray(photo.convert("RGB").resize((1080, height)), float)
    drawn = (np.abs(np.asarray(card, float)[:height] - plain).max(axis=2) > 90).mean()
    assert 0.001 < drawn < 0.1
    below = np.asarray(card.convert("L"))[height:]
    assert (below < 80).mean() > 0.005


def test_the_picture_lists_all_foods_of_its_total(page: Page):
    heights = page.evaluate(
        """async () => {
          const scripts = `${window.gradio_config.root}/assets/js`;
          const [{ picture }, { shown }] = await Promise.all(
            ["card", "history"].map((name) => import(`${scripts}/${name}.js`)),
          );
          const { photo, result } = shown();
          const height = async (count) => {
            const foods = Array(count).fill(result.detected_items[0]);
            const card = await picture(photo, { ...result, detected_items: foods });
            return (await createImageBitmap(card)).height;
          };
          return Promise.all([1, 2, 12].map(height));
        }"""
    )
    one, two, twelve = heights
    assert twelve - one == 11 * (two - one) > 0


def test_a_meal_can_be_saved_below_the_form(page: Page):
    unfold(page)
    expect(page.locator("#bar button:visible")).to_have_text("Save")
    assert saved(page, "Table (CSV)").stat().st_size


def test_a_spreadsheet_computes_no_name(open_page):
    page = open_page()
    written = page.evaluate(
        """async () => {
          const { csv } = await import(`${window.gradio_config.root}/assets/js/formats.js`);
          const amount = { mass_g: 1, mass_g_range: [1, 1], nutrition: null, source: null };
          return csv({ detected_items: [{ label: '=HYPERLINK("x")', ...amount }], nutrition: null });
        }"""
    )
    assert "'=HYPERLINK" in written
    assert "\n=" not in written


def test_where_files_can_be_shared_the_picture_is(open_page):
    page = open_page()
    page.evaluate(
        """() => {
          navigator.canShare = () => true;
          navigator.share = async ({ files }) => { window.shared = files[0].type; };
        }"""
    )
    analyze(page)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Share …").click()
    page.wait_for_function("window.shared === 'image/png'")
