"""When a newcomer is worse than can be borne."""

from __future__ import annotations

from dataclasses import dataclass

from noon_demo.trials.intervals import boundary, difference_of_means, share
from noon_demo.trials.observations import Stage
from noon_demo.trials.tally import Tally

MIN_ERRORS = 3
"""Fewer may be chance, whatever share they are."""
MIN_PHOTOS = 10
"""Fewer tell nothing of how slow it is."""


@dataclass(frozen=True)
class Bounds:
    """The share of photos on which a newcomer may fail, and how many times as long it may take."""

    errors: float
    times: float

    def broken(self, stage: Stage) -> str:
        """Why the trial must end, in a sentence; empty as long as it need not.

        A bound is broken where the interval is beyond it, which holds however often one looks.
        """
        errors = stage.newcomer.get("errors", Tally())
        if errors.total >= MIN_ERRORS:
            failing = share(errors, boundary(errors.units))
            if failing.low > self.errors:
                return (
                    f"It failed on {errors.total:.0f} of {errors.n:.0f} photos, "
                    f"more than the {100 * self.errors:g} % allowed."
                )
        ours, theirs = (arm.get("time", Tally()) for arm in (stage.newcomer, stage.stable))
        if min(ours.n, theirs.n) < MIN_PHOTOS:
            return ""
        if difference_of_means(ours, theirs, self.times).low > 0:
            return (
                f"It took {ours.mean:.0f} ms a photo and the other version {theirs.mean:.0f} ms, "
                f"more than {self.times:g} times as long."
            )
        return ""
