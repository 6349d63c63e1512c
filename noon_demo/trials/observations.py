"""What was observed of the trials of a part, kept as sums in a small file of the models folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
            self.stopped or more.stopped,
        )

    def __bool__(self) -> bool:
        return bool(self.stable or self.newcomer or self.pairs or self.stopped)


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

    def begin(self, setup: Setup) -> Stage:
        """Go on with the last stage of a setup as the latest, or begin one where that was stopped.

        Raises `ObservationsError`.
        """
        with self._changed() as stages:
            place = _place(stages, setup)
            if place is None or stages[place].stopped:
                stages.append(Stage.begun(setup))
            else:
                stages.append(stages.pop(place))
        return stages[-1]

    def add(self, more: Stage) -> Stage:
        """Add to the last stage of the same setup, and return all that is kept of it.

        That may be stopped: by another process, while this one went on. Raises `ObservationsError`.
        """
        with self._changed() as stages:
            place = _place(stages, more.setup)
            if place is None:
                stages.append(more)
                return more
            stages[place] += more
            return stages[place]

    @contextmanager
    def _changed(self) -> Iterator[list[Stage]]:
        """The stages to change, kept afterwards. Raises `ObservationsError`."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self._path.with_suffix(".lock")):
                stages = self.stages()
                yield stages
                unfinished = self._path.with_suffix(".unfinished")
                unfinished.write_bytes(_FILE.dump_json(stages[-MOST_STAGES:], indent=1) + b"\n")
                unfinished.replace(self._path)
        except OSError as error:
            why = (error.strerror or "the disk failed").lower()
            raise ObservationsError(f"What was observed could not be kept: {why}.") from None


def _place(stages: Sequence[Stage], setup: Setup) -> int | None:
    """Where the last stage of a setup is."""
    places = [place for place, stage in enumerate(stages) if stage.setup == setup]
    return places[-1] if places else None
