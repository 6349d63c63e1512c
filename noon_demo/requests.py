"""What a request may ask for."""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple, get_args

from pydantic import Field, FiniteFloat
from pydantic_core import from_json

from noon_demo.errors import RequestError
from noon_demo.schemas import Mode, Strict

MODES: tuple[Mode, ...] = get_args(Mode)
MAX_QUESTION = 2000
MIN_PLATE_CM, MAX_PLATE_CM = 8, 60  # as ml/portion/stated.py
NOT_A_PLATE = (
    "Please give plate_diameter_cm as a number of centimetres "
    f"from {MIN_PLATE_CM} to {MAX_PLATE_CM}, such as 26."
)
MAX_POINTS = 50
SMALLEST_BOX = 4
"""Pixels a side."""
NOT_A_PROMPT = (
    f"Please give at most {MAX_POINTS} points as [[x, y]], a label for each as [1], "
    "and a box as [x0, y0, x1, y1]."
)


class Sizes(NamedTuple):
    """What a person states of sizes in a photo: the plate's diameter, a coin or card of the references."""

    plate_diameter_cm: float | None = None
    reference: str | None = None


def check_mode(mode: object) -> Mode:
    """`mode` if there is such a mode. Raises `RequestError`."""
    for known in MODES:
        if mode == known:
            return known
    raise RequestError(f'There is no mode "{mode}"; choose one of {", ".join(MODES)}.')


def check_question(question: object) -> str | None:
    """The question without space around it, None if nothing is asked. Raises `RequestError`."""
    if question is None:
        return None
    if not isinstance(question, str):
        raise RequestError("Please ask a question in words.")
    if len(question.strip()) > MAX_QUESTION:
        raise RequestError(f"Please ask a question of at most {MAX_QUESTION:,} characters.")
    return question.strip() or None


def check_plate_diameter(diameter_cm: object) -> float | None:
    """The plate's diameter, None if it isn't stated. Raises `RequestError`."""
    if diameter_cm is None:
        return None
    if type(diameter_cm) in {int, float} and MIN_PLATE_CM <= diameter_cm <= MAX_PLATE_CM:  # type: ignore[operator]
        return float(diameter_cm)  # type: ignore[arg-type]
    raise RequestError(NOT_A_PLATE)


class Prompt(Strict):
    """What a person points at in a photo, in its pixels (x, y); labels are 1 on the food and 0 off it."""

    points: Annotated[list[tuple[FiniteFloat, FiniteFloat]], Field(max_length=MAX_POINTS)]
    labels: list[Literal[0, 1]]
    box: tuple[FiniteFloat, FiniteFloat, FiniteFloat, FiniteFloat] | None = None

    @classmethod
    def read(cls, points: str, labels: str | None, box: str | None) -> Prompt:
        """The prompt of JSON texts; without labels all points are on the food. Raises `RequestError`."""
        try:
            places = from_json(points or "[]")
            marks = from_json(labels) if labels else [1] * len(places)
            return cls.model_validate({"points": places, "labels": marks, "box": from_json(box or "null")})
        except (ValueError, TypeError):
            raise RequestError(NOT_A_PROMPT) from None

    def within(self, width: int, height: int) -> Prompt:
        """The prompt with its box cut to a photo of this size. Raises `RequestError` otherwise."""
        if len(self.points) != len(self.labels):
            raise RequestError(NOT_A_PROMPT)
        if self.box is None and 1 not in self.labels:
            raise RequestError("Please give a point on the food, or a box around it.")
        if not all(0 <= x < width and 0 <= y < height for x, y in self.points):
            raise RequestError(f"Please keep the points within the photo of {width} x {height} pixels.")
        if self.box is None:
            return self
        x0, y0, x1, y1 = self.box
        x0, y0, x1, y1 = max(0, x0), max(0, y0), min(width, x1), min(height, y1)
        if min(x1 - x0, y1 - y0) < SMALLEST_BOX:
            raise RequestError("Please draw a larger box, around the whole food.")
        return self.model_copy(update={"box": (x0, y0, x1, y1)})
