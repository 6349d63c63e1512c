"""What two versions of a part are compared on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from noon_demo.edits import Edit
from noon_demo.ml_inference import AnalyzedFood
from noon_demo.watching.attribution import PART_OF_EDIT, PART_OF_STAGE

STAGE = "time: "
"""Begins the name of a stage's time."""
CORRECTED = "corrected: "
"""Begins the name of a kind of correction."""
Unit = Literal["visitor", "photo", "loading"]


@dataclass(frozen=True)
class Measure:
    """A measure, what a case of it is, which way is better, and the least difference that matters.

    `matters` is in the unit of the measure, of one "of the mean" a share of the stable version's.
    """

    name: str
    unit: Literal["ms", "MB", "share", "number"]
    per: str
    better: Literal["less", "more", "neither"]
    matters: float
    of_the_mean: bool = False


MEASURES = (
    Measure("time", "ms", "photo", "less", 0.1, of_the_mean=True),
    Measure("errors", "share", "photo", "less", 0.01),
    Measure("foods found", "number", "photo", "neither", 0.1),
    Measure("names unsure", "share", "food", "less", 0.05),
    Measure("results corrected", "share", "result", "less", 0.05),
    Measure("memory while looking", "MB", "photo", "less", 0.1, of_the_mean=True),
    Measure("memory of weights", "MB", "loading", "less", 0.1, of_the_mean=True),
)
"""Compared by either design, as far as it was observed."""

AGREEMENT = (
    Measure("same number of foods", "share", "photo", "more", 0.05),
    Measure("foods that both outline", "share", "food", "more", 0.05),
    Measure("overlap of their masks", "share", "food both outline", "more", 0.05),
    Measure("same name", "share", "food both outline", "more", 0.05),
)
"""Of two versions that looked at the same photos. Nobody says who is right where they differ."""


def measure(name: str) -> Measure:
    """The measure of a name; each stage's time and each kind of correction is one."""
    if name.startswith(STAGE):
        return Measure(name, "ms", "photo", "less", 0.1, of_the_mean=True)
    if name.startswith(CORRECTED):
        return Measure(name, "share", "result", "less", 0.05)
    return next(measure for measure in (*MEASURES, *AGREEMENT) if measure.name == name)


def counted_by(name: str, *, shadow: bool) -> Unit:
    """What the intervals of a measure take to be independent of each other.

    Times, errors and memory are the machine's, whoever asks, and the pairs of a shadow differ by photo. What
    is found in photos and corrected depends on the visitor.
    """
    if name == "memory of weights":
        return "loading"
    of_machine = name.startswith(("time", "errors", "memory"))
    return "photo" if shadow or of_machine else "visitor"


def kind(edit: Edit) -> str | None:
    """The name of the measure of an edit that corrects what the models said; None for others."""
    return f"{CORRECTED}{edit.edit}" if edit.edit in PART_OF_EDIT else None


def unsure(foods: tuple[AnalyzedFood, ...]) -> int:
    """Of how many foods the page asks whether the name is right."""
    return sum(not food.is_sure for food in foods)


def times(part: str, timings_ms: Mapping[str, float]) -> dict[str, float]:
    """The times of a part's stages and their sum, in milliseconds; nothing where it didn't run.

    A list of foods is another job of a language model than an answer, so its time is not added to those.
    """
    took = {stage: ms for stage, ms in timings_ms.items() if PART_OF_STAGE.get(stage) == part}
    each = {f"{STAGE}{stage}": ms for stage, ms in took.items()}
    if not took or "list_foods" in took:
        return each
    return {"time": sum(took.values()), **(each if len(took) > 1 else {})}
