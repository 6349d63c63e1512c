"""What a visitor filled in, checked: whoever calls an event writes its values, of whatever type."""

from __future__ import annotations

from typing import Any

from noon_demo.errors import RequestError
from noon_demo.ui import text

MIN_PLATE_CM, MAX_PLATE_CM = 8, 60


def photo_path(value: Any) -> str | None:
    """The path of a photo as `PublicBlocks` admits it."""
    return value["path"] if value else None


def words(value: Any) -> str:
    """A text field's value; nothing filled in is the empty string. Raises `RequestError` if not text."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RequestError(text.NOT_A_FORM)
    return value


def plate_cm(value: Any) -> float | None:
    """The plate's diameter, None if it isn't known. Raises `RequestError` for no plate's size."""
    if value is None or value == 0:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise RequestError(text.NOT_A_FORM)
    if not MIN_PLATE_CM <= value <= MAX_PLATE_CM:
        raise RequestError(text.NOT_A_PLATE.format(MIN_PLATE_CM, MAX_PLATE_CM))
    return value
