import cv2
import numpy as np

from ml.segmentation.regions import food_regions


def food_map(*discs):
    """A food map, 96 x 96, with discs (x, y, radius)."""
    food = np.full((96, 96), 0.05, np.float32)
    for x, y, radius in discs:
        cv2.circle(food, (x, y), radius, 0.95, -1)
    return food


def test_foods_apart_are_regions_of_their_own():
    food = food_map((20, 20, 10), (60, 30, 14), (40, 75, 9))
    regions = food_regions(food, 0.5) > 0
    assert len(regions) == 3
    assert np.array_equal(regions.any(axis=0), food > 0.5)
    assert regions.sum(axis=0).max() == 1


def test_foods_that_touch_are_parted_at_the_neck():
    regions = food_regions(food_map((30, 48, 16), (60, 48, 16)), 0.5) > 0
    assert len(regions) == 2
    columns = [np.flatnonzero(region.any(axis=0)) for region in regions]
    assert sorted((int(c[0]), int(c[-1])) for c in columns) == [(14, 44), (46, 76)]


def test_a_bent_banana_stays_one():
    banana = np.full((96, 96), 0.05, np.float32)
    cv2.ellipse(banana, (48, 30), (34, 34), 0, 20, 160, 0.95, 12)
    assert len(food_regions(banana, 0.5)) == 1


def test_a_map_without_food_has_no_regions():
    assert food_regions(food_map(), 0.5).shape == (0, 96, 96)
