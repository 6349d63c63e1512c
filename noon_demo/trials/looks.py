"""What the two versions of a trial in the shadow see in the same photo."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from noon_demo.concurrency import memory
from noon_demo.concurrency.running import Running
from noon_demo.ml_inference import AnalyzedFood, Models, failed_part
from noon_demo.ml_inference.choices import Versioned
from noon_demo.photos.images import Image
from noon_demo.trials.agreement import compare
from noon_demo.trials.measures import times
from noon_demo.trials.observations import Setup
from noon_demo.trials.watch import Amounts, Watch

Foods = tuple[AnalyzedFood, ...]


@dataclass(frozen=True)
class Look:
    """The foods that a version found, None where it failed, and what finding them took, by measure."""

    foods: Foods | None
    took: dict[str, float]


class Looks:
    """Shows photos to both versions, one after the other, in turns the one and the other first.

    Where a request ran or came meanwhile, the times and the memory tell of its work too and are left out.
    """

    def __init__(self, models: Models, watch: Watch, running: Running) -> None:
        self._models = models
        self._watch = watch
        self._running = running
        self._turn = itertools.count()

    def look(self, photo: Image) -> None:
        """Compare what is on trial in the shadow on a photo, HxWx3 uint8 RGB."""
        for part, setup in self._models.trials().items():
            if setup.shadow:
                self._compare(part, setup, photo)

    def _compare(self, part: Versioned, setup: Setup, photo: Image) -> None:
        before = None if self._running.count else self._running.arrivals
        order = [False, True] if next(self._turn) % 2 else [True, False]
        looks = {is_new: self._look(part, is_new, photo) for is_new in order}
        stable, newcomer = looks[False], looks[True]
        if stable is None or newcomer is None or self._models.trials().get(part) != setup:
            return
        pairs: Amounts = {}
        alone = self._running.arrivals == before
        for version, look in ((setup.stable, stable), (setup.newcomer, newcomer)):
            took = look.took if alone else {}
            self._watch.looked(part, version, {"errors": float(look.foods is None), **took})
        if alone:
            both = stable.took.keys() & newcomer.took.keys()
            pairs |= {name: (1, newcomer.took[name] - stable.took[name]) for name in both}
        if stable.foods is not None and newcomer.foods is not None:
            pairs |= self._agreement(part, setup, stable.foods, newcomer.foods)
        self._watch.compared(part, setup, pairs)

    def _look(self, part: Versioned, is_new: bool, photo: Image) -> Look | None:
        """One version's look; None where something else than it failed, or it is gone."""
        detector = self._models.detectors.on_trial(part) if is_new else self._models.detectors.get()
        if detector is None:
            return None
        try:
            with memory.peak() as grown:
                found = detector.detect(photo)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is counted, and nobody waits
            failed = failed_part(error)
            return Look(None, {}) if failed and failed[0] == part else None
        took = times(part, found.timings_ms)
        if grown.mb is not None:
            took["memory while looking"] = grown.mb
        return Look(self._models.weigh(found).facts.foods, took)

    def _agreement(self, part: Versioned, setup: Setup, stable: Foods, newcomer: Foods) -> Amounts:
        """How two lists of foods agree; names are compared where both outline the same."""
        agreement = compare([food.item for food in stable], [food.item for food in newcomer])
        matched = len(agreement.pairs)
        doubts = (
            sum(not stable[one].is_sure for one, _ in agreement.pairs),
            sum(not newcomer[other].is_sure for _, other in agreement.pairs),
        )
        versions = (setup.stable, setup.newcomer)
        for version, foods, doubtful in zip(versions, (stable, newcomer), doubts, strict=True):
            found: Amounts = {"foods found": (1, len(foods)), "names unsure": (matched, doubtful)}
            self._watch.found(part, version, found)
        return {
            "foods found": (1, len(newcomer) - len(stable)),
            "names unsure": (matched, doubts[1] - doubts[0]),
            "same number of foods": (1, len(newcomer) == len(stable)),
            "foods that both outline": (len(stable) + len(newcomer), 2 * matched),
            "overlap of their masks": (matched, agreement.overlap),
            "same name": (matched, agreement.same_names),
        }
