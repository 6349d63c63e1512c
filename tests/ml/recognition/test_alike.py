"""Foods of one photo that look alike, with features made up and with the weights that ship."""

import numpy as np
import PIL.Image
import torch

from ml.recognition.alike import ALIKE, looks
from ml.recognition.prototypes import FeatureSpace
from tests.photos import MEALS

SPACE = FeatureSpace(torch.tensor([3.0, 0.0, 0.0]), 1.0, 0.0)


def seen(*degrees):
    """Features so many degrees apart, seen from the mean; None is at right angles to all of those."""
    turns = [None if turn is None else np.radians(turn) for turn in degrees]
    rows = [(3, 0, 1) if turn is None else (3 + np.cos(turn), np.sin(turn), 0) for turn in turns]
    return np.array(rows, np.float32)


def test_foods_share_a_look_from_the_least_cosine_on():
    turn = np.degrees(np.arccos(ALIKE))
    assert looks(SPACE, seen(0, turn - 1)) == [1, 1]
    assert looks(SPACE, seen(0, turn + 1)) == [1, 2]


def test_looks_are_numbered_in_the_order_of_the_foods():
    assert looks(SPACE, seen(None, 0, 180, 1, None, 179)) == [1, 2, 3, 2, 1, 3]
    assert looks(SPACE, seen(7)) == [1]


def test_a_row_of_foods_each_like_the_next_has_one_look_in_any_order():
    row = [0, 50, 100, 150, 200]
    for _ in range(5):
        row = [*row[2:], *row[:2]]
        assert looks(SPACE, seen(*row, None)) == [1] * len(row) + [2]


def test_two_eggs_look_alike_and_not_like_the_bread(detector):
    with PIL.Image.open(MEALS / "breakfast.jpg") as photo:
        items = detector.detect(np.array(photo.convert("RGB"))).items
    assert {(item.label, item.look) for item in items} == {("bread", 1), ("egg", 2)}
    assert len(items) == 3


def test_three_kinds_of_fruit_look_different(detector):
    with PIL.Image.open(MEALS / "fruit.jpg") as photo:
        assert [item.look for item in detector.detect(np.array(photo.convert("RGB"))).items] == [1, 2, 3]
