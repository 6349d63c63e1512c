"""Calibration: temperatures and errors with known answers."""

import numpy as np
import pytest

from ml.evaluation.calibration import expected_calibration_error, fit_temperature, softmax
from ml.evaluation.recognizer import choose_thresholds, outcome
from ml.types import NOT_FOOD, UNKNOWN_FOOD

PARENTS = {"pho": "noodle soup", "noodle soup": "soup"}


def test_the_temperature_that_made_the_labels_is_found():
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 3, (4000, 10))
    truth = np.array([rng.choice(10, p=row) for row in softmax(logits, 1.7)])
    assert fit_temperature(logits, truth) == pytest.approx(1.7, rel=0.1)


def test_the_calibration_error_is_the_gap_between_confidence_and_accuracy():
    confidence = np.array([0.9] * 10 + [0.6] * 10)
    correct = np.array([True] * 9 + [False] + [True] * 3 + [False] * 7)
    assert expected_calibration_error(confidence, correct) == pytest.approx(0.15)


def test_thresholds_keep_the_precision_asked_for():
    rng = np.random.default_rng(0)
    probabilities = softmax(rng.normal(0, 2, (4000, 6)), 1.0)
    truth = np.array([rng.choice(6, p=row) for row in probabilities])
    labels = ("a", "b", "c", "d", "e", NOT_FOOD)
    parents = {"a": "x", "b": "x", "c": "x"}
    found = choose_thresholds(probabilities, truth, labels, parents, precision=0.8, not_food=0.3)
    food = truth < 5
    assert found.not_food == 0.3
    best = probabilities[:, :-1].argmax(axis=1)
    confidence = probabilities[np.arange(4000), best]
    kept = food & (probabilities[:, -1] < found.not_food)
    said = kept & (confidence >= found.variety)
    assert (best == truth)[said].mean() >= 0.8
    looser = kept & (confidence >= found.variety - 0.05)
    assert (best == truth)[looser].mean() < 0.82
    assert found.parent >= found.variety


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("pho", "right"),
        ("noodle soup", "parent"),
        ("soup", "parent"),
        (UNKNOWN_FOOD, "unknown"),
        (NOT_FOOD, "dropped"),
        ("pizza", "wrong"),
    ],
)
def test_a_name_is_judged_by_its_lineage(name, kind):
    assert outcome(name, "pho", PARENTS) == kind
