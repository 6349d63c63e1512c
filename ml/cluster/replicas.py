"""What runs in the replicas of a deployment: one part each, built from its config."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from omegaconf import OmegaConf
from ray import serve

from ml.errors import NoonError
from ml.insights.base import History, Request
from ml.insights.language.food_list import FoodList
from ml.loading import load
from ml.recognition.base import Recognition
from ml.segmentation.base import Embedding, FoodLocator, MaskCandidates, Prompts, Segmenter
from ml.self_test import CHECKS
from ml.types import Image, MealFacts

PartConfig = Mapping[str, Any]
"""What `ml.loading.load` builds a part from, as plain values."""
Features = tuple[NDArray[Any], ...]
"""An embedding's maps as arrays, which the processes of a machine share without copies."""

T = TypeVar("T")


class Replica:
    """A part of some kind, and the versions of it that are asked for, two at a time beside its own.

    A caller names a version by its config, JSON, as the id of a multiplexed model. After an error that nobody
    foresaw, the health check tries the part on an example. If it fails there too, as on a GPU that broke, Ray
    starts another replica instead.
    """

    def __init__(self, kind: str, part: PartConfig) -> None:
        self.kind = kind
        self._part = self.build(part)
        self._is_suspect = False

    def build(self, part: PartConfig) -> Any:
        """The part of a config, checked and tested. Raises `NoonError`."""
        return load(self.kind, OmegaConf.create(dict(part)))

    async def part(self) -> Any:
        """The version that the caller asks for."""
        version = serve.get_multiplexed_model_id()
        return await self._version(version) if version else self._part

    @serve.multiplexed(max_num_models_per_replica=2)
    async def _version(self, config: str) -> Any:
        return await asyncio.to_thread(self.build, json.loads(config))

    async def describe(self, *names: str) -> dict[str, Any]:
        """Attributes of the part, None where it lacks one."""
        part = await self.part()
        return {name: getattr(part, name, None) for name in names}

    def check_health(self) -> None:
        """Called by Ray now and then."""
        if self._is_suspect:
            CHECKS.get(self.kind, lambda part: None)(self._part)
            self._is_suspect = False

    async def run(self, work: Callable[..., T], *arguments: Any) -> T:
        """What `work` returns, in a thread. If it breaks, the next health check tries the part."""
        try:
            return await asyncio.to_thread(work, *arguments)
        except NoonError:
            raise
        except Exception:  # whatever broke in others' code: raised again, once the part is marked
            self._is_suspect = True
            raise


class SegmenterReplica(Replica):
    """A segmenter, and for versions that can't tell where food is another that can."""

    def __init__(self, part: PartConfig, locator: PartConfig) -> None:
        super().__init__("segmenter", part)
        self._locator_config = locator

    @cached_property
    def _locator(self) -> FoodLocator:
        locator: FoodLocator = self._part
        return locator if isinstance(locator, FoodLocator) else self.build(self._locator_config)

    async def embed(self, image: Image) -> tuple[Features, NDArray[np.float32]]:
        """The features of a photo, and where food is in it."""
        return await self.run(self._embed, await self.part(), image)

    async def predict(
        self, features: Features, image_size: tuple[int, int], prompts: Prompts
    ) -> MaskCandidates:
        """See `Segmenter.predict`."""
        return await self.run(self._predict, await self.part(), features, image_size, prompts)

    def _embed(self, part: Segmenter, image: Image) -> tuple[Features, NDArray[np.float32]]:
        embedding = part.embed(image)
        locator = part if isinstance(part, FoodLocator) else self._locator
        seen = embedding if locator is part else locator.embed(image)
        return tuple(maps.cpu().numpy() for maps in embedding.features), locator.food_probability(seen)

    def _predict(
        self, part: Segmenter, features: Features, image_size: tuple[int, int], prompts: Prompts
    ) -> MaskCandidates:
        maps = tuple(torch.tensor(feature, device=part.device) for feature in features)
        boxes = None if prompts.boxes is None else prompts.boxes.copy()
        writable = Prompts(prompts.points.copy(), prompts.labels.copy(), boxes)  # shared memory is not
        return part.predict(Embedding(maps, image_size), writable)


class RecognizerReplica(Replica):
    """A recognizer that sees the crops of several photos together, where several wait."""

    def __init__(self, part: PartConfig, most_photos: int, wait_s: float) -> None:
        super().__init__("recognizer", part)
        self._together.set_max_batch_size(most_photos)
        self._together.set_batch_wait_timeout_s(wait_s)

    async def classify(self, crops: Sequence[Image]) -> list[Recognition]:
        """See `Recognizer.classify`."""
        seen: list[Recognition] = await self._together(crops)
        return seen

    @serve.batch
    async def _together(self, photos: list[Sequence[Image]]) -> list[list[Recognition]]:
        part = await self.part()
        seen = iter(await self.run(part.classify, [crop for crops in photos for crop in crops]))
        return [[next(seen) for _ in crops] for crops in photos]

    async def features(self, crops: Sequence[Image]) -> NDArray[np.float32]:
        """See `EmbeddedRecognizer.features`."""
        part = await self.part()
        return np.asarray(await self.run(part.features, crops))


class InsightsReplica(Replica):
    """A language model."""

    def __init__(self, part: PartConfig) -> None:
        super().__init__("insights", part)

    async def answer(
        self, image: Image, question: str | None, facts: MealFacts, history: History
    ) -> AsyncIterator[str]:
        """See `Insights.answer`; it ends soon after the caller has left."""
        part, stop = await self.part(), threading.Event()
        pieces = iter(part.answer(Request(image, question, facts, history, stop)))
        try:
            while (piece := await self.run(next, pieces, None)) is not None:
                yield piece
        finally:
            stop.set()

    async def list_foods(self, image: Image) -> FoodList:
        """See `FoodLister.list_foods`; it ends soon after the caller has left."""
        part, stop = await self.part(), threading.Event()
        try:
            foods: FoodList = await self.run(part.list_foods, image, stop)
            return foods
        finally:
            stop.set()
