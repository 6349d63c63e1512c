"""Foods added by a few photos."""

import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from ml.errors import NoonError
from ml.recognition.embedded import EmbeddedRecognizer
from ml.recognition.prototypes import FeatureSpace, Prototypes
from ml.training.add_food import add_food

WEIGHTS = Path(__file__).parents[3] / "assets" / "recognizer"


def lollipop(seed):
    """Rings of pink and white around a middle that moves a little."""
    rng = np.random.default_rng(seed)
    picture = np.full((120, 120, 3), rng.integers(90, 200), np.uint8)
    center = rng.integers(50, 70, 2).tolist()
    for i, radius in enumerate(range(48, 4, -7)):
        cv2.circle(picture, center, radius, ((235, 60, 130), (250, 240, 245))[i % 2], -1, cv2.LINE_AA)
    return picture


@pytest.fixture
def weights(tmp_path):
    return Path(shutil.copytree(WEIGHTS, tmp_path / "recognizer"))


def test_a_food_is_known_after_three_photos_and_the_rest_as_before(weights):
    before = EmbeddedRecognizer(weights, device="cpu")
    other = np.full((80, 80, 3), 200, np.uint8)
    known = before.classify([other])[0][0]
    add_food(before, "lollipop", [lollipop(i) for i in range(3)], weights)
    after = EmbeddedRecognizer(weights, device="cpu")
    assert after.labels == (*before.labels, "lollipop")
    assert after.classify([lollipop(9)])[0][0].label == "lollipop"
    assert after.classify([other])[0][0].label == known.label
    assert after.classify([other])[0][0].confidence == pytest.approx(known.confidence, abs=0.02)


def test_teaching_a_food_again_replaces_it(weights):
    recognizer = EmbeddedRecognizer(weights, device="cpu")
    add_food(recognizer, "lollipop", [lollipop(0)], weights)
    again = EmbeddedRecognizer(weights, device="cpu")
    add_food(again, "lollipop", [lollipop(1)], weights)
    final = Prototypes.read(weights)
    assert final.labels == ("lollipop",)
    assert not torch.equal(final.vectors, again.prototypes.vectors)


@pytest.mark.parametrize(("label", "photos"), [("lollipop", []), ("pizza", [lollipop(0)])])
def test_what_cannot_be_learnt_is_said_plainly(weights, label, photos):
    with pytest.raises(NoonError):
        add_food(EmbeddedRecognizer(weights, device="cpu"), label, photos, weights)
    assert not (weights / "prototypes.safetensors").exists()


def test_scores_of_prototypes_are_on_the_scale_of_trained_logits(tmp_path):
    torch.manual_seed(0)
    centers = torch.nn.functional.normalize(torch.randn(8, 32), dim=1)
    truth = torch.arange(8).repeat(50)
    features = centers[truth] + 0.02 * torch.randn(400, 32) + 3
    space = FeatureSpace.fit(features, 12 * (features - 3) @ centers.T + 1, truth)
    space.write(tmp_path)
    food = Prototypes.read(tmp_path).with_food("food", features[truth == 2][:5])
    scores = food.logits(features)[:, 0]
    assert scores[truth == 2].mean() == pytest.approx(13, abs=2.5)
    assert scores[truth == 3].mean() < 6
