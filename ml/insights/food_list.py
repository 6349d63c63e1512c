"""A list of foods with grams, as a language model writes it in JSON."""

from __future__ import annotations

import json
import threading
from typing import Any, Protocol

from ml.types import Image

FoodList = list[tuple[str, float]]
"""Foods as (name, grams)."""

MAX_FOODS = 12

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "foods": {
            "type": "array",
            "maxItems": MAX_FOODS,
            "items": {
                "type": "object",
                "properties": {"name": {"type": "string"}, "grams": {"type": "number"}},
                "required": ["name", "grams"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["foods"],
    "additionalProperties": False,
}
"""JSON schema of the same list under the key "foods", for servers that decode by one."""


class FoodLister(Protocol):
    """A part that can say what is on a photo by itself."""

    def list_foods(self, image: Image, stop: threading.Event | None = None) -> FoodList:
        """The foods in `image` (uint8 HxWx3 RGB) with grams. Raises InsightsError."""
        ...


def parse_food_list(text: str) -> FoodList:
    """The foods of a JSON list, as `FoodListGrammar` writes it, or of an object as `SCHEMA` describes it.

    Raises:
        ValueError: if the text is neither.

    >>> parse_food_list('[{"name": " boiled rice", "grams": 180}]')
    [('boiled rice', 180.0)]
    """
    value = json.loads(text)
    foods = value.get("foods") if isinstance(value, dict) else value
    if not isinstance(foods, list) or not all(isinstance(food, dict) for food in foods):
        raise ValueError("no list of foods")
    try:
        return [(str(food["name"]).strip(), float(food["grams"])) for food in foods][:MAX_FOODS]
    except (KeyError, TypeError) as error:
        raise ValueError("a food without name or grams") from error
