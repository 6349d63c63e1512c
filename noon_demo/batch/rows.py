"""The table that a batch gives: one row a food, and one for a photo without any."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from noon_demo.schemas import AnalysisResponse, ItemJson, NutritionJson

Row = dict[str, Any]
"""A value, or None, for each of `COLUMNS`."""

COLUMNS: Mapping[str, str] = {
    "photo": "VARCHAR",  # its path below the folder
    "status": "VARCHAR",  # "food", "no food", or "failed"
    "problem": "VARCHAR",  # why it failed, in a sentence
    "width": "BIGINT",
    "height": "BIGINT",
    "food": "BIGINT",  # 1 for the largest; none where there is no food
    "label": "VARCHAR",
    "confidence": "DOUBLE",  # of the label, 0..1
    "sure": "BOOLEAN",  # whether the label needs no question
    "x0": "BIGINT",  # the food's box in pixels, x1 and y1 exclusive
    "y0": "BIGINT",
    "x1": "BIGINT",
    "y1": "BIGINT",
    "mask": "VARCHAR",  # COCO's compressed run-length encoding, of size (height, width)
    "area_cm2": "DOUBLE",
    "pieces": "BIGINT",
    "grams": "DOUBLE",
    "grams_low": "DOUBLE",  # eight tenths of the distribution lie between low and high
    "grams_high": "DOUBLE",
    "food_id": "BIGINT",  # of the row in the food composition database
    "food_description": "VARCHAR",
    **dict.fromkeys(NutritionJson.model_fields, "DOUBLE"),  # of the food as weighed; none where not known
    "meal_calories": "DOUBLE",  # of the photo's foods together, the same in each of its rows
    "meal_calories_low": "DOUBLE",
    "meal_calories_high": "DOUBLE",
    "insight": "VARCHAR",  # of the photo, where asked for
    "warnings": "VARCHAR",  # of the photo
    "segmenter": "VARCHAR",  # the versions of the models that looked
    "recognizer": "VARCHAR",
    "seconds": "DOUBLE",  # that the photo took
}
"""The columns in their order, with their SQL types; what is of the photo is the same in each of its rows."""


def printable(photo: str) -> str:
    """A photo's path as the table has it: bytes of the name that are no UTF-8 are written as `\\xe9`."""
    return os.fsencode(photo).decode("utf-8", "backslashreplace")


def failed(photo: str, problem: str) -> list[Row]:
    """The row of a photo that couldn't be analysed."""
    return [{**dict.fromkeys(COLUMNS), "photo": printable(photo), "status": "failed", "problem": problem}]


def rows(photo: str, result: AnalysisResponse, seconds: float) -> list[Row]:
    """The rows of an analysed photo."""
    about: Row = {
        **dict.fromkeys(COLUMNS),
        "photo": printable(photo),
        "status": "food" if result.detected_items else "no food",
        "width": result.image.width,
        "height": result.image.height,
        "insight": result.insights or None,
        "warnings": " ".join(result.warnings) or None,
        "segmenter": result.versions.get("segmenter"),
        "recognizer": result.versions.get("recognizer"),
        "seconds": round(seconds, 3),
    }
    if result.nutrition:
        low, high = result.nutrition.calories_range
        about |= {
            "meal_calories": result.nutrition.calories,
            "meal_calories_low": low,
            "meal_calories_high": high,
        }
    return [{**about, **_food(item)} for item in result.detected_items] or [about]


def _food(item: ItemJson) -> Row:
    nutrition = item.nutrition.model_dump() if item.nutrition else {}
    box = dict(zip(("x0", "y0", "x1", "y1"), item.bbox or (), strict=False))
    source = item.source
    return {
        **nutrition,
        **box,
        "food": item.id,
        "label": item.label,
        "confidence": item.confidence,
        "sure": item.sure,
        "mask": item.mask.counts if item.mask else None,
        "area_cm2": item.area_cm2,
        "pieces": item.count,
        "grams": item.mass_g,
        "grams_low": item.mass_g_range[0],
        "grams_high": item.mass_g_range[1],
        "food_id": source.food_id if source else None,
        "food_description": source.description if source else None,
    }
