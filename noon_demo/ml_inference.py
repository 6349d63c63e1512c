"""The one door between the demo and `ml`: loading the models, analysing a photo, formatting the result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ml.errors import NoonError as NoonError
from ml.types import Image, MealFacts
from noon_demo.schemas import Mode


@dataclass(frozen=True, eq=False)
class PhotoAnalysis:
    """What the models found in one photo, before any question about it.

    `image` is the upright photo, HxWx3 uint8 RGB; the masks in `facts.foods[i].item.mask` are bool HxW.
    """

    image: Image
    facts: MealFacts
    models: Mapping[str, str]
    timings_ms: Mapping[str, float]
    warnings: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class AnalysisResult:
    """The one object that the page, the API and exports render.

    `insights` grows while an answer is written; `finished` is set on the last result of a stream.
    """

    photo: PhotoAnalysis
    mode: Mode
    question: str | None
    insights: str = ""
    insights_source: str = ""
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    finished: bool = False


class Models:
    """The parts that the configuration names, loaded in the background."""


def format_nutrition_response(result: AnalysisResult) -> dict[str, Any]:
    """The result as JSON-ready data, as `noon_demo.schemas.AnalysisResponse` describes it."""
    raise NotImplementedError
