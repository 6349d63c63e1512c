"""What was observed of the trials of a part, kept as sums in a small file of the models folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from filelock import FileLock
from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from noon_demo.errors import RequestError
from noon_demo.trials.tally import Tally, added

FOLDER = "trials"
MOST_STAGES = 12
"""Of a part that are kept, the last ones."""
Arm = Literal["stable", "newcomer"]


class ObservationsError(RequestError):
    """Observations that can't be read or kept."""


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Setup:
    """Who was compared, and how: a share of the visitors, or in the shadow."""

    stable: str
    newcomer: str
    percent: float
    shadow: bool

    def arm(self, version: str) -> Arm | None:
        """Which of the two a version is."""
        if version == self.newcomer:
            return "newcomer"
        return "stable" if version == self.stable else None


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Stage:
    """What was observed while a setup was in force, since a day; `pairs` of photos that both saw.

    `stopped` says why it ended by itself. A percentage that rises while the visitors change would make
    versions differ that don't (Simpson's paradox), hence a stage for each setup.
    """

    setup: Setup
    since: str
    stable: dict[str, Tally]
    newcomer: dict[str, Tally]
    pairs: dict[str, Tally]
    stopped: str = ""

    @classmethod
    def begun(cls, setup: Setup) -> Stage:
        """A stage of which nothing is observed yet."""
        return cls(setup, f"{datetime.now(UTC):%Y-%m-%d}", {}, {}, {})

    def arm(self, arm: Arm) -> dict[str, Tally]:
        """What was observed of one version."""
        return self.stable if arm == "stable" else self.newcomer

    def __add__(self, more: Stage) -> Stage:
        return Stage(
            self.setup,
            min(self.since, more.since),
            added(self.stable, more.stable),
            added(self.newcomer, more.newcomer),
            added(self.pairs, more.pairs),
            more.stopped,
        )

    def __bool__(self) -> bool:
        return bool(self.stable or self.newcomer or self.pairs)


_FILE: TypeAdapter[list[Stage]] = TypeAdapter(list[Stage])


class Observations:
    """The stages of a part's trials, in a file that several processes may add to."""

    def __init__(self, models: Path, part: str) -> None:
        self._path = models / FOLDER / f"{part}.json"

    def stages(self) -> list[Stage]:
        """All that is kept, the latest stage last. Raises `ObservationsError`."""
        try:
            return _FILE.validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return []
        except (OSError, ValidationError):
            raise ObservationsError(
                f"{FOLDER}/{self._path.name} in the models folder can't be read: delete it to begin anew."
            ) from None

    def add(self, more: Stage) -> Stage:
        """Add to the stage of the same setup unless that was stopped, and return all that is kept of it.

        Raises `ObservationsError`.
        """
        with self._locked():
            stages = self.stages()
            known = [stage for stage in stages if stage.setup == more.setup and not stage.stopped]
            now = sum(known, Stage.begun(more.setup)) + more
            others = [stage for stage in stages if stage not in known]
            unfinished = self._path.with_suffix(".unfinished")
            unfinished.write_bytes(_FILE.dump_json([*others, now][-MOST_STAGES:], indent=1) + b"\n")
            unfinished.replace(self._path)
        return now

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self._path.with_suffix(".lock")):
                yield
        except OSError as error:
            why = (error.strerror or "the disk failed").lower()
            raise ObservationsError(f"What was observed could not be kept: {why}.") from None
