"""Changing over to another version while people use the parts."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

from ml import self_test, zero_gpu
from ml.errors import NoonError
from noon_demo.errors import RequestError
from noon_demo.ml_inference.choices import Choice, ChoicesError, Newcomer, Versioned
from noon_demo.ml_inference.parts import NotLoadedError, Part

if TYPE_CHECKING:
    from noon_demo.ml_inference.models import Models

logger = logging.getLogger(__name__)

LOOK_S = 2.0
"""How often it is looked which versions are chosen."""
PLAIN_ERRORS = (NoonError, RequestError)
ONLY_AT_START = "The models of a ZeroGPU are put in place before the page is served: restart the Space."

NO_TRIALS = "On a ZeroGPU versions can't be tried on visitors."


class Renewal:
    """Has the versions answer that are chosen. Safe to share between threads."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._wanted: dict[Versioned, str] = {}
        """The version of each part that was tried last, whether it answers or not."""
        self._stopped: dict[Versioned, Newcomer] = {}
        """Trials that were stopped, as they were chosen, until the choices say that they were."""
        self._lock = threading.Lock()

    def keep_up(self, over: threading.Event) -> None:
        """Take up what is chosen, or written into watched folders, until it is `over`."""
        while not over.wait(LOOK_S):
            self._models.versions.take_up()
            self.renew()

    def renew(self, *, trials: bool = True) -> None:
        """Have the versions answer that are chosen now, those on `trials` among them.

        Each is loaded and tried first, while others go on to answer. One that fails never answers; its
        part's status says why.
        """
        with self._lock:
            try:
                choices = self._models.versions.choices.read()
            except ChoicesError as error:
                logger.error("%s", error)
                if self._wanted:
                    return
                choices = {}
            for kind, part in self._models.versioned.items():
                choice = choices.get(kind, Choice())
                if self._wanted.get(kind) != choice.use:
                    self._wanted[kind] = choice.use
                    self._change(kind, part, choice.use)
                if trials:
                    self._try(kind, part, choice.newcomer)

    def try_out(self, kind: Versioned, candidate: Any) -> None:
        """Try a part beside the others on the examples and on the photos in the models folder.

        Raises `NoonError` or `NotLoadedError`.
        """
        from ml.versions import acceptance  # noqa: PLC0415 - imports torch

        models = self._models
        segmenter = candidate if kind == "segmenter" else models.segmenter.get()
        recognizer = candidate if kind == "recognizer" else models.recognizer.get()
        detector = models.detectors.build(segmenter, recognizer)
        if kind == "insights":
            image = self_test.example()
            acceptance.try_insights(candidate, image, models.weigh(detector.detect(image)).facts)
        else:
            acceptance.try_detector(detector)
            acceptance.try_detector(detector, models.versions.photos)

    def stop_trial(self, kind: Versioned, version: str, why: str) -> None:
        """Have nobody get a version on trial any more, and keep in the choices `why`, a sentence."""
        part = self._models.versioned[kind]
        if part.trial is None or part.trial.version != version or part.trial.stopped:
            return
        self._stopped[kind] = part.trial
        part.put_on_trial(None, part.trial.model_copy(update={"percent": 0, "stopped": why}))
        logger.warning("The trial of the %s %s was stopped: %s", kind, version, why)
        try:
            self._models.versions.choices.stop(kind, version, why)
        except ChoicesError as error:
            logger.error("%s", error)

    def _try(self, kind: Versioned, part: Part[Any], trial: Newcomer | None) -> None:
        """Have the share of the visitors that is chosen get the version on trial, if it is fit."""
        if trial and trial == self._stopped.get(kind):
            return
        self._stopped.pop(kind, None)
        if trial == part.trial:
            return
        if trial is None or trial.stopped:
            part.put_on_trial(None, trial)
        elif part.newcomer is not None and part.newcomer.version == trial.version:
            part.put_on_trial(part.newcomer, trial)
        else:
            part.put_on_trial(None, trial)
            try:
                if zero_gpu.is_on():
                    raise NotLoadedError(NO_TRIALS)
                if part.get().version == trial.version:
                    raise NotLoadedError("It answers everybody already.")
                part.put_on_trial(self._tried(kind, part, trial.version) or part.shipped(), trial)
            except PLAIN_ERRORS as error:
                self.stop_trial(kind, trial.version, str(error))
        self._models.detectors.let_go()

    def _change(self, kind: Versioned, part: Part[Any], wanted: str) -> None:
        """Have a version answer, or what is configured, if it is fit."""
        is_starting = self._models.is_loading
        if zero_gpu.is_on() and not is_starting:
            part.refuse(wanted or "What is configured", ONLY_AT_START)
            return
        try:
            if wanted:
                part.announce(wanted)
                part.take(self._tried(kind, part, wanted))
            else:
                part.load_chosen()
        except PLAIN_ERRORS as error:
            logger.warning("The %s %s does not answer: %s", kind, wanted, error)
            if is_starting:
                part.load_chosen()
            part.refuse(wanted, str(error))
        if not is_starting:  # when there is nothing yet to let go of
            self._models.detectors.let_go()

    def _tried(self, kind: Versioned, part: Part[Any], id: str) -> Any:
        """A version that passed its test, None for the one that ships.

        Raises `NoonError` or `NotLoadedError`.
        """
        if part.shipped().version == id:
            return None
        if part.newcomer is not None and part.newcomer.version == id:
            return part.newcomer
        candidate = self._models.versions.load(kind, id)
        self.try_out(kind, candidate)
        return candidate
