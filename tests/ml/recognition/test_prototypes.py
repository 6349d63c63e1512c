"""Foods added by a few photos."""

import shutil
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
import torch

from ml.errors import NoonError
from ml.recognition.embedded import EmbeddedRecognizer
from ml.recognition.prototypes import FeatureSpace, Prototypes
from ml.training.add_food import add_food
from tests.photos import MEALS

ASSETS = Path(__file__).parents[3] / "assets"


def example(name):
    return np.array(PIL.Image.open(MEALS / f"{name}.jpg"))


def platter(seed):
    """A photo of fruit, as seen from slightly different places."""
    photo = example("fruit")
    height, width = photo.shape[:2]
    y, x = np.random.default_rng(seed).integers(0, (height // 8, width // 8))
    return photo[y : y + height * 7 // 8, x : x + width * 7 // 8]


@pytest.fixture
def weights(tmp_path):
    return Path(shutil.copytree(ASSETS / "recognizer", tmp_path / "recognizer"))


def test_a_food_is_known_after_three_photos_and_the_rest_as_before(weights):
    before = EmbeddedRecognizer(weights, device="cpu")
    ((pizza, _),) = before.classify([example("pizza")])
    add_food(before, "fruit platter", [platter(seed) for seed in range(3)], weights)
    after = EmbeddedRecognizer(weights, device="cpu")
    assert after.labels == (*before.labels, "fruit platter")
    (found, _), (still_pizza, _) = after.classify([platter(9), example("pizza")])
    assert found[0].label == "fruit platter"
    assert found[0].confidence > 0.75  # below, the page would ask
    assert still_pizza[0].label == pizza[0].label
    assert still_pizza[0].confidence == pytest.approx(pizza[0].confidence, abs=0.02)


def test_teaching_a_food_again_replaces_it(weights):
    recognizer = EmbeddedRecognizer(weights, device="cpu")
    add_food(recognizer, "fruit platter", [platter(0)], weights)
    again = EmbeddedRecognizer(weights, device="cpu")
    add_food(again, "fruit platter", [platter(1)], weights)
    final = Prototypes.read(weights)
    assert final.labels == ("fruit platter",)
    assert not torch.equal(final.vectors, again.prototypes.vectors)


@pytest.mark.parametrize(("label", "photos"), [("fruit platter", []), ("pizza", [platter(0)])])
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
