"""The one door between the demo and `ml`: loading the models, analysing a photo, formatting the result.

>>> result = analyze_food_image("lunch.jpg", "Is this vegetarian?")  # doctest: +SKIP
>>> format_nutrition_response(result)["nutrition"]["calories"]  # doctest: +SKIP
640.0
"""

from ml.errors import NoonError, failed_part
from ml.nutrition.search import FoodSearch
from ml.pipeline import NO_FOOD
from ml.portion.references import Reference, references
from ml.portion.shapes import outline
from ml.portion.stated import NO_SCALE, scale_by_distance, scale_by_object, scale_by_plate
from ml.types import (
    LABEL_ID,
    UNKNOWN_FOOD,
    AnalysisResult,
    AnalyzedFood,
    Candidate,
    Detections,
    FoodItem,
    FoodRecord,
    Interval,
    MealFacts,
    Nutrients,
    PhotoAnalysis,
    Portion,
    Report,
    Scale,
    TaughtFood,
)
from noon_demo.ml_inference.answers import format_nutrition_response, nutrition_response, totals
from noon_demo.ml_inference.models import Models
from noon_demo.ml_inference.shared import (
    analyze,
    analyze_food_image,
    detect_food_items,
    get_food_detector,
    get_insights,
    get_nutrition_analyzer,
    shared_models,
)
from noon_demo.ml_inference.versions import Versions

__all__ = [
    "LABEL_ID",
    "NO_FOOD",
    "NO_SCALE",
    "UNKNOWN_FOOD",
    "AnalysisResult",
    "AnalyzedFood",
    "Candidate",
    "Detections",
    "FoodItem",
    "FoodRecord",
    "FoodSearch",
    "Interval",
    "MealFacts",
    "Models",
    "NoonError",
    "Nutrients",
    "PhotoAnalysis",
    "Portion",
    "Reference",
    "Report",
    "Scale",
    "TaughtFood",
    "Versions",
    "analyze",
    "analyze_food_image",
    "detect_food_items",
    "failed_part",
    "format_nutrition_response",
    "get_food_detector",
    "get_insights",
    "get_nutrition_analyzer",
    "nutrition_response",
    "outline",
    "references",
    "scale_by_distance",
    "scale_by_object",
    "scale_by_plate",
    "shared_models",
    "totals",
]
