"""The name a person reads: sure, a parent, unknown, or not food."""

import pytest

from ml.recognition.naming import NamingThresholds, as_food, name_crop
from ml.types import NOT_FOOD, UNKNOWN_FOOD, Candidate

PARENTS = {
    "greek salad": "salad",
    "caesar salad": "salad",
    "pho": "noodle soup",
    "ramen": "noodle soup",
    "noodle soup": "soup",
    "miso soup": "soup",
}
THRESHOLDS = NamingThresholds(variety=0.4, parent=0.5, not_food=0.5)


def name(**probabilities):
    ranked = sorted(probabilities.items(), key=lambda pair: -pair[1])
    return name_crop([Candidate(k.replace("_", " "), p) for k, p in ranked], PARENTS, THRESHOLDS)


@pytest.mark.parametrize(
    ("probabilities", "label", "confidence"),
    [
        ({"pizza": 0.9, "lasagna": 0.05}, "pizza", 0.9),
        ({"greek_salad": 0.4, "caesar_salad": 0.35}, "greek salad", 0.4),
        ({"greek_salad": 0.35, "caesar_salad": 0.3, "pizza": 0.1}, "salad", 0.65),
        ({"greek_salad": 0.3, "salad": 0.25, "pizza": 0.1}, "salad", 0.55),
        ({"pho": 0.35, "ramen": 0.2, "miso_soup": 0.2}, "noodle soup", 0.55),
        ({"pho": 0.3, "ramen": 0.1, "miso_soup": 0.15}, "soup", 0.55),
        ({"pizza": 0.3, "steak": 0.25, "pho": 0.2}, UNKNOWN_FOOD, 0.3),
        ({"pizza": 0.39}, UNKNOWN_FOOD, 0.39),
        ({"not_food": 0.5, "pizza": 0.45}, NOT_FOOD, 0.5),
        ({"not_food": 0.45, "pizza": 0.42}, "pizza", 0.42),
        ({"not_food": 1.0}, NOT_FOOD, 1.0),
    ],
)
def test_the_first_name_that_is_sure_enough_wins(probabilities, label, confidence):
    found = name(**probabilities)
    assert found.label == label
    assert found.confidence == pytest.approx(confidence)


def test_what_is_not_food_never_adds_to_a_parent():
    assert name(not_food=0.45, greek_salad=0.3, pizza=0.1).label == UNKNOWN_FOOD


def test_what_is_known_to_be_food_is_surer_of_its_name():
    candidates = [Candidate(NOT_FOOD, 0.6), Candidate("pizza", 0.3), Candidate("pho", 0.05)]
    pizza, pho = as_food(candidates)
    assert (pizza.label, pho.label) == ("pizza", "pho")
    assert (pizza.confidence, pho.confidence) == pytest.approx((0.75, 0.125))
    assert as_food([Candidate(NOT_FOOD, 1.0)]) == []
