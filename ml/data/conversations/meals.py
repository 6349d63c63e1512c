"""Meals that nobody cooked: random foods in random amounts, weighed and looked up by the real analyzer."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.random import Generator

from ml.analyzer import NutritionAnalyzer
from ml.nutrition.foods import FoodTable
from ml.types import Candidate, Detections, FoodItem, MealFacts

SIZE = 160
PLATE_PX = 140
TABLE, CHINA, FOOD = (122, 92, 66), (236, 234, 230), (170, 110, 60)
BY_EYE = 0.85
"""Share of the meals whose grams are judged by eye, as where no segmenter is used; the others are drawn."""
SERVING_SPREAD = 0.4
NAMED = 100.0
"""Grams of a serving of what is not in the food table."""


def random_meal(
    rng: Generator, analyzer: NutritionAnalyzer, foods: FoodTable, labels: Sequence[str]
) -> MealFacts:
    """The facts of a meal of `labels`, around usual servings; empty facts without labels."""
    if not labels or rng.random() < BY_EYE:
        servings = [food.serving_g if (food := foods.get(label)) else NAMED for label in labels]
        grams = np.array(servings) * np.exp(rng.normal(0, SERVING_SPREAD, len(labels)))
        return analyzer.analyze_named(list(zip(labels, grams.tolist(), strict=True)))
    return _drawn_meal(rng, analyzer, labels)


def _drawn_meal(rng: Generator, analyzer: NutritionAnalyzer, labels: Sequence[str]) -> MealFacts:
    """Discs on a drawn plate, whose diameter is stated or taken for granted, or on a bare table."""
    photo = np.full((SIZE, SIZE, 3), TABLE, np.uint8)
    if rng.random() < 0.7:
        cv2.circle(photo, (SIZE // 2, SIZE // 2), PLATE_PX // 2, CHINA, cv2.FILLED, cv2.LINE_AA)
    turn, alone = rng.uniform(0, 2 * np.pi), len(labels) == 1
    away = 0.0 if alone else 0.25 * PLATE_PX
    largest = 0.4 * PLATE_PX if alone else away * np.sin(np.pi / len(labels))
    items = []
    for k, label in enumerate(labels):
        angle = turn + 2 * np.pi * k / len(labels)
        place = (SIZE // 2 + int(away * np.cos(angle)), SIZE // 2 + int(away * np.sin(angle)))
        radius = max(3, int(largest * rng.uniform(0.5, 0.95)))
        mask = cv2.circle(np.zeros((SIZE, SIZE), np.uint8), place, radius, 1, cv2.FILLED).astype(bool)
        photo[mask] = FOOD
        confidence = float(rng.uniform(0.4, 0.99))
        items.append(FoodItem(label, confidence, (Candidate(label, confidence),), mask))
    stated = float(rng.integers(18, 31)) if rng.random() < 0.25 else None
    return analyzer.analyze(Detections(photo, tuple(items)), stated)
