"""What a recognizer is: crops in, a few calibrated names for each out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from ml.recognition.naming import NamingThresholds
from ml.recognition.prototypes import FeatureSpace
from ml.types import Candidate, Image

TOP = 5
"""Candidates a crop gets."""


class Recognition(NamedTuple):
    """What a recognizer sees in a crop: up to five candidates, best first, and its features, float32 (D,).

    Confidences are probabilities of the model's labels, `NOT_FOOD` among them. All labels' may add up to less
    than 1: the rest belongs to foods without a label.
    """

    candidates: tuple[Candidate, ...]
    features: NDArray[np.float32] | None = None


class Recognizer(Protocol):
    """Names the food in a crop. `thresholds` say how sure this model must be before its name is used.

    `version` is the id of its weights. In `space` its features are compared, None where they can't be.
    """

    name: str
    version: str
    thresholds: NamingThresholds
    space: FeatureSpace | None

    def classify(self, crops: Sequence[Image]) -> list[Recognition]:
        """What is in each crop (HxWx3 uint8 RGB, any size)."""
        ...


def top_candidates(probabilities: Tensor, labels: Sequence[str]) -> list[tuple[Candidate, ...]]:
    """The `TOP` likeliest labels of each row of `probabilities`, float (N, len(labels)), best first."""
    top = probabilities.topk(min(TOP, len(labels)))
    return [
        tuple(Candidate(labels[i], p) for i, p in zip(indices, values, strict=True))
        for indices, values in zip(top.indices.tolist(), top.values.tolist(), strict=True)
    ]
