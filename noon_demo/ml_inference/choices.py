"""Which version of each part is to answer: a small file in the models folder, read by all that use it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from noon_demo.errors import RequestError

FILE = "choices.json"
Versioned = Literal["segmenter", "recognizer", "insights"]
"""The parts that have versions."""
AS_CONFIGURED = ""
"""In place of a version: what the configuration names answers."""


class Newcomer(BaseModel):
    """A version on trial beside the one in use, for `percent` of the visitors, or seen by none of them.

    `stopped` says why the trial ended by itself.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    percent: Annotated[float, Field(ge=0, le=100)] = 0
    shadow: bool = False
    stopped: str = ""


class Choice(BaseModel):
    """The version of a part that is to answer, and the one that did before; `AS_CONFIGURED` is one too."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    use: str = AS_CONFIGURED
    previous: str | None = None
    newcomer: Newcomer | None = None


_FILE: TypeAdapter[dict[Versioned, Choice]] = TypeAdapter(dict[Versioned, Choice])


class ChoicesError(RequestError):
    """The choices can't be read or kept, or there is nothing to go back to."""


class Choices:
    """The choices kept in a folder. Safe to change from several processes at a time."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def read(self) -> dict[Versioned, Choice]:
        """The choice of each part that one was made for. Raises `ChoicesError`."""
        try:
            return _FILE.validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValidationError):
            raise ChoicesError(
                f"{FILE} in the models folder can't be read: mend it, or delete it to use what is configured."
            ) from None

    def change(self, part: Versioned, change: Callable[[Choice], Choice]) -> Choice:
        """Replace a part's choice by what `change` makes of it, and keep that. Raises `ChoicesError`."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self._path.with_suffix(".lock")):
                choices = self.read()
                changed = change(choices.get(part, Choice()))
                unfinished = self._path.with_suffix(".unfinished")
                unfinished.write_bytes(_FILE.dump_json({**choices, part: changed}, indent=1) + b"\n")
                unfinished.replace(self._path)
        except OSError as error:
            why = (error.strerror or "the disk failed").lower()
            raise ChoicesError(f"The choice could not be kept in the models folder: {why}.") from None
        return changed

    def use(self, part: Versioned, version: str) -> Choice:
        """Have a version answer from now on; what did so far is remembered. Raises `ChoicesError`."""

        def choose(before: Choice) -> Choice:
            if before.use == version and before.newcomer is None:
                return before
            previous = before.previous if before.use == version else before.use
            return Choice(use=version, previous=previous)

        return self.change(part, choose)

    def begin_trial(self, part: Versioned, newcomer: Newcomer) -> Choice:
        """Try a version on visitors from now on, or change how. Raises `ChoicesError`."""

        def begin(before: Choice) -> Choice:
            if before.use == newcomer.version:
                raise ChoicesError(f"{newcomer.version} is in use already.")
            return before.model_copy(update={"newcomer": newcomer})

        return self.change(part, begin)

    def stop(self, part: Versioned, version: str, why: str) -> Choice:
        """Note `why` the trial of a version ended by itself. Raises `ChoicesError`."""

        def note(before: Choice) -> Choice:
            if before.newcomer is None or before.newcomer.version != version:
                return before
            stopped = before.newcomer.model_copy(update={"percent": 0, "stopped": why})
            return before.model_copy(update={"newcomer": stopped})

        return self.change(part, note)

    def end_trial(self, part: Versioned, *, promote: bool) -> Choice:
        """End a trial; with `promote` all get the newcomer from now on. Raises `ChoicesError`."""

        def end(before: Choice) -> Choice:
            if before.newcomer is None:
                raise ChoicesError(f"No {part} is on trial.")
            if promote:
                return Choice(use=before.newcomer.version, previous=before.use)
            return before.model_copy(update={"newcomer": None})

        return self.change(part, end)

    def rollback(self, part: Versioned) -> Choice:
        """Have the version answer that did before the last `use`, or end a trial. Raises `ChoicesError`."""

        def go_back(before: Choice) -> Choice:
            if before.newcomer is not None:
                return before.model_copy(update={"newcomer": None})
            if before.previous is None:
                raise ChoicesError(f"No other {part} was in use before: there is nothing to go back to.")
            return Choice(use=before.previous, previous=before.use)

        return self.change(part, go_back)
