"""What the page writes itself: answers and names as plain text, how far an analysis is."""

from __future__ import annotations

import re

import pytest

from noon_demo.schemas import AnalysisResponse, ImageJson, ItemJson, NutritionJson, PartStatus
from noon_demo.ui import panels
from noon_demo.ui.progress import reporter
from noon_demo.ui.text import STAGES

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
        barcodes=[],
        models={"segmenter": "SAM 2"},
        versions={"segmenter": "segmenter-1"},
        timings_ms={"clean_up": 1234.0},
        warnings=warnings or [],
    )


@pytest.mark.parametrize(
    "html",
    [
        panels.insight([("<img src=x>", "<img src=x>")], "<img src=x>", ["<img src=x>"]),
        panels.alert("<img src=x>"),
        panels.status_line(
            [PartStatus(part="insights", state="failed", model="<img src=x>", message="<img src=x>")]
        ),
    ],
)
def test_whatever_a_model_says_stays_text(html):
    assert "<img" not in html
    assert "&lt;img src=x&gt;" in html


def test_parts_that_are_ready_take_no_room():
    assert panels.status_line([PartStatus(part="segmenter", state="ready", model="SAM 2")]) == ""


def test_stages_are_timed_in_seconds():
    assert re.search("Clean up</dt><dd.*>1.23 s<", panels.how_computed(response(item(1))))


def test_only_the_stages_of_an_analysis_push_the_bar_and_never_back():
    shown = []
    report = reporter(lambda done, desc: shown.append((done, desc)))
    for words in ("Waiting: 2 ahead of you", "Waiting: 1 ahead of you", *STAGES, "Waiting: 1 ahead of you"):
        report(words)
    bar = [done for done, _ in shown]
    assert bar[:3] == [0, 0, 0]
    assert bar == sorted(bar)
    assert 0.8 < bar[-2] == bar[-1] < 1
