"""The LLaVA's eyes after the recognizer learnt more labels than the projector did."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
import torch

from ml.insights.llava_embedded.vision import load_vision_tower
from ml.recognition.weights import read_config

ASSETS = Path(__file__).parents[3] / "assets"


@pytest.fixture(scope="module")
def towers():
    recognizer = ASSETS / "recognizer"
    return load_vision_tower(recognizer), load_vision_tower(recognizer, ASSETS / "llava_embedded")


def test_the_labels_are_those_that_the_projector_learnt(towers):
    config = json.loads((ASSETS / "llava_embedded/config.json").read_text())
    assert towers[1].config.labels_sha256 == config["labels_sha256"]
    assert towers[1].config.image_size == config["image_size"] == 128
    assert towers[0].config.labels_sha256 == sha256("\n".join(_labels()).encode()).hexdigest()


def test_what_is_seen_is_said_in_the_older_labels_and_nothing_is_lost(towers):
    photo = torch.rand(1, 3, 128, 128) * 2 - 1
    with torch.inference_mode():
        new, old = (tower(photo).last_hidden_state for tower in towers)
    assert new.shape == (1, 17, len(_labels()))
    assert old.shape == (1, 17, 153)
    torch.testing.assert_close(old.sum(2), torch.ones(1, 17))
    torch.testing.assert_close(old, new @ towers[1].seen_as)
    pizza = towers[1].seen_as[_labels().index("pizza")]
    assert pizza.max() == 1
    assert pizza.count_nonzero() == 1


def _labels():
    return read_config(ASSETS / "recognizer").labels
