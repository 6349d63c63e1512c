"""How far probabilities can be believed, and the thresholds that follow."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import cross_entropy

from ml.recognition.probabilities import Familiarity

Floats = NDArray[np.floating]
BINS = 15
"""Of equal width, for answers by their confidence."""
TEMPERATURES = np.geomspace(0.3, 3, 231)
SLOPES = np.geomspace(0.02, 2, 81)
MIDDLES = 201
"""What the fits choose from. Middles lie between the greatest energy and as far below the least one."""


class Reliability(NamedTuple):
    """Answers binned by confidence; bins without answers are left out."""

    confidence: Floats
    accuracy: Floats
    share: Floats


def fit_temperature(logits: Floats, truth: NDArray[np.integer]) -> float:
    """The temperature with the least cross-entropy (Guo et al. 2017, arXiv:1706.04599)."""
    scores, targets = torch.from_numpy(logits).double(), torch.from_numpy(truth)
    return float(min(TEMPERATURES, key=lambda t: cross_entropy(scores / t, targets).item()))


def fit_familiarity(first: Floats, energy: Floats, right: NDArray[np.bool_], weights: Floats) -> Familiarity:
    """The familiarity by which first foods' probabilities (N,) best foretell whether they are right.

    It has the least cross-entropy, of crops that count by their `weights`; some must show foods without a
    label. `energy` is (N,).
    """

    def loss(familiarity: Familiarity) -> float:
        sure = np.clip(first * familiarity(torch.from_numpy(energy)).numpy(), 1e-12, 1 - 1e-12)
        return float(-np.average(np.log(np.where(right, sure, 1 - sure)), weights=weights))

    reach = np.ptp(energy)
    middles = np.linspace(energy.min() - reach, energy.max(), MIDDLES)
    every = (Familiarity(float(slope), float(middle)) for slope in SLOPES for middle in middles)
    return min(every, key=loss)


def reliability(confidence: Floats, correct: NDArray[np.bool_]) -> Reliability:
    """Mean confidence, accuracy and share of answers in each of `BINS`.

    `confidence` (N,) is in 0..1, and `correct` (N,) tells which answers are right.
    """
    which = np.minimum((confidence * BINS).astype(int), BINS - 1)
    used = [which == b for b in range(BINS) if (which == b).any()]
    return Reliability(
        np.array([confidence[b].mean() for b in used]),
        np.array([correct[b].mean() for b in used]),
        np.array([b.mean() for b in used]),
    )


def expected_calibration_error(confidence: Floats, correct: NDArray[np.bool_]) -> float:
    """Mean distance of accuracy and confidence over the bins, weighted by their share (Guo et al. 2017)."""
    binned = reliability(confidence, correct)
    return float((binned.share * abs(binned.confidence - binned.accuracy)).sum())
