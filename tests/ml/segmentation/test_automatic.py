import cv2
import numpy as np
import pytest

from ml.segmentation.automatic import SearchSettings, rank, segment_foods
from ml.segmentation.base import Embedding, MaskCandidates

SETTINGS = SearchSettings()
GRID = 96


class ColourSegmenter:
    """A segmenter by flood fill: the object at a click is the connected area of its colour, a plate likewise.

    It offers a part, the object, and all that is not table, as SAM does, and notes how often it is prompted.
    """

    name = "flood fill"

    def __init__(self):
        self.prompts = []

    def embed(self, image):
        self.scene = image
        return Embedding((), image.shape[:2])

    def predict(self, embedding, prompts):
        self.prompts.append(len(prompts))
        candidates = []
        for x, y in prompts.points[:, 0].astype(int):
            area = np.zeros((self.scene.shape[0] + 2, self.scene.shape[1] + 2), np.uint8)
            cv2.floodFill(self.scene.copy(), area, (int(x), int(y)), (1, 2, 3))
            whole = area[1:-1, 1:-1].astype(bool)
            part = whole & (np.arange(whole.shape[1]) < x)
            candidates.append([part, whole, self.scene[..., 0] > 0])
        masks = np.array(candidates, np.uint8)
        small = np.array(
            [[cv2.resize(m, (GRID, GRID), interpolation=cv2.INTER_NEAREST) for m in c] for c in masks]
        )
        scores = np.tile(np.float32([0.8, 0.9, 0.95]), (len(small), 1))
        return MaskCandidates(np.where(small, 8, -8).astype(np.float32), scores)


def table_with(*blobs):
    """A black table, a white plate, round foods (x, y, radius), each of its own colour; and the food map."""
    scene = np.zeros((300, 400, 3), np.uint8)
    cv2.circle(scene, (200, 150), 140, (255, 255, 255), -1)
    food = np.zeros(scene.shape[:2], np.float32)
    for number, (x, y, radius) in enumerate(blobs):
        cv2.circle(scene, (x, y), radius, (40 + 50 * number, 90, 60), -1)
        cv2.circle(food, (x, y), radius, 0.95, -1)
    return scene, cv2.resize(food, (96, 96), interpolation=cv2.INTER_AREA)


def search(scene, food):
    segmenter = ColourSegmenter()
    logits, scores = segment_foods(segmenter, segmenter.embed(scene), food, SETTINGS)
    return segmenter, logits > 0, scores


def test_every_food_is_found_once_and_neither_parts_nor_the_plate():
    scene, food = table_with((130, 110, 40), (250, 100, 30), (200, 215, 45), (271, 190, 20))
    _, masks, scores = search(scene, food)
    assert len(masks) == 4
    assert sorted(masks.mean(axis=(1, 2)) * scene[..., 0].size) == pytest.approx(
        [np.pi * r**2 for r in (20, 30, 40, 45)], rel=0.15
    )
    assert list(scores) == sorted(scores, reverse=True)


def test_foods_that_touch_are_told_apart():
    _, masks, _ = search(*table_with((150, 150, 45), (235, 150, 45)))
    assert len(masks) == 2


def test_search_ends_when_all_food_is_covered():
    segmenter, _, _ = search(*table_with((200, 150, 60)))
    assert len(segmenter.prompts) == 1


def test_without_food_nothing_is_prompted():
    segmenter, masks, scores = search(*table_with())
    assert segmenter.prompts == []
    assert len(masks) == len(scores) == 0


def candidate(mask, score=0.9):
    return np.where(mask, 5, -5).astype(np.float32)[None, None], np.float32([[score]])


def ranked(mask, food, score=0.9):
    return rank(MaskCandidates(*candidate(mask, score)), food, SETTINGS)


def square(side, size=40):
    mask = np.zeros((size, size), bool)
    mask[5 : 5 + side, 5 : 5 + side] = True
    return mask


def test_the_score_is_the_product_that_it_says():
    food = np.full((40, 40), 0.8, np.float32)
    _, scores = ranked(square(20), food, score=0.9)
    assert scores == pytest.approx([0.9 * 1.0 * 0.8 * 0.25**SETTINGS.size_bonus])


def test_a_mask_that_is_mostly_not_food_is_dropped():
    food = square(10).astype(np.float32)
    assert len(ranked(square(10), food)[0]) == 1
    assert len(ranked(square(30), food)[0]) == 0


@pytest.mark.parametrize(("side", "score"), [(1, 0.9), (0, 0.9), (20, 0.01)])
def test_specks_empty_and_unsure_masks_are_dropped(side, score):
    assert len(ranked(square(side), np.ones((40, 40), np.float32), score)[0]) == 0


def test_the_food_map_may_have_another_resolution():
    food = cv2.resize(square(20).astype(np.float32), (97, 61))
    assert ranked(square(20), food)[1] == pytest.approx([0.9 * 0.25**SETTINGS.size_bonus], rel=0.05)
