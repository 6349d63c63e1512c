"""Corrections of a meal as JSON: each edit is a small object whose field `edit` says what it does.

Pixel coordinates are (x, y) of the upright photo. `id` is that of a detected item.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, FiniteFloat, TypeAdapter, ValidationError

from noon_demo.errors import RequestError
from noon_demo.schemas import AnalysisResponse, CandidateJson, MaskJson, Strict

MOST_EDITS = 100
Name = Annotated[str, Field(min_length=1, max_length=200)]
Positive = Annotated[FiniteFloat, Field(gt=0)]
Point = tuple[FiniteFloat, FiniteFloat]


class Rename(Strict):
    """The item is this food: a label, a name in English, German or Spanish, or a row's description."""

    edit: Literal["rename"]
    id: int
    food: Name


class Weigh(Strict):
    """So many grams of it are eaten."""

    edit: Literal["weigh"]
    id: int
    grams: Positive


class Measure(Strict):
    """So many of one of its `measures` are eaten."""

    edit: Literal["measure"]
    id: int
    amount: Positive
    measure: Name


class Multiply(Strict):
    """There is so many times as much of it."""

    edit: Literal["multiply"]
    id: int
    factor: Positive


class Eat(Strict):
    """Only this share of it is eaten, above 0 and at most 1; of everything without an `id`."""

    edit: Literal["eat"]
    id: int | None = None
    share: Positive


class Remove(Strict):
    """It isn't there."""

    edit: Literal["remove"]
    id: int


class Add(Strict):
    """A food that the photo doesn't show: `grams` of it, or what is said ("2 eggs"), or a usual serving.

    Without `grams` it may be several ("an apple and a banana").
    """

    edit: Literal["add"]
    food: Name
    grams: Positive | None = None


Amount = Annotated[FiniteFloat, Field(ge=0, le=100)]


class LabelNutrition(Strict):
    """What a nutrition label says of 100 g."""

    calories: Annotated[FiniteFloat, Field(ge=0, le=1000)]
    protein_g: Amount = 0.0
    carb_g: Amount = 0.0
    fat_g: Amount = 0.0
    fiber_g: Amount = 0.0
    sugar_g: Amount = 0.0
    sodium_mg: Annotated[FiniteFloat, Field(ge=0, le=100_000)] = 0.0
    saturated_fat_g: Amount = 0.0


class Label(Strict):
    """A packaged food by its nutrition label, of which so many grams are eaten."""

    edit: Literal["label"]
    name: Name
    grams: Positive
    per_100g: LabelNutrition


class Outline(Strict):
    """It is where this mask is; without an `id`, a further food with this name."""

    edit: Literal["outline"]
    id: int | None = None
    mask: MaskJson
    label: Name | None = None
    confidence: Annotated[FiniteFloat, Field(ge=0, le=1)] = 0.0
    candidates: Annotated[list[CandidateJson], Field(max_length=10, default_factory=list)]


class Merge(Strict):
    """These items are one."""

    edit: Literal["merge"]
    ids: Annotated[list[int], Field(max_length=100)]


class Split(Strict):
    """It is several: its mask's separate pieces, or two halves."""

    edit: Literal["split"]
    id: int


class Distance(Strict):
    """Two places in the photo and how far they are apart."""

    start: Point
    end: Point
    cm: Positive


class Rescale(Strict):
    """What is known of sizes in the photo: one of the plate's diameter, a distance, a known object in it."""

    edit: Literal["scale"]
    plate_diameter_cm: Positive | None = None
    distance: Distance | None = None
    object: Name | None = None


class Angle(Strict):
    """Another photo of the same meal, analysed: its foods that are not there yet are added."""

    edit: Literal["angle"]
    result: AnalysisResponse


class Leftovers(Strict):
    """A photo of the plate afterwards, analysed: what is left of each food was not eaten."""

    edit: Literal["leftovers"]
    result: AnalysisResponse


Edit = Annotated[
    Angle
    | Leftovers
    | Rename
    | Label
    | Weigh
    | Measure
    | Multiply
    | Eat
    | Remove
    | Add
    | Outline
    | Merge
    | Split
    | Rescale,
    Field(discriminator="edit"),
]


Edits: TypeAdapter[list[Edit]] = TypeAdapter(list[Edit])


class RecalculateRequest(Strict):
    """A result and the corrections to make, in order."""

    result: AnalysisResponse
    edits: Annotated[list[Edit], Field(max_length=MOST_EDITS)]

    @classmethod
    def read(cls, values: object) -> RecalculateRequest:
        """The request of JSON data. Raises `RequestError`."""
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise RequestError(correction(error.errors()[0])) from None


def correction(error: Mapping[str, Any]) -> str:
    """What to correct, by one of pydantic's errors, in a sentence."""
    place = ".".join(map(str, error["loc"])) or "the request"
    return f"Please correct {place}: {error['msg'][:1].lower()}{error['msg'][1:]}."
