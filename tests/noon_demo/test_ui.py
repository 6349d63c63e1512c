"""How the page writes a result: numbers, names and answers as plain text, colours that agree."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest

from ml.types import NO_NUTRIENTS, AnalyzedFood, FoodItem, Interval, MealFacts, Portion
from noon_demo.ml_inference import PhotoAnalysis, shared_models
from noon_demo.schemas import AnalysisResponse, ImageJson, ItemJson, NutritionJson, PartStatus
from noon_demo.service import AnalysisService
from noon_demo.ui import panels
from noon_demo.ui.chart import macro_chart
from noon_demo.ui.masks import DISPLAY_PX, annotated
from noon_demo.ui.progress import reporter
from noon_demo.ui.table import nutrition_table
from noon_demo.ui.text import STAGES, confidence_words, number, span
from tests.chromium import MEAL

EGG = NutritionJson(
    calories=143,
    protein_g=12.6,
    carb_g=0.7,
    fat_g=9.5,
    fiber_g=0,
    sugar_g=0.4,
    sodium_mg=142,
    saturated_fat_g=3.1,
)


def item(number: int, label: str = "egg", nutrition: NutritionJson | None = EGG) -> ItemJson:
    return ItemJson(
        id=number,
        label=label,
        confidence=0.9,
        candidates=[],
        bbox=None,
        mask=None,
        outline=[],
        named_by="model",
        weighed_by="model",
        sure=True,
        count=None,
        measures=[],
        eaten=1,
        area_cm2=20,
        mass_g=100,
        mass_g_range=(70, 140),
        nutrition=nutrition,
        source=None,
    )


def response(*items: ItemJson, warnings: list[str] | None = None) -> AnalysisResponse:
    return AnalysisResponse(
        mode="hybrid",
        detected_items=list(items),
        nutrition=None,
        insights="",
        insights_source="",
        image=ImageJson(width=4, height=3, key=None),
        scale=None,
        models={"segmenter": "SAM 2"},
        timings_ms={"clean_up": 1234.0},
        warnings=warnings or [],
    )


@pytest.mark.parametrize(
    ("value", "written"), [(0, "0"), (0.04, "0"), (4.84, "4.8"), (9.97, "10"), (1203.6, "1,204")]
)
def test_numbers_have_the_digits_they_deserve(value, written):
    assert number(value) == written


def test_ranges_and_confidence_are_put_in_words():
    assert span(95, 200.4) == "95–200"
    assert [confidence_words(c) for c in (0.97, 0.7, 0.4, 0.1)] == [
        "very likely",
        "likely",
        "perhaps",
        "a guess",
    ]


def test_a_food_that_was_not_counted_is_in_the_table_but_not_in_the_chart():
    foods = [item(1), item(2, "unknown food", nutrition=None)]
    assert "not counted" in nutrition_table(response(*foods))
    assert "unknown food" not in macro_chart(foods)
    assert macro_chart(foods[1:]) == ""


def test_the_chart_is_well_formed_and_takes_the_colours_of_the_page():
    svg = macro_chart([item(1), item(2, "fish & chips")])
    ElementTree.fromstring(svg[svg.index("<svg") :])
    assert "fish &amp; chips" in svg
    assert "currentColor" in svg


@pytest.mark.parametrize(
    "html",
    [
        nutrition_table(response(item(1, "<img src=x>"))),
        panels.insight([("<img src=x>", "<img src=x>")], "<img src=x>", ["<img src=x>"]),
        panels.alert("<img src=x>"),
        panels.cautions(response(item(1), warnings=["<img src=x>"])),
        panels.status_line(
            [PartStatus(part="insights", state="ready", model="<img src=x>", message="<img src=x>")]
        ),
    ],
)
def test_whatever_a_model_says_stays_text(html):
    assert "<img" not in html
    assert "&lt;img src=x&gt;" in html


def test_stages_are_timed_in_seconds():
    assert "Clean up</dt><dd>1.23 s" in panels.how_computed(response(item(1)))


def test_masks_shrink_with_the_photo_and_wear_the_colours_of_the_table():
    mask = np.zeros((1500, 3000), bool)
    mask[500:1000, 1000:2000] = True
    portion = Portion(100, Interval(80, 60, 100), Interval(80, 60, 100))
    foods = tuple(AnalyzedFood(FoodItem("egg", 0.9, (), mask), portion, None, None, None) for _ in range(2))
    facts = MealFacts(foods, NO_NUTRIENTS, NO_NUTRIENTS, NO_NUTRIENTS, None)
    (shown, masks), colors = annotated(PhotoAnalysis(np.zeros((1500, 3000, 3), np.uint8), facts, {}, {}, ()))
    assert shown.shape == (DISPLAY_PX // 2, DISPLAY_PX, 3)
    assert [label for _, label in masks] == ["1 egg", "2 egg"]
    assert np.isclose((masks[0][0] > 0).mean(), mask.mean(), rtol=0.05)
    table = nutrition_table(response(item(1), item(2)))
    assert all(color in table for color in colors.values())
    assert len(set(colors.values())) == 2


def test_only_the_stages_of_an_analysis_push_the_bar_and_never_back():
    shown = []
    report = reporter(lambda done, desc: shown.append((done, desc)))
    for words in ("Waiting: 2 ahead of you", "Waiting: 1 ahead of you", *STAGES, "Waiting: 1 ahead of you"):
        report(words)
    bar = [done for done, _ in shown]
    assert bar[:3] == [0, 0, 0]
    assert bar == sorted(bar)
    assert 0.8 < bar[-2] == bar[-1] < 1


def test_each_stage_that_an_analysis_reports_is_known_to_the_bar():
    reported: list[str] = []
    list(AnalysisService(shared_models(), 0).stream(MEAL, progress=reported.append))
    assert reported == list(STAGES)
