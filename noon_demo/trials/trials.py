"""The trials of a server: what its service tells goes to the watch, and photos into the shadow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from noon_demo.concurrency.running import Running
from noon_demo.ml_inference import Models
from noon_demo.photos.images import Image
from noon_demo.trials.bounds import Bounds
from noon_demo.trials.looks import Looks
from noon_demo.trials.shadow import Shadow
from noon_demo.trials.watch import Watch
from noon_demo.watching.events import Watcher

if TYPE_CHECKING:
    from noon_demo.edits import Edit
    from noon_demo.ml_inference import AnalysisResult, Detections
    from noon_demo.schemas import AnalysisResponse


class Trials(Watcher):
    """Compares what is on trial of some models, in the shadow while no request is `running`."""

    def __init__(self, models: Models, running: Running) -> None:
        bounds = Bounds(models.settings.trial_errors_percent / 100, models.settings.trial_slowdown)
        self._models = models
        self._watch = Watch(
            models.versions.folder, bounds, models.trials, models.weights_mb, models.renewal.stop_trial
        )
        self._shadow = Shadow(Looks(models, self._watch, running).look, lambda: not running.count)

    @property
    def share_visitors(self) -> bool | None:
        """Whether two versions share the visitors now; None until the models are loaded."""
        if self._models.is_loading:
            return None
        return any(not setup.shadow for setup in self._models.trials().values())

    def keep(self) -> None:
        """Write down what was observed."""
        self._watch.keep()

    def analyzed(self, result: AnalysisResult, visitor: str, cached: bool) -> None:
        """Count it, and let who is in the shadow see the photo."""
        photo = result.photo
        if not cached:
            self._watch.succeeded(photo.versions, photo.timings_ms, visitor)
        self._watch.shown(result, visitor)
        if not cached and "recognizer" in photo.versions:
            self._offer(photo.image)

    def detected(self, detections: Detections, visitor: str, cached: bool) -> None:
        """Count it, and let who is in the shadow see the photo."""
        if not cached:
            self._watch.succeeded(detections.versions, detections.timings_ms, visitor)
            self._offer(detections.image)

    def answered(self, result: AnalysisResult, visitor: str) -> None:
        """Count it."""
        took = {"insights": result.timings_ms["insights"]}
        self._watch.succeeded({"insights": result.insights_version}, took, visitor)

    def corrected(self, result: AnalysisResponse, edits: Sequence[Edit], visitor: str) -> None:
        """Count it."""
        self._watch.corrected(result, edits, visitor)

    def failed(self, part: str, version: str, error: Exception | None, visitor: str) -> None:
        """Count it."""
        for kind in self._models.versioned:
            if kind == part:
                self._watch.failed(kind, version, visitor)

    def _offer(self, photo: Image) -> None:
        if any(setup.shadow for setup in self._models.trials().values()):
            self._shadow.offer(photo)
