"""Grams of each food from its outline, the scale and what people usually serve, with honest ranges.

Everything is normal in logarithms. With x the log of the scale, food i weighs

    log m_i = log(density_i V_i) + q_i (x - x0) + e_i

where V_i is the volume at the best guess x0 of the scale, q_i the degree of its shape, and e_i the error of
shape and density. An error of the scale moves all foods together, e_i each alone, so the covariance of log m
is C = var(x) q q' + diag(var(e)). The usual serving is a second, independent opinion, log m_i ~ N(log serving_i,
SERVING_SPREAD^2), and the two are combined by precision: the Kalman update with gain K = C (C + R)^-1. A scale
known from a stated plate leaves servings little say; where none is known, the servings set it, jointly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.portion.scale import Z90, log_interval
from ml.portion.shapes import SHAPES, Outline
from ml.types import Food, Interval, Nutrients, Portion, Scale

Floats = NDArray[np.float64]

DENSITY_SPREAD = 0.1
SERVING_SPREAD = 0.6
"""People's portions of one food run from about a third to three times the usual serving."""
UNNAMED_SHAPE, UNNAMED_DENSITY, UNNAMED_SERVING_G, UNNAMED_SPREAD = "heap", 0.8, 120.0, 0.8
"""A food without a name is taken for a heap of something."""
MAX_SURPRISE = 2.5


@dataclass(frozen=True)
class Weighing:
    """Portions in the foods' order, the scale after servings had their say, and cov(log mass) (N, N)."""

    portions: tuple[Portion, ...]
    scale: Scale | None
    log_covariance: Floats


@dataclass(frozen=True)
class _Evidence:
    """Per food: log mass at the scale's best guess, degree, error spread, log serving and its spread."""

    log_mass: Floats
    degree: Floats
    spread: Floats
    log_serving: Floats
    serving_spread: Floats
    density: Floats
    area: Floats


def weigh(
    outlines: Sequence[Outline], foods: Sequence[Food | None], scale: Scale, tilt_deg: float
) -> Weighing:
    """Weigh all foods of one photo together; `foods` holds None for what has no name.

    `tilt_deg` is the camera's angle from straight down; flat foods look smaller by its cosine.
    """
    evidence = _gather(outlines, foods, scale, tilt_deg)
    covariance = _covariance(evidence, scale)
    innovation = evidence.log_serving - evidence.log_mass
    weights = np.linalg.inv(covariance + np.diag(evidence.serving_spread**2))
    gain = covariance @ weights
    log_mass = evidence.log_mass + gain @ innovation
    posterior = covariance - gain @ covariance
    scale_variance = _spread(scale.cm_per_px) ** 2
    shift = scale_variance * evidence.degree @ weights @ innovation
    left = scale_variance - scale_variance**2 * evidence.degree @ weights @ evidence.degree
    learned = log_interval(scale.cm_per_px.value * float(np.exp(shift)), float(np.sqrt(left)))
    area = evidence.area * (learned.value / scale.cm_per_px.value) ** 2
    mass = [
        log_interval(float(np.exp(m)), float(np.sqrt(v)))
        for m, v in zip(log_mass, np.diag(posterior), strict=True)
    ]
    portions = tuple(
        Portion(float(a), Interval(g.value / d, g.low / d, g.high / d), g)
        for a, g, d in zip(area, mass, evidence.density, strict=True)
    )
    return Weighing(portions, Scale(learned, scale.source), posterior)


def surprise(
    outlines: Sequence[Outline], foods: Sequence[Food | None], scale: Scale, tilt_deg: float
) -> float:
    """How many standard deviations, on average, the foods at this scale lie from usual servings.

    Beyond `MAX_SURPRISE` the scale is more likely wrong than the meal is odd.
    """
    evidence = _gather(outlines, foods, scale, tilt_deg)
    covariance = _covariance(evidence, scale) + np.diag(evidence.serving_spread**2)
    innovation = evidence.log_mass - evidence.log_serving
    return float(abs(innovation.sum()) / np.sqrt(covariance.sum()))


def sum_range(amounts: Sequence[Nutrients], log_covariance: Floats) -> tuple[Nutrients, Nutrients]:
    """Low and high of the sum of `amounts`, whose foods' log masses have the covariance (N, N).

    To first order the variance of the log of a sum is w' C w, with w the foods' shares of it. It covers the
    size of the portions, not how recipes differ from the food table.
    """
    table = np.array([list(vars(nutrients).values()) for nutrients in amounts]).reshape(len(amounts), -1)
    total = table.sum(axis=0)
    share = table / np.where(total > 0, total, 1)
    spread = np.sqrt(np.einsum("ik,ij,jk->k", share, log_covariance, share))
    low, high = (total * np.exp(sign * Z90 * spread) for sign in (-1, 1))
    return Nutrients(*low.tolist()), Nutrients(*high.tolist())


def _gather(
    outlines: Sequence[Outline], foods: Sequence[Food | None], scale: Scale, tilt_deg: float
) -> _Evidence:
    rows = [
        _row(outline, food, scale.cm_per_px.value, tilt_deg)
        for outline, food in zip(outlines, foods, strict=True)
    ]
    return _Evidence(*np.array(rows, dtype=np.float64).reshape(-1, 7).T)


def _row(outline: Outline, food: Food | None, cm_per_px: float, tilt_deg: float) -> tuple[float, ...]:
    name = food.shape if food else UNNAMED_SHAPE
    shape = SHAPES[name]
    density = food.density_g_cm3 if food else UNNAMED_DENSITY
    serving = food.serving_g if food else UNNAMED_SERVING_G
    seen = float(np.cos(np.radians(tilt_deg))) if shape.flat else 1.0
    area = outline.area * cm_per_px**2 / seen
    volume = shape.volume(area, outline.inradius * cm_per_px)
    return (
        np.log(density * volume),
        shape.degree,
        float(np.hypot(shape.spread, DENSITY_SPREAD)),
        np.log(serving),
        SERVING_SPREAD if food else UNNAMED_SPREAD,
        density,
        area,
    )


def _covariance(evidence: _Evidence, scale: Scale) -> Floats:
    together = _spread(scale.cm_per_px) ** 2 * np.outer(evidence.degree, evidence.degree)
    return np.asarray(together + np.diag(evidence.spread**2))


def _spread(interval: Interval) -> float:
    return float(np.log(interval.high / interval.low) / (2 * Z90))
