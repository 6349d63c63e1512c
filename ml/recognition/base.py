"""What a recognizer is: crops in, a few calibrated names for each out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ml.recognition.naming import NamingThresholds
from ml.types import Candidate, Image


class Recognizer(Protocol):
    """Names the food in a crop. `thresholds` say how sure this model must be before its name is used."""

    name: str
    thresholds: NamingThresholds

    def classify(self, crops: Sequence[Image]) -> list[tuple[Candidate, ...]]:
        """Up to five candidates for each crop (HxWx3 uint8 RGB, any size), best first.

        Confidences are calibrated probabilities over all labels of the model, `NOT_FOOD` among them.
        """
        ...
