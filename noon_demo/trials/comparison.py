"""Which of two versions is better on what, and where there is too little data to say."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from noon_demo.trials import intervals, measures
from noon_demo.trials.intervals import Range
from noon_demo.trials.measures import Measure, Unit
from noon_demo.trials.observations import Stage
from noon_demo.trials.tally import Tally

MIN_UNITS = 30
"""Visitors or photos of each version below which no large-sample interval is to be trusted.

Of simulated trials of versions that take equally long, one visitor in ten getting the newcomer, one of twenty
called them different; from ten visitors on it would be one of twelve.
"""
MOST_MISSING = 1_000_000
Verdict = Literal[
    "newcomer better", "newcomer worse", "more", "fewer", "alike", "too little data", "observed"
]


@dataclass(frozen=True)
class Line:
    """The comparison on one measure.

    `difference` is the newcomer's less the stable version's, or how far the two agree; None where it has no
    limits to be trusted yet. With "too little data" `missing` says how many more visitors or photos of the
    version that has fewer would be needed, roughly; None where that can't be told.
    """

    measure: str
    unit: str
    per: str
    stable: float | None
    newcomer: float | None
    difference: Range | None
    verdict: Verdict
    units: tuple[int, int]
    counted_by: Unit
    missing: int | None = None


def compare(stage: Stage) -> list[Line]:
    """A line for each measure that something was observed of."""
    names = [measure.name for measure in measures.MEASURES]
    arms = (stage.stable, stage.newcomer)
    seen = {name for arm in arms for name, tally in arm.items() if tally.total or name in names}
    for begin, after in ((measures.STAGE, "time"), (measures.CORRECTED, "results corrected")):
        details = sorted(name for name in seen if name.startswith(begin))
        place = names.index(after) + 1
        names[place:place] = details
    lines = [_line(measures.measure(name), stage) for name in names if name in seen]
    return lines + list(_agreement(stage))


def _line(measure: Measure, stage: Stage) -> Line:
    stable, newcomer = (arm.get(measure.name, Tally()) for arm in (stage.stable, stage.newcomer))
    counted_by = measures.counted_by(measure.name, shadow=stage.setup.shadow)
    both = int(stable.units), int(newcomer.units)
    values = _known(stable.mean), _known(newcomer.mean)
    about = measure.name, measure.unit, measure.per, *values
    if counted_by == "loading":
        return Line(*about, None, "observed", both, counted_by)
    pairs = stage.pairs.get(measure.name)
    if pairs is not None:
        found, units = intervals.mean(pairs), pairs.units
    elif measure.unit == "share":
        found, units = intervals.difference_of_shares(newcomer, stable), min(newcomer.units, stable.units)
    else:
        found, units = intervals.difference_of_means(newcomer, stable), min(newcomer.units, stable.units)
    matters = measure.matters * (abs(stable.mean) if measure.of_the_mean else 1.0)
    verdict, missing = _judge(measure, found, units, matters)
    known = found if units >= MIN_UNITS and math.isfinite(found.half) else None
    return Line(*about, known, verdict, both, counted_by, missing)


def _judge(measure: Measure, found: Range, units: float, matters: float) -> tuple[Verdict, int | None]:
    """What an interval over so many units says, and how many are missing where it says too little."""
    never_differed = intervals.boundary(units) ** 2 / matters if matters and not found.half else 0
    if units >= max(MIN_UNITS, never_differed) and math.isfinite(found.half):
        if found.low > 0 or found.high < 0:
            return _difference(measure, found.value), None
        if -matters <= found.low and found.high <= matters:
            return "alike", None
        needed = _needed(found, units, matters) if matters else math.inf
    else:
        needed = max(MIN_UNITS, never_differed)  # by Wilson's interval for none of so many
    missing = max(1, math.ceil(needed - units)) if needed < MOST_MISSING else None
    return "too little data", missing


def _needed(found: Range, units: float, matters: float) -> float:
    """After how many units the interval, if its middle stays, excludes 0 or all that matters."""
    sure = max(abs(found.value), matters - abs(found.value))
    needed = units
    for _ in range(3):  # since the boundary widens with them
        widened = found.half * intervals.boundary(needed) / intervals.boundary(units)
        needed = units * (widened / sure) ** 2
    return needed


def _difference(measure: Measure, value: float) -> Verdict:
    if measure.better == "neither":
        return "more" if value > 0 else "fewer"
    return "newcomer better" if (value < 0) == (measure.better == "less") else "newcomer worse"


def _agreement(stage: Stage) -> Iterator[Line]:
    for measure in measures.AGREEMENT:
        if tally := stage.pairs.get(measure.name):
            found = intervals.share(tally, intervals.boundary(tally.units))
            units = int(tally.units)
            yield Line(
                measure.name, "share", measure.per, None, None, found, "observed", (units, units), "photo"
            )


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
