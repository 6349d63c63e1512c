"""Foods that a person taught by one crop each, found again in other photos.

A crop is compared with each taught one by the cosine of their features (`FeatureSpace`); the most similar
wins, if it is near enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml.errors import NoonError
from ml.recognition.base import TOP
from ml.recognition.crops import cut, with_margin
from ml.recognition.prototypes import FeatureSpace
from ml.types import Candidate, Detections, FoodItem, Image, TaughtFood

SLOPE, MIDDLE = 14.6, 0.62
"""The probability that two crops show one food is the logistic function of SLOPE * (cosine - MIDDLE).

Fitted by `ml.evaluation.taught`, for one crop in 25 that shows what was taught.
"""
NEAR = 0.5
"""The least probability at which a crop is called what was taught."""


class Teachable(Protocol):
    """What foods are taught to, such as `EmbeddedRecognizer`; `key` stands for what `features` returns."""

    key: str
    version: str
    space: FeatureSpace | None

    def features(self, crops: Sequence[Image]) -> Tensor:
        """What is seen in each crop (HxWx3 uint8 RGB): float32 (N, D)."""
        ...


class TaughtFoods:
    """Reads the features of crops, and names the foods of a photo by those that were taught.

    `key` stands for the network and how it sees crops: features of another key can't be compared. Raises
    `NoonError` for a recognizer without a `FeatureSpace`.
    """

    def __init__(self, recognizer: Teachable) -> None:
        if recognizer.space is None:
            raise NoonError("The recognizer can't be taught: its weights lack feature_space.safetensors.")
        self._recognizer = recognizer
        self._space = recognizer.space
        self.size = len(self._space.mean)
        self.key = recognizer.key

    def look(self, image: Image, box: tuple[float, float, float, float]) -> NDArray[np.float16]:
        """The features (D,) of the food at `box` (x0, y0, x1, y1 in pixels) of `image` (HxWx3 uint8 RGB)."""
        (features,) = self._recognizer.features([cut(image, with_margin(box))])
        return np.asarray(features, np.float16)

    def name(self, detections: Detections, taught: Sequence[TaughtFood]) -> Detections:
        """The foods of a photo, those near enough to a taught one called by its name."""
        if not taught or not detections.items:
            return detections
        examples = torch.from_numpy(np.stack([food.features for food in taught])).float()
        same = probability(self._space.cosines(self._features(detections), examples))
        nearest = zip(detections.items, *(values.tolist() for values in same.max(dim=1)), strict=True)
        items = [
            _named(item, Candidate(taught[which].label, likely)) if likely >= NEAR else item
            for item, likely, which in nearest
        ]
        return replace(detections, items=tuple(items))

    def _features(self, detections: Detections) -> Tensor:
        """The features (N, D) of a photo's foods, read only where another recognizer named them."""
        if detections.versions.get("recognizer") == self._recognizer.version:
            seen = [item.features for item in detections.items if item.features is not None]
            return torch.from_numpy(np.stack(seen))
        boxes = [item.bbox for item in detections.items if item.bbox is not None]
        return self._recognizer.features([cut(detections.image, with_margin(box)) for box in boxes])


def probability(cosines: Tensor) -> Tensor:
    """How likely crops show the same food, by the cosines of their features."""
    return torch.sigmoid(SLOPE * (cosines - MIDDLE))


def _named(item: FoodItem, name: Candidate) -> FoodItem:
    """The item with another name; its candidates share what probability that leaves."""
    others = (
        Candidate(other.label, (1 - name.confidence) * other.confidence)
        for other in item.candidates
        if other.label != name.label
    )
    candidates = (name, *others)[:TOP]
    return replace(item, label=name.label, confidence=name.confidence, candidates=candidates)
