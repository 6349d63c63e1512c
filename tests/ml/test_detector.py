"""The detector with the weights that ship, on a rendered meal whose masks are known, and on a drawn table."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from transformers import Sam2ImageProcessor

from ml.data.examples.meals import random_meal
from ml.detector import FoodDetector, NothingThereError
from ml.recognition.base import Recognition
from ml.recognition.naming import NamingThresholds
from ml.segmentation.base import MaskCandidates
from ml.segmentation.decoding import input_size
from ml.segmentation.embedded import EmbeddedSegmenter
from ml.segmentation.masks import mask_to_box
from ml.segmentation.sam2 import HubSegmenter
from ml.types import NOT_FOOD, Candidate

ASSETS = Path(__file__).parents[2] / "assets"


def table(width=800, height=640):
    """A brownish table with a soft grain."""
    random = np.random.default_rng(0)
    grain = cv2.resize(random.normal(0, 12, (8, 60)), (width, height), interpolation=cv2.INTER_CUBIC)
    return np.clip(np.array([150, 110, 75]) + grain[..., None], 0, 255).astype(np.uint8)


def iou(one, other):
    return np.count_nonzero(one & other) / np.count_nonzero(one | other)


def middle(mask):
    """(x, y) of the middle of a mask."""
    ys, xs = np.nonzero(mask)
    return round(xs.mean()), round(ys.mean())


@pytest.fixture(scope="module")
def meal():
    """Bread, an egg and an orange."""
    return random_meal(np.random.default_rng((3, 26)))


@pytest.fixture(scope="module")
def photo(meal):
    return meal.image


@pytest.fixture(scope="module")
def foods(meal):
    return [mask for _, mask in meal.foods]


def test_each_food_on_a_plate_is_found_once(detector, photo, foods):
    items = detector.detect(photo).items
    assert len(items) == len(foods)
    for food in foods:
        assert max(iou(item.mask, food) for item in items) > 0.75


def test_items_come_largest_first_with_disjoint_masks_and_tight_boxes(detector, photo):
    items = detector.detect(photo).items
    areas = [np.count_nonzero(item.mask) for item in items]
    assert areas == sorted(areas, reverse=True)
    assert np.sum([item.mask for item in items], axis=0).max() == 1
    for item in items:
        assert item.mask.shape == photo.shape[:2]
        assert item.bbox == mask_to_box(item.mask)
        assert item.label != NOT_FOOD
        assert 0 < len(item.candidates) <= 5
        confidences = [candidate.confidence for candidate in item.candidates]
        assert confidences == sorted(confidences, reverse=True)


class Doubtful:
    """A recognizer that says of each crop in turn how likely it is no food."""

    name = version = "doubtful"
    thresholds = NamingThresholds(not_food=0.4, not_food_beside_food=0.7)
    space = None

    def __init__(self, *not_food):
        self.not_food = not_food

    def classify(self, crops):
        doubts = self.not_food[: len(crops)]
        return [Recognition((Candidate("apple", 1 - doubt), Candidate(NOT_FOOD, doubt))) for doubt in doubts]


@pytest.mark.parametrize(("not_food", "found"), [((0.1, 0.6, 0.8), 2), ((0.6, 0.6, 0.6), 0)])
def test_beside_a_food_the_next_thing_is_easier_taken_for_food(detector, photo, not_food, found):
    segmenter = detector.segmenter
    doubtful = FoodDetector(segmenter, segmenter, Doubtful(*not_food), {})
    assert len(doubtful.detect(photo).items) == found


def test_a_bare_table_has_no_items(detector):
    assert detector.detect(table()).items == ()


@pytest.mark.parametrize("size", [(1, 1), (800, 20), (20, 800)])
def test_odd_sizes_are_no_trouble(detector, size):
    assert detector.detect(table(*size)).items == ()


def test_progress_and_timings_tell_the_stages(detector, photo):
    told: list[str] = []
    timings = detector.detect(photo, told.append).timings_ms
    assert list(timings) == ["embed", "locate", "decode", "clean_up", "recognize"]
    assert min(timings.values()) >= 0
    assert len(told) == len(timings)


def test_a_large_photo_gives_masks_at_its_own_size(detector, photo, foods):
    large = cv2.resize(photo, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    items = detector.detect(large).items
    assert len(items) == len(foods)
    for food in foods:
        expected = food.repeat(4, axis=0).repeat(4, axis=1)
        assert max(iou(item.mask, expected) for item in items) > 0.75


def test_a_click_gives_the_food_under_it(detector, photo, foods):
    for food in foods:
        item = detector.segment_at(photo, [middle(food)], [1])
        assert iou(item.mask, food) > 0.75
        assert item.bbox == mask_to_box(item.mask)
        assert item.label != NOT_FOOD


class CountingSegmenter(EmbeddedSegmenter):
    """The shipped segmenter, counting the photos that it embeds, without the close-ups."""

    embedded = 0

    def embed(self, image):
        self.embedded += image.shape == (480, 640, 3)
        return super().embed(image)


def test_a_photo_is_embedded_once_for_detection_and_all_clicks(detector, photo, foods):
    segmenter = CountingSegmenter(ASSETS / "segmenter", device="cpu")
    counting = FoodDetector(segmenter, segmenter, detector.recognizer, {}, remembered=1)
    counting.detect(photo)
    counting.segment_at(photo, [middle(foods[0])], [1])
    counting.segment_at(photo.copy(), [middle(foods[1])], [1])
    assert segmenter.embedded == 1
    counting.segment_at(photo[::-1], [middle(foods[1])], [1])
    assert segmenter.embedded == 2
    counting.segment_at(photo, [middle(foods[1])], [1])
    assert segmenter.embedded == 3


@pytest.fixture(scope="module")
def wide(photo):
    """The meal from afar: in the middle of a table, a sixteenth of the photo."""
    height, width = photo.shape[:2]
    scene = table(4 * width, 4 * height)
    scene[height : 2 * height, width : 2 * width] = photo
    return scene


@pytest.fixture(scope="module")
def far_foods(foods):
    """The masks of its foods."""
    height, width = foods[0].shape
    return [np.pad(food, ((height, 2 * height), (width, 2 * width))) for food in foods]


def test_a_click_outlines_what_is_small_in_its_photo(detector, wide, far_foods):
    for food in far_foods:
        assert iou(detector.segment_at(wide, [middle(food)], [1]).mask, food) > 0.8


def test_a_box_with_a_click_off_the_food_outlines_it_there_too(detector, wide, far_foods):
    for food in far_foods:
        x0, y0, x1, _ = box = mask_to_box(food)
        item = detector.segment_at(wide, [(2 * x0 - x1, y0)], [0], box)
        assert iou(item.mask, food) > 0.8


def test_a_click_where_nothing_is_says_so(detector, photo):
    class Blind(CountingSegmenter):
        """A segmenter that sees no objects."""

        def predict(self, embedding, prompts):
            seen = super().predict(embedding, prompts)
            return MaskCandidates(-np.abs(seen.logits), seen.scores)

    blind = FoodDetector(Blind(ASSETS / "segmenter"), detector.food_locator, detector.recognizer, {})
    with pytest.raises(NothingThereError, match="click in the middle"):
        blind.segment_at(photo, [(5, 5)], [1])


def test_a_hub_segmenter_is_told_by_the_embedded_one_where_to_look(detector, photo, tmp_path):
    for file in (ASSETS / "segmenter").iterdir():
        (tmp_path / file.name).symlink_to(file)
    side = {"height": input_size(detector.segmenter.model), "width": input_size(detector.segmenter.model)}
    half = [0.5, 0.5, 0.5]
    Sam2ImageProcessor(size=side, image_mean=half, image_std=half).save_pretrained(tmp_path)
    hub = HubSegmenter(str(tmp_path), device="cpu")
    found = FoodDetector(hub, detector.food_locator, detector.recognizer, detector.parents).detect(photo)
    assert found.models["segmenter"] == hub.name
    for item, other in zip(found.items, detector.detect(photo).items, strict=True):
        assert iou(item.mask, other.mask) > 0.9
