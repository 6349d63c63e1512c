"""What parts that write about a meal are asked, and the interfaces they offer."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from ml.insights.checks.grounding_counts import GroundingCounts
from ml.insights.language.food_list import FoodList
from ml.types import Image, MealFacts

History = Sequence[tuple[str, str]]
"""Earlier (question, answer) pairs about the same photo, oldest first."""


@dataclass(frozen=True, eq=False)
class Request:
    """A question about a photo and what was computed from it.

    `image` is uint8 HxWx3 RGB. Without a `question` the meal is to be described. Setting `stop` ends the
    answer early.
    """

    image: Image
    question: str | None
    facts: MealFacts
    history: History = ()
    stop: threading.Event = field(default_factory=threading.Event)


class Insights(Protocol):
    """Writes about a meal, or answers a question about it, from the photo and the computed facts."""

    name: str
    """How results name this part, such as "builtin" or "llava_onevision_0_5b"."""

    version: str
    """The id of its weights; its name where it has none."""

    answers_on_diets: bool
    """Whether it may answer on diets and allergens; see `ml.insights.routing`."""

    def answer(self, request: Request) -> Iterator[str]:
        """Yield pieces of text which, joined, are the answer. Raises InsightsError if there is none."""
        ...


@runtime_checkable
class FoodLister(Protocol):
    """A part that can say what is on a photo by itself."""

    name: str
    version: str

    def list_foods(self, image: Image, stop: threading.Event | None = None) -> FoodList:
        """The foods in `image` (uint8 HxWx3 RGB) with grams. Raises InsightsError."""
        ...


@runtime_checkable
class Checked(Protocol):
    """A part whose sentences are checked before they are shown."""

    grounding: GroundingCounts
