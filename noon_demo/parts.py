"""Replaceable parts: loaded once each, in the background, with a fallback that is always at hand."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any, Literal

from hydra.errors import InstantiationException
from hydra.utils import instantiate
from omegaconf import DictConfig

from noon_demo.errors import RequestError
from noon_demo.schemas import PartStatus

logger = logging.getLogger(__name__)

Kind = Literal["segmenter", "recognizer", "nutrition", "insights"]

_one_at_a_time = threading.Lock()
"""Held while a shipped part is built: importing torch from two threads at once can fail."""


class NotLoadedError(RequestError):
    """A part that could not be loaded; the sentence says why."""

    status = 503


class Part:
    """One replaceable part, such as the segmenter.

    `shipped` builds the part that comes with Noon, `choices` are others, the one asked for first. The shipped
    part answers until the first of them that can be had is loaded, and for good when none can.
    `unavailable(choice)` says why there is no use in loading it now, or nothing. `name` is for parts that
    don't have one.
    """

    def __init__(
        self,
        kind: Kind,
        shipped: DictConfig,
        choices: Sequence[DictConfig] = (),
        unavailable: Callable[[DictConfig], str] = lambda choice: "",
        name: str = "",
    ) -> None:
        self.kind = kind
        self.warning = ""
        """Why the shipped part answers although another was to be had; shown with its results."""
        self._shipped_config = shipped
        self._choices = choices
        self._unavailable = unavailable
        self._name = name
        self._shipped: Any = None
        self._chosen: Any = None
        self._state: Literal["waiting", "loading", "ready", "failed"] = "waiting"
        self._error = ""
        self._note = ""

    @property
    def loaded(self) -> Any:
        """The best that is loaded by now, or None."""
        return self._shipped if self._chosen is None else self._chosen

    def get(self) -> Any:
        """The best that is loaded by now; loads the shipped part if nothing is. Raises `NotLoadedError`."""
        loaded = self.loaded
        return self.shipped() if loaded is None else loaded

    def shipped(self) -> Any:
        """The part that comes with Noon, loaded on first use. Raises `NotLoadedError`."""
        with _one_at_a_time:
            if self._shipped is None:
                self._state = "loading"
                try:
                    self._shipped = instantiate(self._shipped_config)
                except InstantiationException as error:
                    self._state = "failed"
                    self._error = f"The {self.kind} part could not be loaded. {_reason(error)}"
                    raise NotLoadedError(self._error) from error
                self._state = "ready"
            return self._shipped

    def load_chosen(self) -> None:
        """Load the first choice that can be had, if any; `status` says how that went."""
        problems = []
        for choice in self._choices:
            problem = self._unavailable(choice)
            if not problem:
                self._load(choice)
                break
            problems.append(problem)
        if problems and not self._note:
            self._note = f"{problems[0]} This one answers."

    def _load(self, choice: DictConfig) -> None:
        self._note = self.warning = (
            f"Another {self.kind} model is loading; until it is ready the part that comes with Noon answers."
        )
        try:
            self._chosen = instantiate(choice)
        except InstantiationException as error:
            self._note = self.warning = f"{_reason(error)} The {self.kind} part that comes with Noon answers."
            logger.warning("%s", self._note, exc_info=error)
        else:
            self._note = self.warning = ""

    def status(self) -> PartStatus:
        """Where the part stands now."""
        loaded = self.loaded
        if loaded is None:
            return PartStatus(part=self.kind, state=self._state, model="", message=self._error)
        return PartStatus(part=self.kind, state="ready", model=self._name or loaded.name, message=self._note)


def _reason(error: InstantiationException) -> str:
    """The sentence of what went wrong inside Hydra's `instantiate`."""
    return f"{error.__cause__ or error}".splitlines()[0].rstrip(".") + "."
