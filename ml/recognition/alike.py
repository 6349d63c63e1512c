"""Which foods of one photo look alike, such as the cookies on a plate: single linkage of their features."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from ml.recognition.prototypes import FeatureSpace

ALIKE = 0.5
"""The least cosine of the features of two crops of one photo that look alike.

Chosen by `ml.evaluation.alike`: above it few pairs of two foods are left, below it they soon are many.
"""


def looks(space: FeatureSpace, features: NDArray[np.float32], least: float = ALIKE) -> list[int]:
    """The number of the look of each of N crops with features (N, D); looks count from 1 in the crops' order.

    Two crops have one look from a cosine of `least` on, and where both share the look of a third.
    """
    seen = torch.from_numpy(features)
    alike = space.cosines(seen, seen).numpy() >= least
    first = np.arange(len(alike))
    for _ in first:
        first = np.where(alike, first, len(alike)).min(axis=1)
    return [1 + int(number) for number in np.unique(first, return_inverse=True)[1]]
