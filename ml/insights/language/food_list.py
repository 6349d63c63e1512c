"""A list of foods with grams, as a language model writes it in JSON."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints, ValidationError
from pydantic_core import from_json

FoodList = list[tuple[str, float]]
"""Foods as (name, grams)."""

MAX_FOODS = 12
MAX_NAME_CHARS = 100
MAX_GRAMS = 9_999

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


class _ListedFood(BaseModel):
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_NAME_CHARS)]
    grams: float = Field(gt=0, le=MAX_GRAMS, allow_inf_nan=False)


def parse_food_list(text: str) -> FoodList:
    """The foods of a JSON list, as `FoodListGrammar` writes it, or of an object as `SCHEMA` describes it.

    Foods without a name or with grams that no food has are left out.

    Raises:
        ValueError: if the text is neither, or no food is left.

    >>> parse_food_list('[{"name": " boiled rice", "grams": 180}, {"name": "egg", "grams": NaN}]')
    [('boiled rice', 180.0)]
    """
    value = from_json(text)
    listed = value.get("foods") if isinstance(value, dict) else value
    if not isinstance(listed, list):
        raise ValueError("no list of foods")
    foods: FoodList = []
    for each in listed[:MAX_FOODS]:
        with suppress(ValidationError):
            food = _ListedFood.model_validate(each)
            foods.append((food.name, food.grams))
    if listed and not foods:
        raise ValueError("no food with a name and grams")
    return foods
