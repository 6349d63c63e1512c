"""Models on a Space's ZeroGPU: a GPU that is there only inside functions that `spaces.GPU` wraps.

The main thread puts models on the device, which is emulated then, before the page is served. A wrapped
function runs in a process that is forked from this one, in a new thread (the forked one would wait for
OpenMP's, which are not there); arguments and results are pickled. Nothing here has an effect elsewhere.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from ml.errors import NoonError
from ml.insights.base import Request
from ml.insights.errors import InsightsError
from ml.insights.language.food_list import FoodList
from ml.types import Detections, FoodItem, Image, MealFacts, Report

if TYPE_CHECKING:  # these import torch, which is left to whoever loads the models
    from torch import Tensor

    from ml.detector import FoodDetector

VISION_S, ANSWER_S = 15, 45
"""How long calls are said to take at most; the shorter, the sooner a Space lends its GPU."""


class GpuError(InsightsError):
    """The GPU was not lent, or what ran on it broke."""


def is_on() -> bool:
    """Whether models run on a ZeroGPU: the package `spaces` was imported and found one."""
    spaces = sys.modules.get("spaces.config")
    return spaces is not None and bool(spaces.Config.zero_gpu)


class GpuDetector:
    """A `FoodDetector` whose models run with a GPU that is lent for each call.

    Its methods are that one's; `detect` reports no stages. They raise `GpuError` too.
    """

    def __init__(self, detector: FoodDetector) -> None:
        self.segmenter, self.recognizer = detector.segmenter, detector.recognizer
        self.models, self.versions = detector.models, detector.versions
        self._detector = detector
        self._detect = _on_gpu(self._detect_there, VISION_S)
        self._segment_at = _on_gpu(detector.segment_at, VISION_S)

    def detect(self, image: Image, report: Report | None = None, key: str | None = None) -> Detections:
        """See `FoodDetector.detect`."""
        detections: Detections
        (detections,) = self._detect(image, key)
        return detections

    def segment_at(self, *prompt: Any, **options: Any) -> FoodItem:
        """See `FoodDetector.segment_at`."""
        item: FoodItem
        (item,) = self._segment_at(*prompt, **options)
        return item

    def _detect_there(self, image: Image, key: str | None) -> Detections:
        return self._detector.detect(image, None, key)


class GpuFeatures:
    """An `EmbeddedRecognizer`, as far as `TaughtFoods` needs it, with a GPU that is lent for each call."""

    def __init__(self, recognizer: Any) -> None:
        self.key: str = recognizer.key
        self.version: str = recognizer.version
        self.space = recognizer.space
        self._features = _on_gpu(lambda crops: recognizer.features(crops).numpy(), VISION_S)

    def features(self, crops: Sequence[Image]) -> Tensor:
        """See `EmbeddedRecognizer.features`; raises `GpuError` too."""
        import torch  # noqa: PLC0415 - left to whoever loads the models

        (features,) = self._features(crops)
        return torch.from_numpy(features)


class GpuInsights:
    """A language model in this process, `part`, whose answers are written with a GPU that is lent for each.

    Raises:
        InsightsError: from `answer` and `list_foods`, if the GPU is not lent or the model fails.
    """

    def __init__(self, part: Any) -> None:
        self.name: str = part.name
        self.version: str = part.version
        self.answers_on_diets: bool = part.answers_on_diets
        self._part = part
        self._answer = _on_gpu(self._answer_there, ANSWER_S)
        self._list_foods = _on_gpu(part.list_foods, ANSWER_S)

    def answer(self, request: Request) -> Generator[str, None, None]:
        """See `Insights.answer`."""
        history = tuple(request.history)
        with closing(self._answer(request.image, request.question, request.facts, history)) as pieces:
            for piece in pieces:
                if request.stop.is_set():
                    return
                yield piece

    def list_foods(self, image: Image, stop: threading.Event | None = None) -> FoodList:
        """See `FoodLister.list_foods`; it goes on to its end."""
        foods: FoodList
        (foods,) = self._list_foods(image)
        return foods

    def _answer_there(
        self, image: Image, question: str | None, facts: MealFacts, history: Sequence[tuple[str, str]]
    ) -> Generator[str, None, None]:
        yield from self._part.answer(Request(image, question, facts, history))


def _on_gpu(function: Callable[..., Any], seconds: int) -> Callable[..., Generator[Any, None, None]]:
    """`function`, run with the GPU: yields its one result, or a generator's results.

    Raises:
        NoonError: what `function` raises as one; `GpuError` where the GPU is not lent, or on another error.
    """
    from gradio import Error  # noqa: PLC0415 - only needed where there is a ZeroGPU

    def there(*args: Any, **options: Any) -> Generator[Any, None, None]:
        try:
            results = function(*args, **options)
            yield from results if isinstance(results, Generator) else (results,)
        except NoonError as error:
            yield error

    lent = sys.modules["spaces"].GPU(there, duration=seconds)

    def here(*args: Any, **options: Any) -> Generator[Any, None, None]:
        try:
            with closing(lent(*args, **options)) as results:
                for result in results:
                    if isinstance(result, NoonError):
                        raise result
                    yield result
        except Error as error:
            raise GpuError(f"The Space's GPU could not be used ({error}): try again later.") from error

    return here
