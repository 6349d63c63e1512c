"""Calibration: temperatures and errors with known answers."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
import torch

from ml.evaluation.calibration import (
    expected_calibration_error,
    fit_familiarity,
    fit_temperature,
)
from ml.evaluation.recognizer import choose_thresholds
from ml.evaluation.recognizer_answers import consistency, outcome, outcomes
from ml.recognition.embedded import EmbeddedRecognizer
from ml.types import NOT_FOOD, UNKNOWN_FOOD

ASSETS = Path(__file__).parents[3] / "assets"
PARENTS = {"pho": "noodle soup", "noodle soup": "soup"}


def softmax(logits):
    return torch.from_numpy(logits).softmax(1).numpy()


def test_the_temperature_that_made_the_labels_is_found():
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 3, (4000, 10))
    truth = np.array([rng.choice(10, p=row) for row in softmax(logits / 1.7)])
    assert fit_temperature(logits, truth) == pytest.approx(1.7, rel=0.1)


def test_the_familiarity_that_made_names_right_is_found():
    rng = np.random.default_rng(0)
    energy, first = rng.normal(-18, 4, 8000), rng.uniform(0.2, 1, 8000)
    familiar = 1 / (1 + np.exp(-0.5 * (energy + 20)))
    found = fit_familiarity(first, energy, rng.random(8000) < first * familiar, np.ones(8000))
    assert found.slope == pytest.approx(0.5, rel=0.15)
    assert found.middle == pytest.approx(-20, abs=0.5)


def test_the_calibration_error_is_the_gap_between_confidence_and_accuracy():
    confidence = np.array([0.9] * 10 + [0.6] * 10)
    correct = np.array([True] * 9 + [False] + [True] * 3 + [False] * 7)
    assert expected_calibration_error(confidence, correct) == pytest.approx(0.15)


def test_thresholds_are_the_lowest_that_keep_wrong_names_as_rare_as_asked_for():
    rng = np.random.default_rng(0)
    probabilities = softmax(rng.normal(0, 2, (2000, 6)))
    labels = ("a", "b", "c", "d", "e", NOT_FOOD)
    foods = np.array(labels)[[rng.choice(6, p=row) for row in probabilities]]
    parents = {"a": "x", "b": "x", "c": "x"}
    found = choose_thresholds(probabilities, foods, labels, parents, wrong=0.12, not_food=0.3)
    assert found.not_food == 0.3
    assert found.parent >= found.variety

    def wrong(thresholds):
        food = foods != NOT_FOOD
        return (outcomes(probabilities[food], foods[food], labels, parents, thresholds) == "wrong").mean()

    assert 0.1 < wrong(found) <= 0.12
    assert wrong(replace(found, variety=found.variety - 0.05)) > 0.108


def test_a_photo_that_keeps_its_name_when_it_shrinks_is_consistent():
    recognizer = EmbeddedRecognizer(ASSETS / "recognizer", device="cpu")
    with PIL.Image.open(ASSETS / "examples" / "doughnuts.jpg") as photo:
        doughnuts = np.array(photo)
    assert consistency(recognizer, [doughnuts]) == 1.0


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("pho", "right"),
        ("noodle soup", "kin"),
        ("soup", "kin"),
        (UNKNOWN_FOOD, "unknown"),
        (NOT_FOOD, "dropped"),
        ("pizza", "wrong"),
    ],
)
def test_a_name_is_judged_by_its_lineage(name, kind):
    assert outcome(name, "pho", PARENTS) == kind
