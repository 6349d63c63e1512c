"""The models that ship, together."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml.detector import FoodDetector
from ml.nutrition.foods import FoodTable
from ml.recognition.embedded import EmbeddedRecognizer
from ml.segmentation.embedded import EmbeddedSegmenter

ASSETS = Path(__file__).parents[2] / "assets"


@pytest.fixture(scope="session")
def detector() -> FoodDetector:
    """The detector with the weights that ship."""
    segmenter = EmbeddedSegmenter(ASSETS / "segmenter", "cpu")
    recognizer = EmbeddedRecognizer(ASSETS / "recognizer", "cpu")
    return FoodDetector(segmenter, segmenter, recognizer, FoodTable(ASSETS / "nutrition/foods.csv").parents)
