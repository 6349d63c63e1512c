"""The tools that agents may call: their arguments, results and descriptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from noon_demo.edits import correction
from noon_demo.errors import RequestError
from noon_demo.requests import MAX_PLATE_CM, MIN_PLATE_CM, MODES
from noon_demo.schemas import (
    AnalysisResponse,
    DetectionResponse,
    HealthResponse,
    LookupResponse,
    SegmentResponse,
    Strict,
)


class PhotoArguments(Strict):
    """A photo."""

    image: Annotated[
        str,
        Field(
            description="A photo of a meal of at most 25 MB: an https address, or a data: URL with base64.",
            examples=["https://example.org/lunch.jpg"],
        ),
    ]


class AnalyzeArguments(PhotoArguments):
    """A photo, and what to find out of it."""

    question: Annotated[
        str | None,
        Field(description="What to ask about the meal; may be left out.", examples=["Is it enough protein?"]),
    ] = None
    mode: Annotated[
        str,
        Field(
            description="hybrid for all, ml_only without an insight, llava_only by a LLaVA model alone.",
            json_schema_extra={"enum": list(MODES)},
        ),
    ] = "hybrid"
    plate_diameter_cm: Annotated[
        float | None,
        Field(
            description=f"What the plate measures across, {MIN_PLATE_CM} to {MAX_PLATE_CM}, if known.",
            examples=[26],
        ),
    ] = None


class SegmentArguments(Strict):
    """A photo, and where in it a food is."""

    image: Annotated[
        str | None,
        Field(description="The photo, as for analyze; may be left out where image_key is known."),
    ] = None
    points: Annotated[
        list[tuple[float, float]],
        Field(
            default_factory=list,
            description="[x, y] each, in pixels of the upright photo.",
            examples=[[[320, 240]]],
        ),
    ]
    labels: Annotated[
        list[Literal[0, 1]] | None,
        Field(description="1 for a point on the food, 0 for one off it; left out, all are on it."),
    ] = None
    box: Annotated[
        tuple[float, float, float, float] | None,
        Field(description="[x0, y0, x1, y1] around the food, in pixels.", examples=[[100, 80, 420, 300]]),
    ] = None
    image_key: Annotated[
        str | None, Field(description="The image.key of an earlier answer, instead of the photo.")
    ] = None


class RecalculateArguments(Strict):
    """A result, and what is wrong in it."""

    result: Annotated[dict[str, Any], Field(description="The JSON that analyze gave.")]
    edits: Annotated[
        list[dict[str, Any]],
        Field(
            description="Made in order; /api/openapi.json has all kinds.",
            examples=[
                [{"edit": "rename", "id": 1, "food": "tacos"}, {"edit": "weigh", "id": 1, "grams": 150}],
                [{"edit": "eat", "share": 0.5}],
                [{"edit": "add", "food": "olive oil", "grams": 10}],
            ],
        ),
    ]


class LookupArguments(Strict):
    """The name of a food."""

    food: Annotated[str, Field(description="Name of a food.", examples=["lentil soup"])]


class NoArguments(Strict):
    """Nothing."""


@dataclass(frozen=True)
class Tool:
    """What an agent is told of a tool."""

    arguments: type[Strict]
    result: type[Strict]
    description: str


TOOLS: Mapping[str, Tool] = {
    "analyze": Tool(
        AnalyzeArguments,
        AnalysisResponse,
        "Find and weigh the foods in a photo of a meal, add up their nutrition, and answer a question. Gives "
        "the photo with the foods drawn in, and the result without masks; POST /api/analyze has those.",
    ),
    "detect": Tool(
        PhotoArguments,
        DetectionResponse,
        "Find and name the foods in a photo of a meal, without weighing them.",
    ),
    "segment": Tool(
        SegmentArguments,
        SegmentResponse,
        "Outline and name the one food in a photo that points or a box mean.",
    ),
    "recalculate": Tool(
        RecalculateArguments,
        AnalysisResponse,
        "Correct a result: another name, weight, share eaten or scale, a food more or less. No model runs.",
    ),
    "lookup": Tool(
        LookupArguments,
        LookupResponse,
        "Look a food up by name in the food composition database, USDA FoodData Central.",
    ),
    "health": Tool(
        NoArguments,
        HealthResponse,
        "Tell which models are loaded, on what device, and how long each stage of an analysis takes.",
    ),
}


def checked(name: str, arguments: dict[str, Any]) -> Any:
    """The arguments of the tool `name`. Raises `RequestError` for a tool or arguments that there are not."""
    if name not in TOOLS:
        raise RequestError(f'There is no tool "{name[:40]}"; choose one of {", ".join(TOOLS)}.')
    try:
        return TOOLS[name].arguments.model_validate(arguments)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))[:40]
        known = ", ".join(TOOLS[name].arguments.model_fields) or "none"
        match first["type"]:
            case "missing":
                sentence = f"Please give {place}; the arguments are {known}."
            case "extra_forbidden":
                sentence = f'There is no argument "{place}"; the arguments are {known}.'
            case _:
                sentence = correction(first)
        raise RequestError(sentence) from None
