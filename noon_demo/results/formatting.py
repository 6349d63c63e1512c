"""From results to the JSON of `noon_demo.schemas`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from noon_demo.results import masks
from noon_demo.schemas import (
    AnalysisResponse,
    BarcodeJson,
    CandidateJson,
    DetectedJson,
    DetectionResponse,
    FoodRow,
    ImageJson,
    ItemJson,
    MeasureJson,
    NutritionJson,
    ScaleJson,
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
        Nutrients,
        PhotoAnalysis,
        Scale,
    )

LABEL = "nutrition label"
"""The source of a food whose label was typed in."""

_items: WeakKeyDictionary[MealFacts, list[ItemJson]] = WeakKeyDictionary()
"""The foods of each meal, encoded once however often its result is rendered."""


def response(result: AnalysisResult, nutrition: TotalsJson | None) -> AnalysisResponse:
    """All of a result, whose `totals` are `nutrition`."""
    photo, facts = result.photo, result.photo.facts
    height, width = photo.image.shape[:2]
    return AnalysisResponse(
        mode=result.mode,
        detected_items=_encoded(photo),
        barcodes=[BarcodeJson.model_validate(barcode) for barcode in photo.barcodes],
        nutrition=nutrition,
        insights=result.insights,
        insights_source=result.insights_source,
        image=ImageJson(width=width, height=height, key=photo.key),
        scale=scale(facts.scale),
        models=dict(photo.models),
        versions=dict(result.versions),
        timings_ms=dict(result.timings_ms),
        warnings=[*photo.warnings, *result.warnings],
    )


def detection(detections: Detections, warnings: Sequence[str]) -> DetectionResponse:
    """Foods that were found and named, not weighed."""
    height, width = detections.image.shape[:2]
    return DetectionResponse(
        detected_items=[
            DetectedJson.model_validate(detected(number, item))
            for number, item in enumerate(detections.items, 1)
        ],
        barcodes=[BarcodeJson.model_validate(barcode) for barcode in detections.barcodes],
        image=ImageJson(width=width, height=height, key=detections.key),
        models=dict(detections.models),
        versions=dict(detections.versions),
        timings_ms=dict(detections.timings_ms),
        warnings=[*detections.warnings, *warnings],
    )


def detected(number: int, item: FoodItem) -> dict[str, Any]:
    """The fields of a `DetectedJson`."""
    return {
        "id": number,
        "label": item.label,
        "confidence": item.confidence,
        "candidates": [CandidateJson.model_validate(candidate) for candidate in item.candidates],
        "bbox": item.bbox,
        "mask": None if item.mask is None else masks.encode(item.mask),
        "outline": [] if item.mask is None else masks.outline(item.mask),
        "look": item.look,
    }


def food(analyzed: AnalyzedFood, database: str) -> ItemJson:
    """A food of a meal; `database` names where its nutrition comes from."""
    portion, record = analyzed.portion, analyzed.record
    return ItemJson(
        **detected(analyzed.id, analyzed.item),
        named_by=analyzed.named_by,
        weighed_by=analyzed.weighed_by,
        sure=analyzed.is_sure,
        outlined_by=analyzed.outlined_by,
        count=portion.count,
        measures=[MeasureJson.model_validate(measure) for measure in analyzed.measures],
        area_cm2=portion.area_cm2,
        mass_g=portion.mass_g.value,
        mass_g_range=(portion.mass_g.low, portion.mass_g.high),
        eaten=analyzed.eaten,
        nutrition=None if analyzed.nutrients is None else NutritionJson.model_validate(analyzed.nutrients),
        source=None
        if record is None
        else SourceJson(
            database=database if record.food_id else LABEL,
            description=record.description,
            food_id=record.food_id,
            per_100g=None if record.food_id else _known(record.per_100g),
        ),
    )


def scale(known: Scale | None) -> ScaleJson | None:
    """How large a pixel is."""
    if known is None:
        return None
    return ScaleJson(
        source=known.source,
        cm_per_px=known.cm_per_px.value,
        cm_per_px_range=(known.cm_per_px.low, known.cm_per_px.high),
        tilt_deg=known.tilt_deg,
        rim_px=known.rim_px,
        objects_px=dict(known.objects_px),
    )


def totals(facts: MealFacts, daily_values: Mapping[str, float | None]) -> TotalsJson | None:
    """The meal's totals with their ranges; None when nothing could be counted.

    `daily_values` are the totals in percent of a day's reference amounts.
    """
    if all(food.nutrients is None for food in facts.foods):
        return None
    low, high = vars(facts.total_low), vars(facts.total_high)
    ranges = {f"{name}_range": (low[name], high[name]) for name in low if low[name] is not None}
    percents = {name: percent for name, percent in daily_values.items() if percent is not None}
    return TotalsJson.model_validate({**vars(facts.total), **ranges, "daily_values_percent": percents})


def food_row(record: FoodRecord, score: float) -> FoodRow:
    """A row of the food composition database that fits a search as `score` in 0..1 says."""
    return FoodRow(
        food_id=record.food_id,
        description=record.description,
        category=record.category,
        nutrition_per_100g=NutritionJson.model_validate(record.per_100g),
        portions_g=dict(record.portions),
        score=score,
    )


def _known(amounts: Nutrients) -> dict[str, float]:
    return {name: amount for name, amount in vars(amounts).items() if amount is not None}


def _encoded(photo: PhotoAnalysis) -> list[ItemJson]:
    facts = photo.facts
    if facts not in _items:
        _items[facts] = [food(analyzed, photo.models["nutrition"]) for analyzed in facts.foods]
    return _items[facts]
