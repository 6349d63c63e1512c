"""One set of models for all that is told of them."""

import io

import PIL.Image
import pytest

from noon_demo import config
from noon_demo.ml_inference import Models
from noon_demo.service import AnalysisService
from tests.photos import MEALS


@pytest.fixture(scope="session")
def models():
    models = Models(config.load(["profile=embedded"]))
    models.load()
    return models


@pytest.fixture
def service(models):
    return AnalysisService(models, 2**28)


@pytest.fixture(scope="session")
def fruit():
    """A small photo file of fruit."""
    photo = PIL.Image.open(MEALS / "fruit.jpg")
    photo.thumbnail((320, 320))
    file = io.BytesIO()
    photo.save(file, "JPEG")
    return file.getvalue()
