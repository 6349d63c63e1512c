"""What a visitor filled in, checked: whoever calls an event writes its values, of whatever type."""

from __future__ import annotations

from typing import Any

from noon_demo.errors import RequestError
from noon_demo.requests import MAX_PLATE_CM, MIN_PLATE_CM
from noon_demo.schemas import AnalysisResponse
from noon_demo.ui import text


def photo_path(value: Any) -> str | None:
    """The path of a photo that `PublicBlocks` admits."""
    return value["path"] if value else None


def meal_result(value: Any) -> AnalysisResponse:
    """The result that the page shows, perhaps corrected. Raises `RequestError` if it is none."""
    try:
        return AnalysisResponse.model_validate(value["result"])
    except (ValueError, TypeError, KeyError):
        raise RequestError(text.NOT_A_FORM) from None


def typed_text(value: Any) -> str:
    """A text field's value; nothing filled in is the empty string. Raises `RequestError` if not text."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RequestError(text.NOT_A_FORM)
    return value


def plate_cm(value: Any) -> float | None:
    """The plate's diameter as typed, None if it isn't known. Raises `RequestError` for no plate's size."""
    typed = typed_text(value).strip().replace(",", ".")
    if not typed:
        return None
    try:
        diameter = float(typed)
    except ValueError:
        raise RequestError(text.NOT_A_FORM) from None
    if not MIN_PLATE_CM <= diameter <= MAX_PLATE_CM:
        raise RequestError(text.NOT_A_PLATE.format(low=MIN_PLATE_CM, high=MAX_PLATE_CM))
    return diameter
