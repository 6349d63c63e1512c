"""Replaceable parts: loaded once each, in the background, with a fallback that is always at hand."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, Literal

from hydra.errors import InstantiationException
from hydra.utils import instantiate
from omegaconf import DictConfig

from noon_demo.errors import RequestError
from noon_demo.schemas import PartStatus

logger = logging.getLogger(__name__)

Kind = Literal["segmenter", "recognizer", "nutrition", "insights"]


class NotLoadedError(RequestError):
    """A part that could not be loaded; the sentence says why."""

    status = 503


class Part:
    """One replaceable part, such as the segmenter.

    `fallback` builds the part that ships with Noon, `preferred` the one asked for, if it is another.
    Requests are answered by the fallback until the preferred part is loaded, and for good when it can't be.
    `unavailable` says why there is no use in trying to load the preferred part, or returns "".
    """

    def __init__(
        self,
        kind: Kind,
        fallback: DictConfig,
        preferred: DictConfig | None = None,
        unavailable: Callable[[], str] = lambda: "",
    ) -> None:
        self.kind = kind
        self.warning = ""
        self._fallback = fallback
        self._preferred = preferred
        self._unavailable = unavailable
        self._lock = threading.Lock()
        self._value: Any = None
        self._error = ""
        self._note = ""
        self._loading = False

    def get(self) -> Any:
        """The best that is loaded by now; loads the fallback if nothing is. Raises `NotLoadedError`."""
        if self._value is None:
            with self._lock:
                if self._value is None:
                    self._value = self._load_fallback()
        return self._value

    def load(self) -> None:
        """Load the fallback, then the preferred part in its place. Failures end up in `status`."""
        try:
            self.get()
        except NotLoadedError:
            logger.exception("The %s could not be loaded.", self.kind)
        if self._preferred is not None:
            self._note = self._unavailable()
            if not self._note:
                self._load_preferred(self._preferred)

    def status(self) -> PartStatus:
        """Where the part stands now."""
        if self._value is not None:
            return PartStatus(part=self.kind, state="ready", model=self._value.name, message=self._note)
        if self._error:
            return PartStatus(part=self.kind, state="failed", model="", message=self._error)
        return PartStatus(part=self.kind, state="loading" if self._loading else "waiting", model="")

    def _load_fallback(self) -> Any:
        self._loading = True
        try:
            return instantiate(self._fallback)
        except InstantiationException as error:
            self._error = f"The {self.kind} could not be loaded: {error.__cause__ or error}"
            raise NotLoadedError(self._error) from error
        finally:
            self._loading = False

    def _load_preferred(self, config: DictConfig) -> None:
        name = config.get("repo_id", config.get("model", config["_target_"]))
        self._note = f"{name} is loading; until then the part that ships with Noon answers."
        try:
            self._value = instantiate(config)
        except InstantiationException as error:
            self._note = self.warning = f"{error.__cause__ or error} The {self.kind} that ships with Noon answers."
            logger.warning(self._note)
        else:
            self._note = ""
