"""Teaching the shipped recognizer foods that only people's photos show."""

from pathlib import Path

import cv2
import numpy as np
import PIL.Image
import pytest
from hydra import compose, initialize_config_dir

import ml.training
from ml.data.crops import Crop, labels
from ml.recognition.embedded import EmbeddedRecognizer
from ml.training.recognizer_head import chosen, learn, look
from ml.types import NOT_FOOD
from tests.photo_sets import make_photo_sets

ASSETS = Path(__file__).parents[3] / "assets"


def greens(rng):
    """Something like broccoli: green blobs."""
    photo = np.full((120, 160, 3), (60, 120, 40), np.uint8)
    for _ in range(40):
        x, y, r = (int(v) for v in rng.integers((0, 0, 5), (160, 120, 20)))
        cv2.circle(photo, (x, y), r, (30, int(rng.integers(90, 200)), 30), -1)
    return photo


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    root = tmp_path_factory.mktemp("head")
    rng = np.random.default_rng(0)
    rows = ["source,title,file"]
    for i in range(24):
        PIL.Image.fromarray(greens(rng)).save(root / f"{i}.png")
        rows.append(f"someone/{i % 6},broccoli.png,{i}.png")
    (root / "photos.csv").write_text("\n".join(rows))
    sets = make_photo_sets(root / "sets")
    settings = [f"data={sets}", f"titled={root}", f"output={root / 'run'}", f"start={ASSETS / 'recognizer'}"]
    settings += [
        "steps=150",
        "batch_size=32",
        "drawings=8",
        "most=8",
        "meals=2",
        "rate=3e-3",
        "not_food_share=0.02",
        "old=0",
    ]
    with initialize_config_dir(str(Path(ml.training.__file__).parent / "conf"), version_base=None):
        return compose("recognizer_head", settings)


def test_a_food_of_peoples_photos_is_learnt_and_served(config):
    Path(config.output).mkdir()
    for part in range(2):
        config.part = part
        look(config)
    learn(config)
    recognizer = EmbeddedRecognizer(config.output, "cpu")
    assert recognizer.config.labels == labels()
    assert recognizer.config.detail == EmbeddedRecognizer(config.start, "cpu").config.detail
    (answer,) = recognizer.classify([greens(np.random.default_rng(99))])
    assert answer[0].label == "broccoli"


def test_of_a_food_so_many_photos_of_each_set_are_looked_at():
    crops = [Crop("food101", "pizza", Path(str(i))) for i in range(30)]
    crops += [Crop(f"someone/{i}", "pizza", Path(str(i))) for i in range(30)]
    crops += [Crop("someone/1", NOT_FOOD, Path(str(i))) for i in range(30)]
    crops += [Crop("sources left out", "pizza", Path("v"), None, True)]
    kept = chosen(crops, 5, np.random.default_rng(0))
    assert sum(c.source == "food101" for c in kept) == 5
    assert sum(c.label == "pizza" and c.source != "food101" for c in kept) == 5
    assert sum(c.label == NOT_FOOD for c in kept) == 30
    assert not any(c.validation for c in kept)
