"""What a visitor teaches: features of a crop to keep in the browser, and foods found again by these."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from noon_demo.errors import RequestError
from noon_demo.ml_inference import Detections, FoodSearch, Models, NoonError, TaughtFood
from noon_demo.photos.images import Image
from noon_demo.schemas import Taught, TaughtJson, TeachResponse

NOT_TAUGHT = (
    'Please give taught as [{"name": "...", "features": "...", "recognizer": "..."}], with features and '
    "recognizer as /api/teach returned them."
)
STALE = "A food that you taught was left out: the recognizer has changed since. Teach it again."
NUMBERS = np.dtype("<f2")
_TAUGHT: TypeAdapter[list[TaughtJson]] = TypeAdapter(Taught)


def read(values: object) -> list[TaughtJson]:
    """What was taught, of JSON data or of its text. Raises `RequestError`."""
    try:
        if isinstance(values, str):
            return _TAUGHT.validate_json(values) if values else []
        return _TAUGHT.validate_python(values or [])
    except ValidationError:
        raise RequestError(NOT_TAUGHT) from None


def look(models: Models, image: Image, box: tuple[float, float, float, float]) -> TeachResponse:
    """What is to be kept of the food at `box` (x0, y0, x1, y1) of `image`. Raises `NoonError`."""
    features = models.taught_foods.look(image, box)
    encoded = base64.b64encode(features.astype(NUMBERS).tobytes()).decode("ascii")
    return TeachResponse(features=encoded, recognizer=models.taught_foods.key)


def name(models: Models, detections: Detections, taught: Sequence[TaughtJson]) -> Detections:
    """The foods of a photo, those that are like a taught one called by its name.

    Raises `RequestError` for features that are none, and `NoonError`.
    """
    known, search = models.taught_foods, models.search
    current = [food for food in taught if food.recognizer == known.key]
    foods = [TaughtFood(_label(search, food.name), _decoded(food.features, known.size)) for food in current]
    named = known.name(detections, foods)
    return named if len(current) == len(taught) else replace(named, warnings=(*named.warnings, STALE))


def _label(search: FoodSearch, name: str) -> str:
    """What the food data calls a food; a name that it doesn't know stays."""
    try:
        return search.resolve(name)[0]
    except NoonError:
        return name


def _decoded(features: str, size: int) -> NDArray[np.float16]:
    try:
        numbers = np.frombuffer(base64.b64decode(features, validate=True), NUMBERS)
    except (binascii.Error, ValueError):
        raise RequestError(NOT_TAUGHT) from None
    if len(numbers) != size or not np.isfinite(numbers).all():
        raise RequestError(NOT_TAUGHT)
    return numbers.astype(np.float16)
