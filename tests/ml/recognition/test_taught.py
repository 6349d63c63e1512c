"""Foods taught by one crop, found again in other photos, with the weights that ship."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from ml.recognition.embedded import EmbeddedRecognizer
from ml.recognition.taught import NEAR, TaughtFoods
from ml.recognition.weights import load_network, read_config, write_weights
from ml.types import Candidate, Detections, FoodItem, TaughtFood
from tests.photos import MEALS

ASSETS = Path(__file__).parents[3] / "assets"
GUESSES = (Candidate("cake", 0.6), Candidate("bread", 0.2))


@pytest.fixture(scope="module")
def known():
    return TaughtFoods(EmbeddedRecognizer(ASSETS / "recognizer", device="cpu"))


def photo(name, scale=1.0):
    with PIL.Image.open(MEALS / f"{name}.jpg") as picture:
        size = (round(picture.width * scale), round(picture.height * scale))
        return np.array(picture.convert("RGB").resize(size))


def found(image):
    """The whole photo as one food, not well recognized."""
    height, width = image.shape[:2]
    item = FoodItem("cake", 0.6, GUESSES, None, (0, 0, width, height))
    return Detections(image, (item,))


def taught(known, label, image):
    return TaughtFood(label, known.look(image, found(image).items[0].bbox))


def test_a_food_is_known_again_in_another_size_and_nothing_else_is_taken_for_it(known):
    foods = [taught(known, "calzone", photo("pizza"))]
    (again,) = known.name(found(photo("pizza", 0.6)), foods).items
    assert again.label == again.candidates[0].label == "calzone"
    assert again.confidence >= 0.75
    assert [c.label for c in again.candidates] == ["calzone", "cake", "bread"]
    assert sum(c.confidence for c in again.candidates) <= 1
    for name in ("fruit", "fries", "breakfast"):
        other = found(photo(name))
        assert known.name(other, foods).items == other.items


def test_what_was_seen_when_a_photo_was_analysed_need_not_be_seen_again(known, detector):
    detections = detector.detect(photo("fruit"))
    foods = [TaughtFood("nashi", known.look(detections.image, detections.items[1].bbox))]
    read_anew = replace(detections, versions={})
    for seen in (detections, read_anew):
        assert [item.label for item in known.name(seen, foods).items] == ["banana", "nashi", "orange"]


def test_of_several_taught_foods_the_most_similar_gives_the_name(known):
    foods = [taught(known, name, photo(name)) for name in ("fries", "pizza", "fruit")]
    for name in ("fruit", "pizza", "fries"):
        (item,) = known.name(found(photo(name, 0.8)), foods).items
        assert item.label == name


def test_a_name_among_the_guesses_is_not_listed_twice(known):
    foods = [taught(known, "bread", photo("pizza"))]
    (item,) = known.name(found(photo("pizza")), foods).items
    assert [c.label for c in item.candidates] == ["bread", "cake"]
    assert item.confidence > NEAR


def test_without_foods_or_anything_taught_all_stays(known):
    nothing = Detections(photo("pizza"), ())
    assert known.name(nothing, [taught(known, "pizza", photo("pizza"))]) is nothing
    some = found(photo("pizza"))
    assert known.name(some, []) is some


def test_the_key_stands_for_the_network(known, tmp_path):
    assert known.key == TaughtFoods(EmbeddedRecognizer(ASSETS / "recognizer", device="cpu")).key
    folder = shutil.copytree(ASSETS / "recognizer", tmp_path / "recognizer")
    network = load_network(folder, read_config(folder))
    next(network.parameters()).data[0] += 1
    write_weights(folder, network)
    assert TaughtFoods(EmbeddedRecognizer(folder, device="cpu")).key != known.key
