"""Counts what happens to the visitors of each version on trial, and ends a trial that goes badly."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cachetools import LRUCache

from noon_demo.edits import Edit
from noon_demo.ml_inference import AnalysisResult
from noon_demo.schemas import AnalysisResponse
from noon_demo.trials.bounds import Bounds
from noon_demo.trials.measures import CORRECTED, KINDS, kind, times, unsure
from noon_demo.trials.observations import Arm, Observations, Setup, Stage
from noon_demo.trials.tally import Tally

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
    over: bool = False


class Watch:
    """Observes the trials of all parts. Safe to share between threads.

    `stop(part, setup, why)` is called once a newcomer breaks the `bounds`.
    """

    def __init__(self, models: Path, bounds: Bounds, stop: Callable[[str, Setup, str], None]) -> None:
        self._models = models
        self._bounds = bounds
        self._stop = stop
        self._running: dict[str, _Running] = {}
        self._lock = threading.Lock()

    def begin(self, part: str, setup: Setup | None) -> None:
        """From now on this is compared of a part, or nothing. Raises `ObservationsError`."""
        with self._lock:
            running = self._running.get(part)
            if (running.setup if running else None) == setup:
                return
            if running:
                self._keep(part, running)
                del self._running[part]
            if setup:
                kept = Observations(self._models, part).add(Stage.begun(setup))
                self._running[part] = _Running(setup, kept, Stage.begun(setup))

    def looked(self, part: str, version: str, amounts: Mapping[str, float]) -> None:
        """A version looked at a photo: so much time, memory and so on, by measure."""
        with self._lock:
            running, arm = self._of(part, version)
            if arm:
                for name, amount in amounts.items():
                    _add(running.fresh.arm(arm), name, Tally.unit(amount))
        self._check(part)

    def analyzed(self, result: AnalysisResult, visitor: str, cached: bool) -> None:
        """A visitor was shown a result; what was known already took no time and could not fail."""
        for part, running in list(self._running.items()):
            version = result.versions.get(part, "")
            if running.setup.shadow or not running.setup.arm(version):
                continue
            took = times(part, result.timings_ms)
            if took and (part == "insights" or not cached):
                self.looked(part, version, {**took, "errors": 0})
            if part != "insights":
                self._found(running, version, result, visitor)

    def failed(self, part: str, version: str, error: Exception | None, visitor: str) -> None:
        """A version failed on a photo."""
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

    def found(self, part: str, version: str, amounts: Mapping[str, tuple[float, float]]) -> None:
        """What a version found in a photo in the shadow: (cases, total) by measure."""
        with self._lock:
            running, arm = self._of(part, version)
            if arm:
                for name, (cases, total) in amounts.items():
                    _add(running.fresh.arm(arm), name, Tally.unit(total, cases))

    def compared(self, part: str, setup: Setup, pairs: Mapping[str, tuple[float, float]]) -> None:
        """Both versions looked at a photo in the shadow: (cases, total) of what was compared."""
        with self._lock:
            running = self._running.get(part)
            if running and running.setup == setup:
                for name, (cases, total) in pairs.items():
                    if cases:
                        _add(running.fresh.pairs, name, Tally.unit(total, cases))

    def keep(self) -> None:
        """Write down what came since the last time. Raises `ObservationsError`."""
        with self._lock:
            for part, running in self._running.items():
                self._keep(part, running)

    def _keep(self, part: str, running: _Running) -> None:
        if running.fresh:
            running.kept = Observations(self._models, part).add(running.fresh)
            running.fresh = Stage.begun(running.setup)

    def _of(self, part: str, version: str) -> tuple[_Running, Arm] | tuple[None, None]:
        running = self._running.get(part)
        arm = running.setup.arm(version) if running else None
        return (running, arm) if running and arm else (None, None)

    def _found(self, running: _Running, version: str, result: AnalysisResult, visitor: str) -> None:
        foods, arm = result.photo.facts.foods, running.setup.arm(version)
        with self._lock:
            shown = (visitor, result.photo.key or "", arm)
            if arm is None or shown in running.shown:  # the same photo again, perhaps with a question
                return
            running.shown[shown] = set()
            found = {"foods found": (1.0, float(len(foods))), "results corrected": (1.0, 0.0)}
            if foods:
                found["names unsure"] = float(len(foods)), float(unsure(foods))
            found |= {f"{CORRECTED}{edit}": (1.0, 0.0) for edit in KINDS}
            _add_of_visitor(running, arm, visitor, found)

    def _check(self, part: str) -> None:
        with self._lock:
            running = self._running.get(part)
            if not running or running.over:
                return
            why = self._bounds.broken(running.kept + running.fresh)
            running.over = bool(why)
        if why:
            self._stop(part, running.setup, why)


def _add(tallies: dict[str, Tally], name: str, more: Tally) -> None:
    tallies[name] = tallies.get(name, Tally()) + more


def _add_of_visitor(
    running: _Running, arm: Arm, visitor: str, more: Mapping[str, tuple[float, float]]
) -> None:
    amounts = running.visitors.setdefault((visitor, arm), {})
    for name, (cases, total) in more.items():
        before = amounts.get(name)
        after = (before[0] + cases, before[1] + total) if before else (cases, total)
        _add(running.fresh.arm(arm), name, Tally.growth(before, after))
        amounts[name] = after
