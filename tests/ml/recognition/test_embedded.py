"""The shipped recognizer, on pictures drawn here."""

from pathlib import Path

import numpy as np
import pytest
import torch

from ml.nutrition.foods import FoodTable
from ml.recognition.crops import squeeze
from ml.recognition.embedded import EmbeddedRecognizer, see, to_input
from ml.recognition.naming import name_crop
from ml.recognition.weights import load_network
from ml.types import NOT_FOOD
from tests.foodless import checks, grey, noise, text, white

ASSETS = Path(__file__).parents[3] / "assets"


@pytest.fixture(scope="module")
def recognizer():
    return EmbeddedRecognizer(ASSETS / "recognizer", device="cpu")


@pytest.fixture(scope="module")
def foods():
    return FoodTable(ASSETS / "nutrition" / "foods.csv")


@pytest.mark.parametrize("picture", [grey, white, checks])
def test_what_holds_no_food_is_not_food(recognizer, foods, picture):
    ((answer, _),) = recognizer.classify([picture()])
    assert name_crop(answer, foods.parents, recognizer.thresholds).label == NOT_FOOD


def test_logits_are_those_of_the_network_as_it_was_trained(recognizer):
    trained = load_network(ASSETS / "recognizer", recognizer.config)
    crops = [noise(), text()]
    with torch.inference_mode():
        looks = [
            trained.forward_head(trained.forward_features(look), pre_logits=True)
            for look in see(crops, recognizer.config.input_size, recognizer.config.details)
        ]
        expected = trained.get_classifier()(torch.stack(looks).mean(dim=0))
    actual = recognizer.logits(recognizer.features(crops))
    torch.testing.assert_close(actual, expected, rtol=0, atol=1e-3)


def test_a_crop_is_looked_at_by_way_of_each_detail_every_second_time_in_the_mirror(recognizer):
    config = recognizer.config
    crop = np.asarray(np.random.default_rng(1).integers(0, 256, (300, 200, 3)), np.uint8)
    first, second, *_ = looks = see([crop], config.input_size, config.details)
    assert len(looks) == 1 + len(config.coarser) >= 2
    two_levels = 2 / 127.5
    for look, detail in ((first, config.detail), (second.flip(3), config.coarser[0])):
        expected = to_input([squeeze(crop, config.input_size, detail)])
        torch.testing.assert_close(look, expected, rtol=0, atol=two_levels + 1e-6)


def test_five_candidates_best_first(recognizer):
    for answer, _ in recognizer.classify([noise(), text()]):
        confidences = [c.confidence for c in answer]
        assert len(answer) == 5
        assert confidences == sorted(confidences, reverse=True)
        assert 0 < confidences[-1] <= sum(confidences) <= 1 + 1e-5


def test_a_batch_answers_as_one_by_one(recognizer):
    pictures = [grey(), noise(), text(), checks()[:9, :140], white()] * 7
    together = recognizer.classify(pictures)
    assert len(together) == 35
    for picture, (answer, _) in zip(pictures[:5], together, strict=False):
        ((alone, _),) = recognizer.classify([picture])
        assert alone[0].label == answer[0].label
        assert alone[0].confidence == pytest.approx(answer[0].confidence, abs=1e-4)


def test_nothing_to_classify(recognizer):
    assert recognizer.classify([]) == []


def test_every_label_is_in_the_food_table(recognizer, foods):
    missing = [label for label in recognizer.config.labels if label != NOT_FOOD and not foods.get(label)]
    assert missing == []


def test_the_weights_are_in_shards_under_nine_megabytes():
    shards = list((ASSETS / "recognizer").glob("*.safetensors"))
    assert sum(s.stat().st_size for s in shards) < 12e6
    assert max(s.stat().st_size for s in shards) < 9e6
