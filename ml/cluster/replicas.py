"""What runs in the replicas of a deployment: one part each, built from its config."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from omegaconf import OmegaConf
from ray import serve

from ml.errors import NoonError
from ml.insights.base import History, Request
from ml.insights.language.food_list import FoodList
from ml.loading import load
from ml.segmentation.base import Embedding, FoodLocator, MaskCandidates, Prompts
from ml.self_test import CHECKS
from ml.types import Candidate, Image, MealFacts

PartConfig = Mapping[str, Any]
"""What `ml.loading.load` builds a part from, as plain values."""
Features = tuple[NDArray[Any], ...]
"""An embedding's maps as arrays, which the processes of a machine share without copies."""


class Replica:
    """A part of some kind. After an error that nobody foresaw, the health check tries it on an example.

    If it fails there too, as on a GPU that broke, Ray starts another replica instead.
    """

    def __init__(self, kind: str, part: PartConfig) -> None:
        self.kind = kind
        self.part = self.build(part)
        self._is_suspect = False

    def build(self, part: PartConfig) -> Any:
        """The part of a config, checked and tested. Raises `NoonError`."""
        return load(self.kind, OmegaConf.create(dict(part)))

    def describe(self, *names: str) -> dict[str, Any]:
        """Attributes of the part, None where it lacks one."""
        return {name: getattr(self.part, name, None) for name in names}

    def check_health(self) -> None:
        """Called by Ray now and then."""
        if self._is_suspect:
            CHECKS.get(self.kind, lambda part: None)(self.part)
            self._is_suspect = False

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Has the next health check try the part if what is done here breaks."""
        try:
            yield
        except NoonError:
            raise
        except Exception:
            self._is_suspect = True
            raise


class SegmenterReplica(Replica):
    """A segmenter, and beside one that can't tell where food is another that can."""

    def __init__(self, part: PartConfig, locator: PartConfig) -> None:
        super().__init__("segmenter", part)
        self.locator = self.part if isinstance(self.part, FoodLocator) else self.build(locator)

    def embed(self, image: Image) -> tuple[Features, NDArray[np.float32]]:
        """The features of a photo, and where food is in it."""
        with self.watched():
            embedding = self.part.embed(image)
            same = self.locator is self.part
            food = self.locator.food_probability(embedding if same else self.locator.embed(image))
            return tuple(feature.cpu().numpy() for feature in embedding.features), food

    def predict(self, features: Features, image_size: tuple[int, int], prompts: Prompts) -> MaskCandidates:
        """See `Segmenter.predict`."""
        with self.watched():
            maps = tuple(torch.tensor(feature, device=self.part.device) for feature in features)
            candidates: MaskCandidates = self.part.predict(Embedding(maps, image_size), _writable(prompts))
            return candidates


class RecognizerReplica(Replica):
    """A recognizer that sees the crops of several photos at once, where several wait."""

    def __init__(self, part: PartConfig, most_photos: int, wait_s: float) -> None:
        super().__init__("recognizer", part)
        self._together.set_max_batch_size(most_photos)
        self._together.set_batch_wait_timeout_s(wait_s)

    async def classify(self, crops: Sequence[Image]) -> list[tuple[Candidate, ...]]:
        """See `Recognizer.classify`."""
        named: list[tuple[Candidate, ...]] = await self._together(crops)
        return named

    @serve.batch
    async def _together(self, photos: list[Sequence[Image]]) -> list[list[tuple[Candidate, ...]]]:
        with self.watched():
            named = iter(
                await asyncio.to_thread(self.part.classify, [crop for crops in photos for crop in crops])
            )
        return [[next(named) for _ in crops] for crops in photos]

    def features(self, crops: Sequence[Image]) -> NDArray[np.float32]:
        """See `EmbeddedRecognizer.features`."""
        with self.watched():
            return np.asarray(self.part.features(crops))


class InsightsReplica(Replica):
    """A language model."""

    def __init__(self, part: PartConfig) -> None:
        super().__init__("insights", part)

    async def answer(
        self, image: Image, question: str | None, facts: MealFacts, history: History
    ) -> AsyncIterator[str]:
        """See `Insights.answer`; it ends soon after the caller has left."""
        stop = threading.Event()
        pieces = iter(self.part.answer(Request(image, question, facts, history, stop)))
        try:
            with self.watched():
                while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
                    yield piece
        finally:
            stop.set()

    async def list_foods(self, image: Image) -> FoodList:
        """See `FoodLister.list_foods`; it ends soon after the caller has left."""
        stop = threading.Event()
        try:
            with self.watched():
                foods: FoodList = await asyncio.to_thread(self.part.list_foods, image, stop)
                return foods
        finally:
            stop.set()


def _writable(prompts: Prompts) -> Prompts:
    """Prompts with arrays of their own: those that come from another process can't be written to."""
    boxes = None if prompts.boxes is None else prompts.boxes.copy()
    return Prompts(prompts.points.copy(), prompts.labels.copy(), boxes)
