"""Outlines of what people's photos show: proposed by models, kept where a review found them right."""

import csv

import numpy as np
import PIL.Image
import pytest

from ml.data.examples.meals import random_meal
from ml.data.outlines import read_outlines
from ml.data.salient import clear_outline, propose, to_try
from ml.data.salient_reviews import keep_reviewed
from ml.data.segmentation_metrics import iou
from ml.data.titled import LEFT_OUT, TitledPhoto
from ml.data.trimming import trim_plate
from ml.nutrition.foods import FoodTable
from ml.segmentation.embedded import EmbeddedSegmenter
from tests.discs import disc

SEGMENTER = "assets/segmenter"
PLATE_PX = 232
"""Radius of the plate of a rendered meal of 640 pixels."""


def the_plate(image):
    """Stands in for a model that marks what a photo is of."""
    height, width, _ = image.shape
    return disc(height, width, (width // 2, height // 2), PLATE_PX).astype(np.float32)


@pytest.fixture(scope="module")
def meals():
    """Two rendered meals on a plate."""
    rng = np.random.default_rng(2)
    return [random_meal(rng, most_foods=2) for _ in range(2)]


@pytest.fixture(scope="module")
def candidates(meals, tmp_path_factory):
    folder = tmp_path_factory.mktemp("candidates")
    photos = []
    for k, (meal, held_out) in enumerate(zip(meals, (None, LEFT_OUT), strict=True)):
        path = folder / "photos" / f"cook{k}" / "dinner.png"
        path.parent.mkdir(parents=True)
        PIL.Image.fromarray(meal.image).save(path)
        photos.append(TitledPhoto(f"cook{k}", "fried rice", path, held_out))
    propose(photos, the_plate, EmbeddedSegmenter(SEGMENTER), folder / "candidates", most=1)
    return folder / "candidates"


def review(folder, *rows):
    path = folder / "review.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def test_an_outline_is_clear_where_the_thing_is_whole_and_its_edge_sure():
    sure = disc(100, 100, (50, 50), 25).astype(np.float32)
    (mask,) = clear_outline(sure)
    assert (mask == (sure > 0)).all()
    assert clear_outline(0.6 * sure) is None
    assert clear_outline(disc(100, 100, (5, 50), 25).astype(np.float32)) is None
    assert clear_outline(np.zeros((100, 100), np.float32)) is None


def test_a_plate_that_resembles_the_table_is_trimmed_off_a_meal():
    image = np.random.default_rng(0).normal(215, 5, (240, 320, 3)).clip(0, 255).astype(np.uint8)
    plate, food = disc(240, 320, (160, 120), 100), disc(240, 320, (160, 120), 60)
    image[food] = (150, 90, 40)
    assert iou(trim_plate(image, plate), food) > 0.9


def test_every_source_has_its_turn_before_any_has_two(tmp_path):
    foods = FoodTable("assets/nutrition/foods.csv")
    photos = [
        TitledPhoto(source, food, tmp_path / f"{k}.jpg", None)
        for source in ("one", "two")
        for k, food in enumerate(("soup", "apple", "not food", "rice"))
    ]
    order = to_try(photos, foods, tries=2)
    assert [photo.food for photo in order[:2]] == ["apple", "apple"]
    assert {photo.source for photo in order[:2]} == {photo.source for photo in order[2:]} == {"one", "two"}
    assert len(order) == 4


def test_a_dish_whose_food_was_found_right_becomes_a_vessel_and_foods(candidates, meals, tmp_path):
    assert keep_reviewed(candidates, tmp_path / "kept", [review(tmp_path, "0DF1", "1DX0")]) == 2
    (learnt,), (held_out,) = read_outlines(tmp_path / "kept")
    true = np.any([mask for _, mask in meals[0].foods], axis=0)
    assert iou(np.any(learnt.masks("food"), axis=0), true) > 0.75
    (vessel,) = learnt.masks("vessel")
    assert iou(vessel, the_plate(meals[0].image) > 0) > 0.98
    assert learnt.complete
    assert held_out.kinds == ("dish",)
    assert held_out.unknown().all()


def test_what_a_review_found_wrong_is_left_out(candidates, tmp_path):
    assert keep_reviewed(candidates, tmp_path / "kept", [review(tmp_path, "0XX0", "1TX0")]) == 1
    learnt, (held_out,) = read_outlines(tmp_path / "kept")
    assert not learnt
    assert held_out.kinds == ("thing",)


def test_a_review_sees_every_photo_twice(candidates):
    (path,) = (candidates / "sheets").iterdir()
    height, width, _ = np.asarray(PIL.Image.open(path)).shape
    assert width > 2 * height
