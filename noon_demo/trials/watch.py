"""Counts what happens to the visitors of each version on trial, and ends a trial that goes badly."""

from __future__ import annotations

import dataclasses
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cachetools import LRUCache

from noon_demo.choices import Versioned
from noon_demo.edits import Edit
from noon_demo.ml_inference import AnalysisResult
from noon_demo.schemas import AnalysisResponse
from noon_demo.trials.assignment import gets_newcomer
from noon_demo.trials.bounds import Bounds
from noon_demo.trials.measures import CORRECTED, KINDS, kind, times, unsure
from noon_demo.trials.observations import Arm, Observations, ObservationsError, Setup, Stage
from noon_demo.trials.tally import Tally

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
        self._lock = threading.Lock()

    def follow(self) -> None:
        """Take up trials that have begun, let go of those that are over."""
        failed = []
        with self._lock:
            setups = self._setups()
            for part, running in list(self._running.items()):
                if setups.get(part) != running.setup:
                    del self._running[part]
                    self._keep(part, running)
            for part, setup in setups.items():
                if part not in self._running:
                    try:
                        kept = Observations(self._models, part).add(Stage.begun(setup))
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

    def analyzed(self, result: AnalysisResult, visitor: str, cached: bool) -> None:
        """A visitor was shown a result; what was known already took no time and could not fail.

        Who has no name isn't part of the trial, having no chance to get the newcomer.
        """
        self.follow()
        if not visitor:
            return
        for part, running in list(self._running.items()):
            version, setup = result.versions.get(part, ""), running.setup
            is_newcomers = gets_newcomer(part, setup.newcomer, visitor, setup.percent)
            if setup.shadow or setup.arm(version) != ("newcomer" if is_newcomers else "stable"):
                continue  # also where the stable version stepped in for a newcomer that failed
            took = times(part, result.timings_ms)
            if took and (part == "insights" or not cached):
                self.looked(part, version, {**took, "errors": 0})
            if part != "insights":
                self._found(running, version, result, visitor)

    def failed(self, part: Versioned, version: str, visitor: str) -> None:
        """A version failed on a visitor's photo; those are counted whose successes `analyzed` counts."""
        self.follow()
        running = self._running.get(part)
        if visitor and running and not running.setup.shadow:
            self.looked(part, version, {"errors": 1})

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
        """Write down what came since the last time. Raises `ObservationsError`."""
        self.follow()
        with self._lock:
            for part, running in self._running.items():
                self._keep(part, running)

    def _keep(self, part: Versioned, running: _Running) -> None:
        if running.fresh:
            running.kept = Observations(self._models, part).add(running.fresh)
            running.fresh = Stage.begun(running.setup)

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
            found |= {f"{CORRECTED}{edit}": (1.0, 0.0) for edit in KINDS}
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
            self._end(part, running, why)

    def _end(self, part: Versioned, running: _Running, why: str) -> None:
        """Keep what was observed, and that it ended so."""
        with self._lock:
            if self._running.get(part) is running:
                del self._running[part]
            ended, running.fresh = dataclasses.replace(running.fresh, stopped=why), Stage.begun(running.setup)
            try:
                Observations(self._models, part).add(ended)
            except ObservationsError as error:
                logger.error("%s", error)


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
