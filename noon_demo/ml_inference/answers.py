"""Results as the API's JSON."""

from __future__ import annotations

from typing import Any

from ml.nutrition.daily_values import percent_daily_value
from ml.types import AnalysisResult, MealFacts
from noon_demo.results import formatting
from noon_demo.schemas import AnalysisResponse, TotalsJson


def totals(facts: MealFacts) -> TotalsJson | None:
    """A meal's totals as the API's JSON, typed; None when nothing was counted."""
    return formatting.totals(facts, percent_daily_value(facts.total))


def nutrition_response(result: AnalysisResult) -> AnalysisResponse:
    """The result as the API's JSON, typed."""
    return formatting.response(result, totals(result.photo.facts))


def format_nutrition_response(result: AnalysisResult) -> dict[str, Any]:
    """The result as JSON-ready data, as `noon_demo.schemas.AnalysisResponse` describes it."""
    return nutrition_response(result).model_dump(mode="json")
