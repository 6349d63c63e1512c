"""How far probabilities can be believed, and the thresholds that follow."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
BINS = 15
TEMPERATURES = np.geomspace(0.3, 3, 231)


class Reliability(NamedTuple):
    """Answers binned by confidence; bins without answers are left out."""

    confidence: Floats
    accuracy: Floats
    share: Floats


def softmax(logits: Floats, temperature: float) -> Floats:
    """Probabilities (N, L) of logits (N, L) divided by the temperature."""
    scaled = logits / temperature
    exponentials = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True))


def fit_temperature(logits: Floats, truth: NDArray[np.integer]) -> float:
    """The temperature with the least cross-entropy (Guo et al. 2017, arXiv:1706.04599)."""

    def cross_entropy(temperature: float) -> float:
        probabilities = softmax(logits, temperature)[np.arange(len(truth)), truth]
        return float(-np.log(np.maximum(probabilities, 1e-12)).mean())

    return float(min(TEMPERATURES, key=cross_entropy))


def reliability(confidence: Floats, correct: NDArray[np.bool_], bins: int = BINS) -> Reliability:
    """Mean confidence, accuracy and share of answers in bins of equal width."""
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    used = [which == b for b in range(bins) if (which == b).any()]
    return Reliability(
        np.array([confidence[b].mean() for b in used]),
        np.array([correct[b].mean() for b in used]),
        np.array([b.mean() for b in used]),
    )


def expected_calibration_error(confidence: Floats, correct: NDArray[np.bool_], bins: int = BINS) -> float:
    """Mean distance of accuracy and confidence over the bins, weighted by their share (Guo et al. 2017)."""
    binned = reliability(confidence, correct, bins)
    return float((binned.share * abs(binned.confidence - binned.accuracy)).sum())
