"""From a photo to the foods in it: find, outline at the photo's own resolution, and name."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock

import numpy as np
from cachetools import LRUCache
from numpy.typing import ArrayLike

from ml.errors import NoonError, at_work
from ml.recognition.alike import looks
from ml.recognition.base import Recognition, Recognizer
from ml.recognition.crops import cut, with_margin
from ml.recognition.naming import NamingThresholds, as_food, name_crop
from ml.segmentation.automatic import SearchSettings, segment_foods
from ml.segmentation.base import Embedding, FoodLocator, Prompts, Segmenter
from ml.segmentation.closeup import outline
from ml.segmentation.masks import enlarge, mask_to_box, tidy_apart
from ml.types import NOT_FOOD, Box, Detections, FoodItem, Image, Mask, Report

MOST_FOODS = 12
"""That are told of a photo, those with the best masks."""

Answer = tuple[Box, Recognition]
"""A mask's box and what is seen in it."""


class NothingThereError(NoonError):
    """A click on which the segmenter finds no object."""


class FoodDetector:
    """Segments every food in a photo and names it.

    `food_locator` tells `segmenter` where to look; where both are one object, a photo is embedded once.
    `parents` maps a label to its parent, for naming. The last `remembered` embeddings are kept, which makes
    clicks quick.
    """

    def __init__(
        self,
        segmenter: Segmenter,
        food_locator: FoodLocator,
        recognizer: Recognizer,
        parents: Mapping[str, str],
        remembered: int = 4,
    ) -> None:
        self.segmenter = segmenter
        self.food_locator = food_locator
        self.recognizer = recognizer
        self.parents = parents
        self._embeddings: LRUCache[str, Embedding] = LRUCache(remembered)
        self._lock = Lock()

    def detect(self, image: Image, report: Report | None = None, key: str | None = None) -> Detections:
        """The foods in `image` (HxWx3 uint8 RGB), from the largest to the smallest; none if there is no food.

        Masks are disjoint. `report` is told in words what is being done; `timings_ms` holds the milliseconds
        of embed, locate, decode, clean_up and recognize. `key` stands for the photo's content where the
        caller has such a key; without one the pixels are hashed.
        """
        timings: dict[str, float] = {}

        @contextmanager
        def stage(key: str, words: str) -> Iterator[None]:
            if report:
                report(words)
            start = time.perf_counter()
            yield
            timings[key] = (time.perf_counter() - start) * 1000

        segmenter = "segmenter", self.segmenter.version
        with stage("embed", "Reading the photo"), at_work(*segmenter):
            embedding = self._embed(image, key)
        with stage("locate", "Looking for food"), at_work(*segmenter):
            same = self.food_locator is self.segmenter
            food = self.food_locator.food_probability(embedding if same else self.food_locator.embed(image))
        with stage("decode", "Outlining each food"), at_work(*segmenter):
            logits, _ = segment_foods(self.segmenter, embedding, food, SearchSettings())
        with stage("clean_up", "Tidying the outlines"):
            masks = [enlarge(mask, image.shape[:2]) for mask in tidy_apart(logits[:MOST_FOODS])]
            masks = sorted((mask for mask in masks if mask.any()), key=np.count_nonzero, reverse=True)
        with stage("recognize", "Naming each food"), at_work("recognizer", self.recognizer.version):
            items = self._with_looks(self._foods(masks, self._classify(image, masks)))
        return Detections(image, items, self.models, timings, key=key, versions=self.versions)

    def segment_at(
        self,
        image: Image,
        points: ArrayLike,
        labels: ArrayLike,
        box: tuple[float, float, float, float] | None = None,
        key: str | None = None,
    ) -> FoodItem:
        """The one item that clicks, a box or both mean.

        `points` is (N, 2) as (x, y) pixels and `labels` (N,), 1 on the item and 0 off it; N may be 0 with a
        `box`. The item is never called "not food": whoever clicks says that it is. `key` is as in `detect`.
        Raises NothingThereError when the segmenter finds nothing there.
        """
        prompt = Prompts(
            np.asarray(points, np.float32).reshape(1, -1, 2),
            np.asarray(labels, np.int64).reshape(1, -1),
            None if box is None else np.asarray([box], np.float32),
        )
        with at_work("segmenter", self.segmenter.version):
            mask = outline(self.segmenter, image, self._embed(image, key), prompt)
        if not mask.any():
            raise NothingThereError("Nothing could be outlined there; click in the middle of the food.")
        with at_work("recognizer", self.recognizer.version):
            ((tight, seen),) = self._classify(image, [mask])
        food = seen._replace(candidates=tuple(as_food(seen.candidates)))
        return self._item(mask, tight, food, self.recognizer.thresholds)

    @property
    def models(self) -> dict[str, str]:
        """The names of the models that answer."""
        return {"segmenter": self.segmenter.name, "recognizer": self.recognizer.name}

    @property
    def versions(self) -> dict[str, str]:
        """Which weights of them."""
        return {"segmenter": self.segmenter.version, "recognizer": self.recognizer.version}

    def _classify(self, image: Image, masks: Sequence[Mask]) -> list[Answer]:
        """Each mask's box and what is seen in it, all crops in one batch."""
        boxes = [mask_to_box(mask) for mask in masks]
        answers = self.recognizer.classify([cut(image, with_margin(box)) for box in boxes]) if boxes else []
        return list(zip(boxes, answers, strict=True))

    def _foods(self, masks: Sequence[Mask], answers: Sequence[Answer]) -> tuple[FoodItem, ...]:
        """The items that are food, which beside a certain food needs less to be believed."""

        def items(thresholds: NamingThresholds) -> tuple[FoodItem, ...]:
            pairs = zip(masks, answers, strict=True)
            named = (self._item(mask, *answer, thresholds) for mask, answer in pairs)
            return tuple(item for item in named if item.label != NOT_FOOD)

        thresholds = self.recognizer.thresholds
        return items(thresholds) and items(thresholds.beside_food())

    def _item(self, mask: Mask, box: Box, seen: Recognition, thresholds: NamingThresholds) -> FoodItem:
        name = name_crop(seen.candidates, self.parents, thresholds)
        foods = tuple(candidate for candidate in seen.candidates if candidate.label != NOT_FOOD)
        return FoodItem(name.label, name.confidence, foods, mask, box, features=seen.features)

    def _with_looks(self, items: Sequence[FoodItem]) -> tuple[FoodItem, ...]:
        """The items, those that look alike under one number, as far as the recognizer tells."""
        seen = [item.features for item in items if item.features is not None]
        if not seen or self.recognizer.space is None:
            return tuple(items)
        numbers = looks(self.recognizer.space, np.stack(seen))
        return tuple(replace(item, look=look) for item, look in zip(items, numbers, strict=True))

    def _embed(self, image: Image, key: str | None = None) -> Embedding:
        """The segmenter's embedding of `image`, remembered by content."""
        key = key or hashlib.sha256(np.ascontiguousarray(image).data).hexdigest() + str(image.shape)
        with self._lock:
            embedding = self._embeddings.get(key)
        if embedding is None:
            embedding = self.segmenter.embed(image)
            with self._lock:
                self._embeddings[key] = embedding
        return embedding
