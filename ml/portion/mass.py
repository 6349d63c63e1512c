"""Grams of each food from its outline, the scale and what people usually serve, with honest ranges.

Everything is normal in logarithms. With x the log of the scale, food i weighs

    log m_i = log(density_i V_i) + q_i (x - x0) + e_i

where V_i is its volume at the best guess x0 of the scale, q_i the degree of its shape and e_i the error of
shape and density. An error of the scale moves all foods together, each e_i its own food alone, so log m has
the covariance C = var(x) q q' + diag(var(e)). Usual servings are a second, independent opinion on log m with
the covariance R; half of their variance is common to all foods (a hungry cook, a dish in many pieces). The
two are combined by precision, the Kalman update with gain C (C + R)^-1: a scale known from a stated plate
leaves servings little say; where none is known, the servings set it for all foods together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml.portion.pieces import count
from ml.portion.reading import density_of, read, shape_of
from ml.portion.scale import Z80, log_interval, log_spread
from ml.types import Food, Interval, Nutrients, Outline, Portion, Scale

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Weighing:
    """Outlines and portions in the foods' order, and the scale after servings had their say."""

    outlines: tuple[Outline, ...]
    portions: tuple[Portion, ...]
    scale: Scale


@dataclass(frozen=True)
class Measured:
    """Foods of one photo at the scale's best guess, arrays over the foods; spreads are log deviations."""

    scale: Scale
    outlines: tuple[Outline, ...]
    foods: tuple[Food | None, ...]
    area_cm2: Floats
    log_mass: Floats
    degree: Floats
    spread: Floats
    log_serving: Floats
    serving_spread: Floats

    @property
    def scale_variance(self) -> float:
        """Variance of the log of the scale."""
        return log_spread(self.scale.cm_per_px) ** 2

    @property
    def covariance(self) -> Floats:
        """(N, N) of log mass before servings are considered."""
        return np.asarray(self.scale_variance * np.outer(self.degree, self.degree) + np.diag(self.spread**2))

    @property
    def serving_covariance(self) -> Floats:
        """(N, N) of log serving, half of each variance common to all foods."""
        common = np.outer(self.serving_spread, self.serving_spread)
        return np.asarray((common + np.diag(self.serving_spread**2)) / 2)


def measure(outlines: Sequence[Outline], foods: Sequence[Food | None], scale: Scale) -> Measured:
    """Sizes of the foods of one photo; `foods` holds None for what has no name."""
    pairs = list(zip(outlines, foods, strict=True))
    readings = [read(outline, food, scale) for outline, food in pairs]
    sizes = [
        (reading.area_cm2(o, scale), reading.mass_g(o, scale))
        for reading, (o, _) in zip(readings, pairs, strict=True)
    ]
    return Measured(
        scale=scale,
        outlines=tuple(outlines),
        foods=tuple(foods),
        area_cm2=np.array([area for area, _ in sizes]),
        log_mass=np.log([grams for _, grams in sizes]),
        degree=np.array([float(reading.shape.degree) for reading in readings]),
        spread=np.array([reading.spread for reading in readings]),
        log_serving=np.log([reading.usual_g for reading in readings]),
        serving_spread=np.array([reading.usual_spread for reading in readings]),
    )


def weigh(measured: Measured) -> Weighing:
    """Weigh all foods of one photo together, with usual servings as the second opinion."""
    covariance, degree, variance = measured.covariance, measured.degree, measured.scale_variance
    precision = np.linalg.inv(covariance + measured.serving_covariance)
    surplus = measured.log_serving - measured.log_mass
    mass = np.exp(measured.log_mass + covariance @ precision @ surplus)
    posterior = covariance - covariance @ precision @ covariance
    enlarged = float(np.exp(variance * degree @ precision @ surplus))
    left = variance - variance**2 * float(degree @ precision @ degree)
    learned = log_interval(measured.scale.cm_per_px.value * enlarged, left**0.5)
    spread = np.sqrt(np.diag(posterior))
    sizes = np.column_stack([measured.area_cm2 * enlarged**2, mass, spread]).tolist()
    portions = tuple(
        _portion(outline, food, *row)
        for outline, food, row in zip(measured.outlines, measured.foods, sizes, strict=True)
    )
    return Weighing(measured.outlines, portions, replace(measured.scale, cm_per_px=learned))


def disagreement(measured: Measured) -> float:
    """How many standard deviations the scale is from the one at which foods weigh their usual servings.

    The scale that servings imply is their generalized least squares estimate.
    """
    degree, surplus = measured.degree, measured.log_serving - measured.log_mass
    precision = np.linalg.inv(np.diag(measured.spread**2) + measured.serving_covariance)
    information = degree @ precision @ degree
    implied = degree @ precision @ surplus / information
    return float(abs(implied) / np.sqrt(measured.scale_variance + 1 / information))


def log_covariance(
    masses: Sequence[Interval], foods: Sequence[Food | None], scale: Scale | None, measured: Sequence[bool]
) -> Floats:
    """(N, N) of the log masses of a meal's foods; those that were not `measured` by `scale` are independent.

    A scale off by one of its deviations moves food i by its degree q_i, at most by the food's whole spread;
    what is left of the spread is the food's own. A mass without a range, as a person states it, moves with
    none.
    """
    spread = np.array([log_spread(mass) for mass in masses])
    if scale is None:
        return np.diag(spread**2)
    degree = np.array([float(shape_of(food).degree) for food in foods]) * measured
    shared = np.minimum(degree * log_spread(scale.cm_per_px), spread)
    return np.asarray(np.outer(shared, shared) + np.diag(spread**2 - shared**2))


def sum_masses(masses: Sequence[Interval], log_covariance: Floats) -> Interval:
    """The sum of one or more masses, whose logs have the covariance (N, N); its range is as `sum_range`'s."""
    grams = np.array([mass.value for mass in masses])
    share = grams / grams.sum()
    return log_interval(float(grams.sum()), float(np.sqrt(share @ log_covariance @ share)))


def sum_range(amounts: Sequence[Nutrients], log_covariance: Floats) -> tuple[Nutrients, Nutrients]:
    """Low and high of the sum of `amounts` (one or more), whose log masses have the covariance (N, N).

    To first order the variance of the log of a sum is w' C w, with w the foods' shares of it. It covers the
    size of the portions, not how recipes differ from the food table. A nutrient that a food lacks is None.
    """
    table = np.array([list(vars(nutrients).values()) for nutrients in amounts], float)
    total = table.sum(axis=0)
    share = table / np.where(total > 0, total, 1)
    spread = np.sqrt(np.einsum("ik,ij,jk->k", share, log_covariance, share))
    low, high = (total * np.exp(sign * Z80 * spread) for sign in (-1, 1))
    return _known(low), _known(high)


def _known(amounts: Floats) -> Nutrients:
    return Nutrients.of(None if np.isnan(amount) else amount for amount in amounts.tolist())


def _portion(outline: Outline, food: Food | None, area_cm2: float, mass_g: float, spread: float) -> Portion:
    mass = log_interval(mass_g, spread)
    volume = Interval(*(bound / density_of(food) for bound in vars(mass).values()))
    return Portion(area_cm2, volume, mass, count(food, outline, mass))
