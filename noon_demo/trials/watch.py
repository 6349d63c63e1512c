"""Counts what happens to the visitors of each version on trial, and ends a trial that goes badly."""

from __future__ import annotations

import dataclasses
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cachetools import LRUCache

from noon_demo.edits import Edit
from noon_demo.ml_inference import AnalysisResult
from noon_demo.ml_inference.choices import Versioned
from noon_demo.schemas import AnalysisResponse
from noon_demo.trials.assignment import gets_newcomer
from noon_demo.trials.bounds import Bounds
from noon_demo.trials.measures import CORRECTED, kind, times, unsure
from noon_demo.trials.observations import Arm, Observations, ObservationsError, Setup, Stage
from noon_demo.trials.tally import Tally
from noon_demo.watching.attribution import PART_OF_EDIT

logger = logging.getLogger(__name__)

MOST_VISITORS = 5_000
"""Of a trial whose amounts are known; who was forgotten and comes again counts as somebody else."""
MOST_SHOWN = 5_000
"""Results whose corrections are counted, the last ones."""

Amounts = dict[str, tuple[float, float]]
"""(cases, total) by measure."""


@dataclass(eq=False)
class _Running:
    """A trial that is on: what is kept of its stage, what came since, and each visitor's amounts."""

    setup: Setup
    kept: Stage
    fresh: Stage
    visitors: LRUCache[tuple[str, Arm], Amounts] = field(default_factory=lambda: LRUCache(MOST_VISITORS))
    shown: LRUCache[tuple[str, str, Arm], set[str]] = field(default_factory=lambda: LRUCache(MOST_SHOWN))
    is_over: bool = False
    """Whether the newcomer broke the bounds."""


class Watch:
    """Observes the trials of all parts. Safe to share between threads.

    `setups` tells what is on trial now, `weights_mb` the MiB of the weights of each version of a part.
    `stop(part, version, why)` is called once a newcomer breaks the `bounds`, or can't be watched.
    """

    def __init__(
        self,
        models: Path,
        bounds: Bounds,
        setups: Callable[[], Mapping[Versioned, Setup]],
        weights_mb: Callable[[Versioned], Mapping[str, float]],
        stop: Callable[[Versioned, str, str], None],
    ) -> None:
        self._models = models
        self._bounds = bounds
        self._setups = setups
        self._weights_mb = weights_mb
        self._stop = stop
        self._running: dict[Versioned, _Running] = {}
        self._over: list[tuple[Versioned, Stage]] = []
        """What came last of trials that are over, until it is written down."""
        self._lock = threading.Lock()

    def follow(self) -> None:
        """Take up trials that have begun, let go of those that are over."""
        failed = []
        with self._lock:
            setups = self._setups()
            for part, running in list(self._running.items()):
                if setups.get(part) != running.setup:
                    self._let_go(part, running)
            for part, setup in setups.items():
                if part not in self._running:
                    self._keep_over()  # or its end would be taken for this one's
                    try:
                        kept = Observations(self._models, part).begin(setup)
                    except ObservationsError as error:
                        failed.append((part, setup.newcomer, str(error)))
                    else:
                        self._running[part] = running = _Running(setup, kept, Stage.begun(setup))
                        for version, mb in self._weights_mb(part).items():
                            if arm := setup.arm(version):
                                _add(running.fresh.arm(arm), {"memory of weights": (1, mb)})
        for problem in failed:
            self._stop(*problem)

    def looked(self, part: Versioned, version: str, amounts: Mapping[str, float]) -> None:
        """A version looked at a photo: so much time, memory and so on, by measure."""
        self.found(part, version, {name: (1, amount) for name, amount in amounts.items()})
        self._check(part)

    def succeeded(self, versions: Mapping[str, str], timings_ms: Mapping[str, float], visitor: str) -> None:
        """The `versions` of some parts did their stages for a visitor, each in its milliseconds."""
        self.follow()
        for part, running in list(self._running.items()):
            version, took = versions.get(part, ""), times(part, timings_ms)
            if took and _is_of_visitor(part, version, running.setup, visitor):
                self.looked(part, version, {**took, "errors": 0})

    def failed(self, part: Versioned, version: str, visitor: str) -> None:
        """A version failed in what `succeeded` tells of otherwise."""
        self.follow()
        running = self._running.get(part)
        if running and _is_of_visitor(part, version, running.setup, visitor):
            self.looked(part, version, {"errors": 1})

    def shown(self, result: AnalysisResult, visitor: str) -> None:
        """A visitor was shown a result."""
        self.follow()
        for part, running in list(self._running.items()):
            version = result.photo.versions.get(part, "")
            if part != "insights" and _is_of_visitor(part, version, running.setup, visitor):
                self._found(running, version, result, visitor)

    def corrected(self, result: AnalysisResponse, edits: Sequence[Edit], visitor: str) -> None:
        """A visitor corrected a result; each kind of correction counts once a result."""
        kinds = {name for edit in edits if (name := kind(edit))}
        with self._lock:
            for part, running in self._running.items():
                arm = running.setup.arm(result.versions.get(part, ""))
                if not arm:
                    continue
                known = running.shown.get((visitor, result.image.key or "", arm))
                if known is None:
                    continue
                new = kinds - known
                if new and not known:
                    new.add("results corrected")
                known |= new
                _add_of_visitor(running, arm, visitor, dict.fromkeys(new, (0.0, 1.0)))

    def found(self, part: Versioned, version: str, amounts: Mapping[str, tuple[float, float]]) -> None:
        """What a version found in a photo, which counts by itself: (cases, total) by measure."""
        with self._lock:
            running = self._running.get(part)
            arm = running.setup.arm(version) if running else None
            if running and arm:
                _add(running.fresh.arm(arm), amounts)

    def compared(self, part: Versioned, setup: Setup, pairs: Mapping[str, tuple[float, float]]) -> None:
        """Both versions looked at a photo in the shadow: (cases, total) of what was compared."""
        with self._lock:
            running = self._running.get(part)
            if running and running.setup == setup:
                _add(running.fresh.pairs, pairs)

    def keep(self) -> None:
        """Write down what came since the last time, of each part for which that can be done."""
        self.follow()
        with self._lock:
            self._keep_over()
            for part, running in self._running.items():
                if running.fresh:
                    try:
                        running.kept = Observations(self._models, part).add(running.fresh)
                    except ObservationsError as error:
                        logger.error("%s", error)
                    else:
                        running.fresh = Stage.begun(running.setup)

    def _let_go(self, part: Versioned, running: _Running, why: str = "") -> None:
        """Count no more of a trial that is over, perhaps by itself for the reason `why`."""
        if self._running.get(part) is running:
            del self._running[part]
        self._over.append((part, dataclasses.replace(running.fresh, stopped=why)))
        running.fresh = Stage.begun(running.setup)

    def _keep_over(self) -> None:
        """Write down what is left of trials that are over, as far as that can be done."""
        over, self._over = [(part, stage) for part, stage in self._over if stage], []
        for part, stage in over:
            try:
                Observations(self._models, part).add(stage)
            except ObservationsError as error:
                logger.error("%s", error)
                self._over.append((part, stage))

    def _found(self, running: _Running, version: str, result: AnalysisResult, visitor: str) -> None:
        foods, arm = result.photo.facts.foods, running.setup.arm(version)
        if arm is None:
            return
        shown = (visitor, result.photo.key or "", arm)
        with self._lock:
            if shown in running.shown:  # the same photo again, perhaps with a question
                return
            running.shown[shown] = set()
            found = {"foods found": (1.0, float(len(foods))), "results corrected": (1.0, 0.0)}
            if foods:
                found["names unsure"] = float(len(foods)), float(unsure(foods))
            found |= {f"{CORRECTED}{edit}": (1.0, 0.0) for edit in PART_OF_EDIT}
            _add_of_visitor(running, arm, visitor, found)

    def _check(self, part: Versioned) -> None:
        with self._lock:
            running = self._running.get(part)
            if not running or running.is_over:
                return
            why = self._bounds.broken(running.kept + running.fresh)
            running.is_over = bool(why)
        if why:
            self._stop(part, running.setup.newcomer, why)  # first, or `follow` takes it up again
            with self._lock:
                self._let_go(part, running, why)
                self._keep_over()


def _is_of_visitor(part: Versioned, version: str, setup: Setup, visitor: str) -> bool:
    """Whether a trial gives a visitor this version; no where another stepped in for one that failed.

    Who has no name isn't part of a trial, having no chance to get the newcomer.
    """
    if setup.shadow or not visitor:
        return False
    arm = "newcomer" if gets_newcomer(part, setup.newcomer, visitor, setup.percent) else "stable"
    return setup.arm(version) == arm


def _add(tallies: dict[str, Tally], more: Mapping[str, tuple[float, float]]) -> None:
    """Add one unit's (cases, total) by measure."""
    for name, (cases, total) in more.items():
        if cases:
            tallies[name] = tallies.get(name, Tally()) + Tally.unit(total, cases)


def _add_of_visitor(
    running: _Running, arm: Arm, visitor: str, more: Mapping[str, tuple[float, float]]
) -> None:
    """Add to a visitor's (cases, total) by measure."""
    amounts, tallies = running.visitors.setdefault((visitor, arm), {}), running.fresh.arm(arm)
    for name, (cases, total) in more.items():
        before = amounts.get(name)
        after = (before[0] + cases, before[1] + total) if before else (cases, total)
        tallies[name] = tallies.get(name, Tally()) + Tally.growth(before, after)
        amounts[name] = after
