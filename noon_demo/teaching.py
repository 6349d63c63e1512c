"""What a visitor teaches: features of a crop to keep in the browser, and foods found again by these."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from pydantic import TypeAdapter, ValidationError

from noon_demo.errors import RequestError
from noon_demo.images import Image
from noon_demo.ml_inference import Detections, Models, TaughtFood
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
    known = models.taught_foods
    current = [food for food in taught if food.recognizer == known.key]
    named = known.name(detections, [_decoded(models, food, known.size) for food in current])
    stale = (STALE,) if len(current) < len(taught) else ()
    return replace(named, warnings=(*named.warnings, *stale)) if stale else named


def _decoded(models: Models, food: TaughtJson, size: int) -> TaughtFood:
    try:
        features = np.frombuffer(base64.b64decode(food.features, validate=True), NUMBERS)
    except (binascii.Error, ValueError):
        raise RequestError(NOT_TAUGHT) from None
    if len(features) != size or not np.isfinite(features).all():
        raise RequestError(NOT_TAUGHT)
    return TaughtFood(food.name, features.astype(np.float16))
