"""The detector that ships, from its folders of weights."""

from __future__ import annotations

from pathlib import Path

from ml.detector import FoodDetector
from ml.nutrition.foods import FoodTable
from ml.recognition.embedded import EmbeddedRecognizer
from ml.segmentation.embedded import EmbeddedSegmenter


def embedded_detector(
    segmenter: str | Path, recognizer: str | Path, foods: str | Path, device: str = "auto"
) -> FoodDetector:
    """The two embedded models as a detector; its segmenter finds the food as well.

    Args:
        segmenter: folder of the segmenter's weights.
        recognizer: folder of the recognizer's weights.
        foods: the table of foods, foods.csv, for the parents of labels.
        device: "auto", "cpu", "cuda" or "mps".

    Raises:
        OSError: if weights are missing.
        NoonError: if this machine has no such device, or the table cannot be read.
    """
    model = EmbeddedSegmenter(segmenter, device)
    return FoodDetector(model, model, EmbeddedRecognizer(recognizer, device), FoodTable(foods).parents)
