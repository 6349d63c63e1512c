"""The recognizer's calibration plot: reliability, and what each threshold costs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ml.evaluation.calibration import Floats, expected_calibration_error, reliability
from ml.recognition.naming import NamingThresholds

GRID = np.linspace(0, 1, 101)


def plot(probabilities: Floats, truth: NDArray[np.integer], thresholds: NamingThresholds, path: Path) -> None:
    """Write the plot for probabilities (N, L), the last column "not food", and the true columns (N,).

    A true column is -1 where the food is no label.
    """
    figure = Figure(figsize=(12, 4), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    food = truth != probabilities.shape[1] - 1
    _reliability(left, probabilities, truth)
    _naming(middle, probabilities[food], truth[food], thresholds.variety)
    _not_food(right, probabilities[:, -1], food, thresholds.not_food)
    figure.savefig(path, dpi=90)


def _reliability(axes: Axes, probabilities: Floats, truth: NDArray[np.integer]) -> None:
    confidence, correct = probabilities.max(axis=1), probabilities.argmax(axis=1) == truth
    binned = reliability(confidence, correct)
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":")
    axes.bar(binned.confidence, binned.share, width=0.05, color="lightgrey", label="share of crops")
    axes.plot(binned.confidence, binned.accuracy, marker="o", label="right")
    axes.set(xlabel="confidence", title=f"ECE {expected_calibration_error(confidence, correct):.3f}")
    axes.legend()


def _naming(axes: Axes, probabilities: Floats, truth: NDArray[np.integer], threshold: float) -> None:
    best = probabilities[:, :-1].argmax(axis=1)
    confidence, right = probabilities[np.arange(len(best)), best], best == truth
    reached = GRID[confidence.max() >= GRID]
    axes.plot(GRID, [(confidence >= t).mean() for t in GRID], label="crops named")
    axes.plot(reached, [right[confidence >= t].mean() for t in reached], label="names right")
    axes.axvline(threshold, color="grey", linestyle="--")
    axes.set(xlabel="threshold for a variety", title="foods")
    axes.legend()


def _not_food(axes: Axes, other: Floats, food: NDArray[np.bool_], threshold: float) -> None:
    axes.plot(GRID, [(other[food] >= t).mean() for t in GRID], label="food dropped")
    axes.plot(GRID, [(other[~food] < t).mean() for t in GRID], label="other things called food")
    axes.axvline(threshold, color="grey", linestyle="--")
    axes.set(xlabel='threshold for "not food"', title="food or not", ylim=(0, 0.3))
    axes.legend()
