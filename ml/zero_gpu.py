"""Models on a Space's ZeroGPU: a GPU that is there only inside functions that `spaces.GPU` wraps.

Models are put on the device, which is emulated then, by the main thread before the page is served. A wrapped
function runs in a process that is forked from this one, to which arguments and results are pickled. Nothing
here has an effect elsewhere.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from ml.errors import NoonError
from ml.insights.base import Request
from ml.insights.errors import InsightsError
from ml.insights.language.food_list import FoodList
from ml.types import Detections, Image, MealFacts, Report

if TYPE_CHECKING:  # imports torch, which is left to whoever loads the models
    from ml.detector import FoodDetector

P, R = ParamSpec("P"), TypeVar("R")

VISION_S, ANSWER_S = 15, 45
"""How long calls are said to take at most; the shorter, the sooner a Space lends its GPU."""

NOT_LENT = "The Space's GPU could not be used ({}): try again later."


def is_on() -> bool:
    """Whether models run on a ZeroGPU: the package `spaces` was imported and found one."""
    spaces = sys.modules.get("spaces.config")
    return spaces is not None and bool(spaces.Config.zero_gpu)


def on_gpu(function: Callable[P, R], seconds: int) -> Callable[P, R]:
    """`function`, to be run with the GPU; as it is where there is none to be lent."""
    if not is_on():
        return function
    wrapped: Callable[P, R] = sys.modules["spaces"].GPU(function, duration=seconds)
    return wrapped


def after_fork() -> None:
    """Compute in this thread alone: in a forked process the threads of the first are missing."""
    import cv2  # noqa: PLC0415 - only where there is a ZeroGPU
    import torch  # noqa: PLC0415

    torch.set_num_threads(1)
    cv2.setNumThreads(1)


class GpuError(NoonError):
    """The GPU was not lent, or what ran on it failed."""


class GpuDetector:
    """A `FoodDetector` whose models run with a GPU that is lent for each photo.

    Raises:
        GpuError: from `detect`, if the GPU is not lent or a model fails.
    """

    def __init__(self, detector: FoodDetector) -> None:
        self.segmenter, self.recognizer = detector.segmenter, detector.recognizer
        self._detector = detector
        self._detect = on_gpu(self._detect_there, VISION_S)

    def detect(self, image: Image, report: Report | None = None, key: str | None = None) -> Detections:
        """See `FoodDetector.detect`; `report` is told nothing."""
        try:
            return self._detect(image, key)
        except _gpu_errors() as error:
            raise GpuError(NOT_LENT.format(error)) from error

    def _detect_there(self, image: Image, key: str | None) -> Detections:
        after_fork()
        return self._detector.detect(image, None, key)


class GpuInsights:
    """A language model in this process whose answers are written with a GPU that is lent for each.

    Args:
        part: an `InProcessInsights`.

    Raises:
        InsightsError: from `answer` and `list_foods`, if the GPU is not lent or the model fails.
    """

    def __init__(self, part: Any) -> None:
        self.name: str = part.name
        self.answers_on_diets: bool = part.answers_on_diets
        self._part = part
        self._answer = on_gpu(self._answer_there, ANSWER_S)
        self._list_foods = on_gpu(self._list_foods_there, ANSWER_S)

    def answer(self, request: Request) -> Generator[str, None, None]:
        """See `Insights.answer`."""
        history = tuple(request.history)
        try:
            with closing(self._answer(request.image, request.question, request.facts, history)) as pieces:
                for piece in pieces:
                    if request.stop.is_set():
                        return
                    yield piece
        except _gpu_errors() as error:
            raise InsightsError(NOT_LENT.format(error)) from error

    def list_foods(self, image: Image, stop: threading.Event | None = None) -> FoodList:
        """See `FoodLister.list_foods`; it goes on to its end."""
        try:
            return self._list_foods(image)
        except _gpu_errors() as error:
            raise InsightsError(NOT_LENT.format(error)) from error

    def _answer_there(
        self, image: Image, question: str | None, facts: MealFacts, history: Sequence[tuple[str, str]]
    ) -> Generator[str, None, None]:
        after_fork()
        yield from self._part.answer(Request(image, question, facts, history))

    def _list_foods_there(self, image: Image) -> FoodList:
        after_fork()
        foods: FoodList = self._part.list_foods(image)
        return foods


def _gpu_errors() -> type[Exception]:
    """What `spaces` raises where a GPU is not lent, or the function fails."""
    from gradio import Error  # noqa: PLC0415 - `ml` works without Gradio

    return Error
