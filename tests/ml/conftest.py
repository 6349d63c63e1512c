"""The models that ship, together."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml.detector import FoodDetector
from ml.evaluation.embedded_detector import embedded_detector

ASSETS = Path(__file__).parents[2] / "assets"


@pytest.fixture(scope="session")
def detector() -> FoodDetector:
    """The detector with the weights that ship."""
    return embedded_detector(
        ASSETS / "segmenter", ASSETS / "recognizer", ASSETS / "nutrition/foods.csv", "cpu"
    )
