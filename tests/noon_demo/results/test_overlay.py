"""The photo with its foods drawn in."""

import numpy as np

from ml.types import NO_NUTRIENTS, AnalyzedFood, FoodItem, Interval, MealFacts, Portion
from noon_demo.ml_inference import PhotoAnalysis
from noon_demo.results import overlay


def photo_with(*boxes, height=600, width=800):
    """A grey photo with a rectangular food in each (x0, y0, x1, y1)."""
    foods = []
    for x0, y0, x1, y1 in boxes:
        mask = np.zeros((height, width), bool)
        mask[y0:y1, x0:x1] = True
        item = FoodItem("rice", 0.9, (), mask, (x0, y0, x1, y1))
        foods.append(AnalyzedFood(item, Portion(10, Interval(1, 1, 1), Interval(1, 1, 1)), None, None, None))
    facts = MealFacts(tuple(foods), NO_NUTRIENTS, NO_NUTRIENTS, NO_NUTRIENTS, scale=None)
    return PhotoAnalysis(np.full((height, width, 3), 128, np.uint8), facts, {}, {}, ())


def test_foods_are_tinted_apart_and_the_rest_is_left_alone():
    photo = photo_with((100, 100, 300, 500), (500, 100, 700, 500))
    drawn = overlay.draw(photo)
    assert drawn.shape == photo.image.shape
    assert (drawn[:, 320:480] == 128).all()
    first, second = drawn[450, 200], drawn[450, 600]
    assert np.abs(first.astype(int) - 128).max() > 30
    assert np.abs(first.astype(int) - second).max() > 30
    assert (photo.image == 128).all()


def test_a_large_photo_is_drawn_smaller():
    assert overlay.draw(photo_with((0, 0, 2000, 1500), height=3000, width=4000)).shape == (1200, 1600, 3)


def test_a_label_at_the_edge_stays_on_the_photo():
    drawn = overlay.draw(photo_with((780, 0, 800, 20), height=600, width=800))
    assert (drawn == 32).all(axis=2).sum() > 500
