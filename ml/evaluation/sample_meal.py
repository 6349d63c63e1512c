"""A meal with known numbers, for trying out what is written about meals."""

from __future__ import annotations

import cv2
import numpy as np

from ml.types import (
    AnalyzedFood,
    Candidate,
    Diet,
    Food,
    FoodItem,
    FoodRecord,
    Image,
    Interval,
    MealFacts,
    Nutrients,
    Portion,
    Scale,
)

VEGAN = Diet("yes", "yes", "no", "no", "no", "no", "no", "no", "no")
BEEF_IN_A_BUN = Diet("no", "no", "yes", "maybe", "no", "maybe", "no", "no", "maybe")
FRIES = Nutrients(437, 4.8, 57.9, 20.6, 5.3, 0.4, 294, 3.3)
BURGER = Nutrients(560, 28.0, 42.0, 31.0, 2.0, 8.0, 980, 12.0)


def analyzed(label: str, grams: float, nutrients: Nutrients | None, diet: Diet = VEGAN) -> AnalyzedFood:
    """A food of `grams`, 30 % less or 40 % more; unknown to the tables if without `nutrients`."""
    estimate = Interval(grams, grams * 0.7, grams * 1.4)
    portion = Portion(area_cm2=90.0, volume_cm3=estimate, mass_g=estimate)
    item = FoodItem(label, 0.9, (Candidate(label, 0.9),))
    if nutrients is None:
        return AnalyzedFood(item, portion, None, None, None)
    food = Food(label, None, 1, 0.6, 100.0, "heap", diet)
    record = FoodRecord(1, label, "Meals", nutrients.scaled(100 / grams))
    return AnalyzedFood(item, portion, food, record, nutrients)


def burger_and_fries() -> MealFacts:
    """140 g of french fries (437 kcal) and a 220 g hamburger (560 kcal): 997 kcal, 698 to 1396."""
    total = FRIES + BURGER
    foods = (analyzed("french fries", 140, FRIES), analyzed("hamburger", 220, BURGER, BEEF_IN_A_BUN))
    scale = Scale(Interval(0.03, 0.025, 0.035), "the plate's rim, taken to be 26 cm across")
    return MealFacts(foods, total, total.scaled(0.7), total.scaled(1.4), scale)


def draw_meal() -> Image:
    """A drawn plate of it, 960x720."""
    canvas = np.full((720, 960, 3), (120, 90, 70), np.uint8)
    cv2.circle(canvas, (480, 360), 320, (235, 235, 230), -1, cv2.LINE_AA)
    cv2.circle(canvas, (600, 340), 130, (150, 90, 40), -1, cv2.LINE_AA)
    for angle in range(0, 180, 12):
        cv2.ellipse(canvas, (330, 380), (110, 8), angle, 0, 360, (230, 190, 90), -1, cv2.LINE_AA)
    return canvas
