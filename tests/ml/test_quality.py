"""The weights that ship are good enough: on meals that the test renders, and on tables without food."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from ml.data.examples.meals import random_meal
from ml.data.scenes.backgrounds import background
from ml.data.scenes.canvas import Canvas
from ml.data.scenes.tableware import clutter, plate
from ml.data.segmentation_metrics import ClickScores
from ml.evaluation.gallery import ask, tally
from tests.foodless import checks, grey, noise, text, white


@pytest.fixture(scope="module")
def meals():
    return [random_meal(np.random.default_rng((2, k))) for k in range(10)]


def test_most_foods_are_found_and_named_and_little_else_is(detector, meals):
    foods, found, named, extra = tally([ask(detector, meal) for meal in meals])
    assert found > 0.7 * foods
    assert named > 0.85 * found
    assert extra < 0.2 * foods


def test_a_click_outlines_a_food_and_more_clicks_do_no_harm(detector, meals):
    scores = ClickScores()
    for meal in meals:
        predict = partial(detector.segmenter.predict, detector.segmenter.embed(meal.image))
        for _, mask in meal.foods:
            scores.click(predict, mask)
    assert np.mean(scores.first) > 0.8
    assert np.mean(scores.last) > np.mean(scores.first) - 0.01


@pytest.mark.parametrize("picture", [grey, white, noise, text, checks])
def test_in_what_is_no_photo_of_food_none_is_found(detector, picture):
    assert detector.detect(picture()).items == ()


def test_a_table_without_food_is_left_alone(detector):
    alarms = 0
    for seed in range(20):
        rng = np.random.default_rng((4, seed))
        canvas = Canvas(background(rng, 384))
        canvas.lay(plate(rng, 260)[0], 60, 60, food=False)
        canvas.lay(clutter(rng, 384), 200, 180, food=False)
        alarms += bool(detector.detect(canvas.scene(rng).image).items)
    assert alarms <= 1
