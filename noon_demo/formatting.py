"""From results to the JSON of `noon_demo.schemas`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from noon_demo.schemas import (
    AnalysisResponse,
    CandidateJson,
    DetectedJson,
    DetectionResponse,
    FoodRow,
    ImageJson,
    ItemJson,
    MaskJson,
    NutritionJson,
    SourceJson,
    TotalsJson,
)

if TYPE_CHECKING:
    from ml.types import (
        AnalysisResult,
        AnalyzedFood,
        Detections,
        FoodItem,
        FoodRecord,
        MealFacts,
        PhotoAnalysis,
    )

_items: WeakKeyDictionary[PhotoAnalysis, list[ItemJson]] = WeakKeyDictionary()
"""The foods of each photo, encoded once however often its result is rendered."""


def response(result: AnalysisResult, daily_values: Mapping[str, float | None]) -> AnalysisResponse:
    """All of a result. `daily_values` are the totals in percent of a day's reference amounts."""
    photo, facts = result.photo, result.photo.facts
    height, width = photo.image.shape[:2]
    return AnalysisResponse(
        mode=result.mode,
        detected_items=_encoded(photo),
        nutrition=_totals(facts, daily_values),
        insights=result.insights,
        insights_source=result.insights_source,
        image=ImageJson(width=width, height=height),
        scale=facts.scale.source if facts.scale else None,
        models=dict(photo.models),
        timings_ms=dict(result.timings_ms),
        warnings=[*photo.warnings, *result.warnings],
    )


def detection(detections: Detections, warnings: Sequence[str]) -> DetectionResponse:
    """Foods that were found and named, not weighed."""
    height, width = detections.image.shape[:2]
    items = [_detected(number, item) for number, item in enumerate(detections.items, 1)]
    return DetectionResponse(
        detected_items=[DetectedJson.model_validate(item) for item in items],
        image=ImageJson(width=width, height=height),
        models=dict(detections.models),
        timings_ms=dict(detections.timings_ms),
        warnings=[*detections.warnings, *warnings],
    )


def _encoded(photo: PhotoAnalysis) -> list[ItemJson]:
    if photo not in _items:
        _items[photo] = [
            _item(number, food, photo.models["nutrition"]) for number, food in enumerate(photo.facts.foods, 1)
        ]
    return _items[photo]


def _detected(number: int, item: FoodItem) -> dict[str, Any]:
    """A food, numbered from 1 in the order of the result."""
    return {
        "id": number,
        "label": item.label,
        "confidence": item.confidence,
        "candidates": [CandidateJson.model_validate(candidate) for candidate in item.candidates],
        "bbox": item.bbox,
        "mask": None if item.mask is None else MaskJson.encode(item.mask),
    }


def _item(number: int, food: AnalyzedFood, database: str) -> ItemJson:
    portion, record = food.portion, food.record
    return ItemJson(
        **_detected(number, food.item),
        area_cm2=portion.area_cm2,
        mass_g=portion.mass_g.value,
        mass_g_range=(portion.mass_g.low, portion.mass_g.high),
        nutrition=None if food.nutrients is None else NutritionJson.model_validate(food.nutrients),
        source=None
        if record is None
        else SourceJson(database=database, description=record.description, food_id=record.food_id),
    )


def food_row(record: FoodRecord) -> FoodRow:
    """A row of the food composition database."""
    return FoodRow(
        food_id=record.food_id,
        description=record.description,
        category=record.category,
        nutrition_per_100g=NutritionJson.model_validate(record.per_100g),
        portions_g=dict(record.portions),
    )


def _totals(facts: MealFacts, daily_values: Mapping[str, float | None]) -> TotalsJson | None:
    """The meal's totals with their ranges; None when nothing could be counted."""
    if all(food.nutrients is None for food in facts.foods):
        return None
    low, high = vars(facts.total_low), vars(facts.total_high)
    ranges = {f"{name}_range": (low[name], high[name]) for name in low if low[name] is not None}
    percents = {name: percent for name, percent in daily_values.items() if percent is not None}
    return TotalsJson.model_validate({**vars(facts.total), **ranges, "daily_values_percent": percents})
