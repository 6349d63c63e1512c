"""From results to the JSON of `noon_demo.schemas`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from noon_demo.schemas import (
    AnalysisResponse,
    CandidateJson,
    FoodRow,
    ImageJson,
    ItemJson,
    MaskJson,
    NutritionJson,
    SourceJson,
    TotalsJson,
)

if TYPE_CHECKING:
    from noon_demo.ml_inference import AnalysisResult, AnalyzedFood, FoodRecord, MealFacts

DATABASE = "USDA FoodData Central"


def response(result: AnalysisResult, daily_values: Mapping[str, float | None]) -> AnalysisResponse:
    """All of a result. `daily_values` are the totals in percent of a day's reference amounts."""
    photo, facts = result.photo, result.photo.facts
    height, width = photo.image.shape[:2]
    return AnalysisResponse(
        mode=result.mode,
        detected_items=list(photo.items),
        nutrition=_totals(facts, daily_values),
        insights=result.insights,
        insights_source=result.insights_source,
        image=ImageJson(width=width, height=height),
        scale=facts.scale.source if facts.scale else None,
        models=dict(photo.models),
        timings_ms=dict(result.timings_ms),
        warnings=[*photo.warnings, *result.warnings],
    )


def item(number: int, food: AnalyzedFood) -> ItemJson:
    """A food, numbered from 1 in the order of the result."""
    found, portion, record = food.item, food.portion, food.record
    return ItemJson(
        id=number,
        label=found.label,
        confidence=found.confidence,
        candidates=[CandidateJson.model_validate(candidate) for candidate in found.candidates],
        bbox=found.bbox,
        mask=None if found.mask is None else MaskJson.encode(found.mask),
        area_cm2=portion.area_cm2,
        mass_g=portion.mass_g.value,
        mass_g_range=(portion.mass_g.low, portion.mass_g.high),
        nutrition=None if food.nutrients is None else NutritionJson.model_validate(food.nutrients),
        source=None
        if record is None
        else SourceJson(database=DATABASE, description=record.description, food_id=record.food_id),
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
    ranges = {f"{name}_range": (low[name], high[name]) for name in low}
    percents = {name: percent for name, percent in daily_values.items() if percent is not None}
    return TotalsJson.model_validate({**vars(facts.total), **ranges, "daily_values_percent": percents})
