"""The one door between the demo and `ml`: loading the models, analysing a photo, formatting the result.

>>> result = analyze_food_image("lunch.jpg", "Is this vegetarian?")  # doctest: +SKIP
>>> format_nutrition_response(result)["nutrition"]["calories"]  # doctest: +SKIP
640.0
"""

from ml.errors import NoonError as NoonError
from ml.errors import failed_part as failed_part
from ml.nutrition.search import FoodSearch as FoodSearch
from ml.pipeline import NO_FOOD as NO_FOOD
from ml.portion.references import Reference as Reference
from ml.portion.references import references as references
from ml.portion.shapes import outline as outline
from ml.portion.stated import NO_SCALE as NO_SCALE
from ml.portion.stated import scale_by_distance as scale_by_distance
from ml.portion.stated import scale_by_object as scale_by_object
from ml.portion.stated import scale_by_plate as scale_by_plate
from ml.types import LABEL_ID as LABEL_ID
from ml.types import UNKNOWN_FOOD as UNKNOWN_FOOD
from ml.types import AnalysisResult as AnalysisResult
from ml.types import AnalyzedFood as AnalyzedFood
from ml.types import Candidate as Candidate
from ml.types import Detections as Detections
from ml.types import FoodItem as FoodItem
from ml.types import FoodRecord as FoodRecord
from ml.types import Interval as Interval
from ml.types import MealFacts as MealFacts
from ml.types import Nutrients as Nutrients
from ml.types import PhotoAnalysis as PhotoAnalysis
from ml.types import Portion as Portion
from ml.types import Report as Report
from ml.types import Scale as Scale
from ml.types import TaughtFood as TaughtFood
from noon_demo.ml_inference.answers import format_nutrition_response as format_nutrition_response
from noon_demo.ml_inference.answers import nutrition_response as nutrition_response
from noon_demo.ml_inference.answers import totals as totals
from noon_demo.ml_inference.models import Models as Models
from noon_demo.ml_inference.shared import analyze as analyze
from noon_demo.ml_inference.shared import analyze_food_image as analyze_food_image
from noon_demo.ml_inference.shared import detect_food_items as detect_food_items
from noon_demo.ml_inference.shared import get_food_detector as get_food_detector
from noon_demo.ml_inference.shared import get_insights as get_insights
from noon_demo.ml_inference.shared import get_nutrition_analyzer as get_nutrition_analyzer
from noon_demo.ml_inference.shared import shared_models as shared_models
from noon_demo.ml_inference.versions import Versions as Versions
