"""Replaceable parts: loaded in the background, exchanged while people use them, a fallback always at hand."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Sequence
from typing import Generic, Literal, Protocol, TypeVar

from omegaconf import DictConfig

from noon_demo.errors import RequestError
from noon_demo.ml_inference.choices import Newcomer
from noon_demo.schemas import PartState, PartStatus, TrialStatus
from noon_demo.trials.assignment import gets_newcomer

logger = logging.getLogger(__name__)


class Named(Protocol):
    """What every part has: how results name it, and which weights of it answer."""

    name: str
    version: str


T = TypeVar("T", bound=Named)
Kind = Literal["segmenter", "recognizer", "nutrition", "insights"]

_one_at_a_time = threading.Lock()
"""Held while a shipped part is built: importing torch from two threads at once can fail."""

FORKED = (
    "This process was forked from one that had loaded Noon's models, whose threads stayed behind: start it "
    'with the "spawn" method of multiprocessing, or load models only after forking.'
)
_process: int | None = None
"""The process that loaded the first part. In its forked children models would wait for threads for ever."""


class NotLoadedError(RequestError):
    """A part that could not be loaded; the sentence says why."""

    status = 503


class Part(Generic[T]):
    """One replaceable part, such as the segmenter.

    `shipped` describes the part that comes with Noon, `choices` others, the one asked for first. The shipped
    part answers until the first of them that can be had is loaded, or another version is taken, and for good
    when none can. Whoever got a part keeps it: what is taken later answers from the next `get` on.
    `load(description)` builds a part or raises `NotLoadedError`. `unavailable(choice)` says why there is no
    use in loading it now, `too_slow(choice, part)` why it isn't taken once it is loaded, or nothing.
    """

    def __init__(
        self,
        kind: Kind,
        load: Callable[[DictConfig], T],
        shipped: DictConfig,
        choices: Sequence[DictConfig] = (),
        *,
        unavailable: Callable[[DictConfig], str] = lambda choice: "",
        too_slow: Callable[[DictConfig, T], str] = lambda choice, part: "",
    ) -> None:
        self.kind = kind
        self.warning = ""
        """Why the shipped part answers although another was to be had; shown with its results."""
        self._build = load
        self._shipped_config = shipped
        self._choices = choices
        self._unavailable = unavailable
        self._too_slow = too_slow
        self._shipped: T | None = None
        self._chosen: T | None = None
        self._newcomer: tuple[T, Newcomer] | None = None
        self.trial: Newcomer | None = None
        """The trial of another version that is on, being prepared or was stopped."""
        self._state: PartState = "waiting"
        self._failed = False
        """Whether loading a choice ended in an error."""
        self._error = ""
        self._note = ""

    @property
    def answering(self) -> tuple[T, ...]:
        """All that look at photos now."""
        return tuple(part for part in (self.loaded, self.newcomer) if part is not None)

    @property
    def newcomer(self) -> T | None:
        """The version on trial, once it is loaded."""
        return self._newcomer[0] if self._newcomer else None

    @property
    def loaded(self) -> T | None:
        """The best that is loaded by now, or None."""
        return self._shipped if self._chosen is None else self._chosen

    def get(self, visitor: str = "") -> T:
        """What answers a visitor now; the shipped part is loaded if nothing is. Raises `NotLoadedError`.

        Nobody in particular never gets a version on trial.
        """
        check_process()
        if self._newcomer:
            newcomer, trial = self._newcomer
            if not trial.shadow and gets_newcomer(self.kind, trial.version, visitor, trial.percent):
                return newcomer
        loaded = self.loaded
        return self.shipped() if loaded is None else loaded

    def shipped(self) -> T:
        """The part that comes with Noon, loaded on first use. Raises `NotLoadedError`."""
        check_process()
        with _one_at_a_time:
            if self._shipped is None:
                if self._state == "waiting":
                    self._state = "loading"
                try:
                    self._shipped = self._build(self._shipped_config)
                except NotLoadedError as error:
                    self._state = "failed"
                    self._error = f"The {self.kind} part could not be loaded. {error}"
                    raise NotLoadedError(self._error) from None
                self._state = "ready"
            return self._shipped

    def load_chosen(self) -> None:
        """Load and take the first choice that can be had, else what ships; `status` says how it went."""
        problems, before = [], self._chosen
        self._note, self._failed = "", False
        for choice in self._choices:
            problem = self._unavailable(choice) or self._load(choice)
            if not problem:
                break
            problems.append(problem)
        if self._chosen is before:
            self._chosen = None
        if problems and self._chosen is None:
            self._note = " ".join([*problems, f"The {self.kind} part that comes with Noon answers."])
        elif problems:
            self._note = " ".join([*problems, "This one answers."])
        self.warning = self._note if self._failed and self._chosen is None else ""

    def _load(self, choice: DictConfig) -> str:
        """Load a choice and take it; what speaks against it, in a sentence, or nothing."""
        self._note = self.warning = (
            f"Another {self.kind} model is loading; until it is ready {self._answering} answers."
        )
        try:
            part = self._build(choice)
        except NotLoadedError as error:
            self._failed = True
            logger.warning("%s", error)
            return str(error)
        problem = self._too_slow(choice, part)
        if not problem:
            self._chosen = part
            self._note = ""
        return problem

    def announce(self, version: str) -> None:
        """Say that a version is being loaded and tried."""
        self._note = f"{version} is loading; until it has passed its test {self._answering} answers."

    def take(self, part: T | None) -> None:
        """From now on `part` answers, or the shipped one."""
        self._chosen = part
        self._note = self.warning = ""

    def put_on_trial(self, newcomer: T | None, trial: Newcomer | None) -> None:
        """Have a share of the visitors get `newcomer` from now on, or nobody, as `trial` says."""
        self._newcomer = (newcomer, trial) if newcomer is not None and trial else None
        self.trial = trial

    def refuse(self, version: str, why: str) -> None:
        """Say why a version, of which `why` tells in a sentence, does not answer."""
        self._note = f"{version} does not answer. {why} Until another is chosen {self._answering} answers."

    @property
    def _answering(self) -> str:
        return "the part that comes with Noon" if self._chosen is None else self._chosen.version

    def status(self) -> PartStatus:
        """Where the part stands now; failed where what comes with Noon is, whatever else is loaded."""
        loaded = self.loaded
        if loaded is None or self._state == "failed":
            return PartStatus(part=self.kind, state=self._state, model="", message=self._error)
        return PartStatus(
            part=self.kind,
            state="ready",
            model=loaded.name,
            version=loaded.version,
            message=self._note,
            trial=self._trial_status(),
        )

    def _trial_status(self) -> TrialStatus | None:
        if self.trial is None:
            return None
        going: Literal["loading", "on"] = "on" if self._newcomer else "loading"
        return TrialStatus(
            version=self.trial.version,
            percent=self.trial.percent,
            shadow=self.trial.shadow,
            state="stopped" if self.trial.stopped else going,
            message=self.trial.stopped,
        )


def check_process() -> None:
    """Raise `NotLoadedError` in a forked child of a process that had begun to load parts."""
    global _process  # noqa: PLW0603  (a fact about the process)
    if _process is None:
        _process = os.getpid()
    elif _process != os.getpid():
        raise NotLoadedError(FORKED)
