"""The library without a server."""

import numpy as np
import PIL.Image
import pytest

from noon_demo import config, ml_inference
from noon_demo.errors import RequestError
from noon_demo.ml_inference import Models
from noon_demo.schemas import AnalysisResponse
from noon_demo.service import AnalysisService
from noon_demo.ui.text import STAGES
from tests.photos import MEAL


@pytest.fixture(scope="module")
def models():
    """The parts that ship with Noon."""
    models = Models(config.load(["profile=embedded"]))
    models.load()
    return models


@pytest.fixture(autouse=True)
def _offline(monkeypatch):
    monkeypatch.setenv("NOON_PROFILE", "embedded")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


def test_masks_fit_the_upright_photo(tmp_path):
    with PIL.Image.open(MEAL) as photo:
        upright = photo.convert("RGB")
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "phone.jpg"
    upright.transpose(PIL.Image.Transpose.ROTATE_90).save(path, exif=exif, quality=95)
    detections = ml_inference.detect_food_items(path)
    assert detections.image.shape == (upright.height, upright.width, 3)
    assert detections.items
    for item in detections.items:
        assert item.mask.shape == detections.image.shape[:2]
        assert item.mask.dtype == np.bool_
        assert item.candidates[0].confidence <= 1
    same = ml_inference.detect_food_items(
        np.array(PIL.Image.open(path).transpose(PIL.Image.Transpose.ROTATE_270))
    )
    assert [item.label for item in same.items] == [item.label for item in detections.items]


def test_a_photo_is_analysed_in_one_call():
    result = ml_inference.analyze_food_image(MEAL.read_bytes(), "How many calories?")
    response = AnalysisResponse.model_validate(ml_inference.format_nutrition_response(result))
    assert response.nutrition.calories > 0
    assert response.insights
    assert ml_inference.get_food_detector() is ml_inference.get_food_detector()
    assert ml_inference.get_insights().name == result.insights_source
    assert ml_inference.get_nutrition_analyzer() is ml_inference.get_nutrition_analyzer()
    with pytest.raises(RequestError, match="There is no mode"):
        ml_inference.analyze_food_image(MEAL, mode="best")


def test_stages_are_named_as_they_start_in_words_known_to_the_bar(models):
    stages: list[str] = []
    list(AnalysisService(models, 0).stream(MEAL, progress=stages.append))
    assert stages == list(STAGES)
    assert stages[-2:] == ["Weighing each food", "Writing the insight"]


def test_a_cache_without_room_keeps_nothing(models):
    service = AnalysisService(models, cache_bytes=0)
    for _ in range(2):
        assert "embed" in service.analyze(MEAL, mode="ml_only").timings_ms


def test_a_plate_of_another_size_weighs_differently(models):
    service = AnalysisService(models, cache_bytes=2**28)
    small, large = (list(service.stream(MEAL, mode="ml_only", plate_diameter_cm=cm))[-1] for cm in (24, 32))
    assert large.photo.facts.total.calories > 1.5 * small.photo.facts.total.calories
