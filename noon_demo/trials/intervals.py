"""Intervals that hold however often they are looked at, for shares, means and their differences.

A common 95 % interval holds at a moment fixed before; who looks every day until it excludes zero is wrong in
far more than 5 % of cases. Here the quantile of the normal distribution is replaced by the boundary that a
sum of independent observations crosses at any time with a probability of at most `ALPHA`, for large samples.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from noon_demo.trials.tally import Tally

ALPHA = 0.05
BEST_AT = 100
"""Units at which the boundary is as narrow as it can be: 3.0 standard errors; 3.2 at 30 and at 500."""
_LOG = -2 * math.log(ALPHA)
RHO2 = (_LOG + math.log(_LOG) + 1) / BEST_AT
"""Waudby-Smith et al., eq. (19)."""


@dataclass(frozen=True)
class Range:
    """An estimate with its limits."""

    value: float
    low: float
    high: float

    @property
    def half(self) -> float:
        """Half of its width."""
        return (self.high - self.low) / 2


def boundary(units: float) -> float:
    """How many standard errors wide to each side, after so many units.

    Robbins's normal mixture as the time-uniform central limit theorem justifies it for means of any
    distribution (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, Annals of Statistics 2024,
    arXiv:2103.06476, theorem 2.2).
    """
    if units <= 0:
        return math.inf
    seen = units * RHO2
    return math.sqrt((1 + 1 / seen) * math.log((seen + 1) / ALPHA**2))


def common_units(one: Tally, other: Tally) -> float:
    """The units of each side of a balanced comparison that would be as sure as that of these two."""
    return 2 / (1 / one.units + 1 / other.units) if one.units and other.units else 0.0


def share(tally: Tally, quantile: float) -> Range:
    """A share of cases, by Wilson's score interval (JASA 22, 1927), which is sound near 0 and 1 too."""
    n = tally.effective_n
    if not n or math.isinf(quantile):
        return Range(tally.mean, 0.0, 1.0)
    p, z2 = tally.mean, quantile**2
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = quantile / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return Range(p, max(0.0, middle - half), min(1.0, middle + half))


def mean(tally: Tally) -> Range:
    """The mean of what was observed, such as of differences between pairs."""
    half = _half(tally.variance, tally.units)
    return Range(tally.mean, tally.mean - half, tally.mean + half)


def difference_of_means(newcomer: Tally, stable: Tally, times: float = 1) -> Range:
    """The newcomer's mean less so many `times` the stable version's."""
    variance = newcomer.variance + times**2 * stable.variance
    half = _half(variance, common_units(newcomer, stable))
    value = newcomer.mean - times * stable.mean
    return Range(value, value - half, value + half)


def difference_of_shares(newcomer: Tally, stable: Tally) -> Range:
    """The newcomer's share less the stable one's: Newcombe, Statistics in Medicine 17, 1998, method 10."""
    quantile = boundary(common_units(newcomer, stable))
    one, other = share(newcomer, quantile), share(stable, quantile)
    value = one.value - other.value
    low = math.hypot(one.value - one.low, other.high - other.value)
    high = math.hypot(one.high - one.value, other.value - other.low)
    return Range(value, value - low, value + high)


def _half(variance: float, units: float) -> float:
    return math.inf if math.isinf(variance) else boundary(units) * math.sqrt(variance)
