"""From the foods found in a photo to grams and nutrients, each with its range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from time import perf_counter

from ml.errors import NoonError
from ml.nutrition.database import NEAR, FoodDatabase
from ml.nutrition.facts import add_up
from ml.nutrition.foods import FoodTable
from ml.portion.estimator import estimate_portions, weigh_outlines
from ml.portion.scale import log_interval
from ml.portion.stated import NO_RIM, scale_by_object
from ml.types import (
    NO_NUTRIENTS,
    UNKNOWN_FOOD,
    AnalyzedFood,
    Candidate,
    Detections,
    Food,
    FoodItem,
    FoodRecord,
    Interval,
    MealFacts,
    Outline,
    Portion,
    Scale,
)

NAMED_SPREAD = 0.5
"""Log standard deviation of grams judged by eye, without a mask or a scale."""


class NutritionAnalyzer:
    """Weighs detected foods and looks up what they hold.

    `plate_diameter_cm` is what a plate is taken to measure unless a call states it.
    """

    def __init__(self, foods: FoodTable, database: FoodDatabase, plate_diameter_cm: float = 26.0) -> None:
        self._foods = foods
        self._database = database
        self._plate_diameter_cm = plate_diameter_cm

    def analyze(
        self,
        detections: Detections,
        plate_diameter_cm: float | None = None,
        reference: str | None = None,
    ) -> MealFacts:
        """The facts of a meal whose items all have masks.

        `plate_diameter_cm` if a person stated it, and `reference` the name of a coin or card in the photo.
        Where one of them can't be used, a warning says why.
        """
        started = perf_counter()
        items = detections.items
        if not items:
            return MealFacts((), NO_NUTRIENTS, NO_NUTRIENTS, NO_NUTRIENTS, scale=None)
        foods = [self._foods.get(item.label) for item in items]
        masks = [item.mask for item in items if item.mask is not None]
        weighing = estimate_portions(
            detections.image,
            masks,
            foods,
            plate_diameter_cm or self._plate_diameter_cm,
            stated=plate_diameter_cm is not None,
        )
        warnings = [NO_RIM] if plate_diameter_cm is not None and weighing.scale.rim_px is None else []
        if reference is not None:
            try:
                scale = scale_by_object(weighing.scale, reference)
                weighing = weigh_outlines(weighing.outlines, foods, scale)
            except NoonError as error:
                warnings.append(str(error))
        timings = {"portion": 1000 * (perf_counter() - started)}
        rows = zip(items, foods, weighing.portions, weighing.outlines, strict=True)
        facts = self._facts(list(rows), weighing.scale, timings)
        return replace(facts, warnings=(*facts.warnings, *warnings))

    def analyze_named(self, items: Sequence[tuple[str, float]]) -> MealFacts:
        """The facts of a meal known only as (name, grams), such as a language model's list; no masks.

        A name that the food table does not know is looked up in the whole database.
        """
        foods = [self._foods.find(name) for name, _ in items]
        named = [
            FoodItem(food.label if food else name, 1.0, (Candidate(name, 1.0),))
            for (name, _), food in zip(items, foods, strict=True)
        ]
        portions = [_judged_by_eye(grams, food) for (_, grams), food in zip(items, foods, strict=True)]
        rows = zip(named, foods, portions, [None] * len(named), strict=True)
        return self._facts(list(rows), None, {})

    def _facts(
        self,
        rows: Sequence[tuple[FoodItem, Food | None, Portion, Outline | None]],
        scale: Scale | None,
        timings_ms: Mapping[str, float],
    ) -> MealFacts:
        started = perf_counter()
        analyzed = [self._look_up(number, *row) for number, row in enumerate(rows, 1)]
        timings = {**timings_ms, "nutrition": 1000 * (perf_counter() - started)}
        return add_up(analyzed, scale, self._foods.names, timings)

    def _look_up(
        self, number: int, item: FoodItem, food: Food | None, portion: Portion, size: Outline | None
    ) -> AnalyzedFood:
        record = self._database.by_id(food.food_id) if food else self._nearest(item.label)
        nutrients = record.per_100g.scaled(portion.mass_g.value / 100) if record else None
        return AnalyzedFood(item, portion, food, record, nutrients, number, size)

    def _nearest(self, label: str) -> FoodRecord | None:
        """The best database row for a label that the table lacks, if it is near enough."""
        hits = [] if label == UNKNOWN_FOOD else self._database.search(label, limit=1)
        return hits[0].record if hits and hits[0].score >= NEAR else None


def _judged_by_eye(grams: float, food: Food | None) -> Portion:
    mass = log_interval(grams, NAMED_SPREAD)
    density = food.density_g_cm3 if food else 1.0
    return Portion(0.0, Interval(mass.value / density, mass.low / density, mass.high / density), mass)
