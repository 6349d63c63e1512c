"""What was counted of one measure, in six sums, from which its mean and how sure it is follow."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import astuple, dataclass


@dataclass(frozen=True)
class Tally:
    """A ratio such as milliseconds a photo, summed over independent units, as visitors are.

    A unit with the amount `total` in `n` cases adds 1 to `units` and n, total, n^2, n * total and total^2 to
    the other sums. So tallies add up, whichever process made them, and hold nobody's share.
    """

    units: float = 0
    n: float = 0
    total: float = 0
    nn: float = 0
    nt: float = 0
    tt: float = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(one + more for one, more in zip(astuple(self), astuple(other), strict=True)))

    @classmethod
    def unit(cls, total: float, n: float = 1) -> Tally:
        """That of one unit."""
        return cls(1, n, total, n * n, n * total, total * total)

    @classmethod
    def growth(cls, before: tuple[float, float] | None, after: tuple[float, float]) -> Tally:
        """What to add where a unit's (n, total) becomes another; `before` is None for one not yet seen."""
        (n, total), (more_n, more_total) = before or (0.0, 0.0), after
        return cls(
            float(before is None),
            more_n - n,
            more_total - total,
            more_n**2 - n**2,
            more_n * more_total - n * total,
            more_total**2 - total**2,
        )

    @property
    def mean(self) -> float:
        """The ratio; not a number without a case."""
        return self.total / self.n if self.n else math.nan

    @property
    def variance(self) -> float:
        """The square of the ratio's standard error; infinite where a single unit tells nothing of others.

        By the delta method for the ratio of two sums over units (Deng, Knoblich and Lu, KDD 2018,
        arXiv:1803.06336), so that many cases of one visitor don't pass for many visitors.
        """
        if self.units < 2 or not self.n:
            return math.inf
        ratio = self.mean
        squares = self.tt - 2 * ratio * self.nt + ratio**2 * self.nn
        return max(0.0, squares) * self.units / (self.units - 1) / self.n**2

    @property
    def effective_n(self) -> float:
        """How many independent cases a share is worth.

        At most its cases; at least, and where all cases are alike, as many as if those of a unit were one
        (Kish, Survey Sampling, 1965: n^2 over the sum of the squared cases of each unit).
        """
        least = self.n**2 / self.nn if self.nn else 0.0
        share = self.mean
        if not 0 < share < 1 or not 0 < self.variance < math.inf:
            return least
        return min(self.n, max(least, share * (1 - share) / self.variance))


Tallies = Mapping[str, Tally]
"""By the name of the measure."""


def added(one: Tallies, more: Tallies) -> dict[str, Tally]:
    """The tallies of both together."""
    return {name: one.get(name, Tally()) + more.get(name, Tally()) for name in {**one, **more}}
