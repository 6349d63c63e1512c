"""An endless stream of scenes as tensors, made in a worker process while the model trains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor
from torch.utils.data import IterableDataset, get_worker_info

from ml.data.scenes.canvas import Scene
from ml.data.scenes.maker import SceneMaker
from ml.types import Mask

STRIDE = 4
"""Pixels of the scene a pixel of the model's masks."""
FOOD_SHARE = 0.8
"""Prompts that mean food where there are other things to point at too."""


@dataclass(frozen=True)
class Sampling:
    """How a batch is drawn: `scenes` with `prompts` each.

    `dish_share` of the clicks on a meal mean the dish as drawn, plate and all; `empty_share` of all prompts
    lie beside food and mean nothing.
    """

    scenes: int
    prompts: int
    dish_share: float
    empty_share: float


class SceneBatch(NamedTuple):
    """B scenes of S x S pixels with P things to click on in each; h is S / 4."""

    pixels: Tensor
    """uint8 (B, 3, S, S) RGB."""
    targets: Tensor
    """float32 (B, P, h, h), 0..1: what each click means; empty where it hits nothing."""
    clicks: Tensor
    """float32 (B, P, 1, 2) xy in pixels, a first click inside of each target."""
    boxes: Tensor
    """float32 (B, P, 4) xyxy in pixels around each target, jittered; any where the target is empty."""
    food: Tensor
    """float32 (B, 1, h, h), 0..1: the share of food."""
    known: Tensor
    """float32 (B, 1, h, h): 1 where `food` is known, else 0."""


def coarse(mask: Mask) -> np.ndarray:
    """The mask at the model's stride, float32, the share of each cell that it covers."""
    size = mask.shape[0] // STRIDE
    return cv2.resize(mask.astype(np.float32), (size, size), interpolation=cv2.INTER_AREA)


def first_click(rng: Generator, mask: Mask) -> tuple[int, int]:
    """(x, y) inside of the mask, as often near its middle (most distant from its edge) as anywhere."""
    if rng.random() < 0.5:
        depth = cv2.distanceTransform(np.pad(mask, 1).astype(np.uint8), cv2.DIST_L2, 3)[1:-1, 1:-1]
        mask = depth > rng.uniform(0.5, 0.95) * depth.max()
    y, x = np.argwhere(mask)[rng.integers(mask.sum())]
    return int(x), int(y)


def jittered_box(rng: Generator, mask: Mask) -> np.ndarray:
    """xyxy around the mask, each side moved by up to a tenth of the box's size."""
    x, y, w, h = cv2.boundingRect(mask.astype(np.uint8))
    return np.array([x, y, x + w, y + h]) + rng.uniform(-0.1, 0.1, 4) * [w, h, w, h]


def meant(rng: Generator, scene: Scene, dish_share: float) -> Sequence[Mask]:
    """The foods, the dishes or the things of a scene, whichever it has; none where it has nothing."""
    groups = [scene.foods, scene.dishes, scene.things]
    shares = [FOOD_SHARE * (1 - dish_share), FOOD_SHARE * dish_share, 1 - FOOD_SHARE]
    weights = np.array([share * bool(group) for group, share in zip(groups, shares, strict=True)])
    return groups[int(rng.choice(3, p=weights / weights.sum()))] if weights.any() else ()


def prompts(rng: Generator, scene: Scene, sampling: Sampling) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(targets, clicks, boxes) of random prompts, as `SceneBatch` has them."""
    size = len(scene.image)
    elsewhere = ~np.any([*scene.foods, *scene.dishes, *scene.things, scene.unsure], axis=0)
    targets, clicks, boxes = [], [], []
    for _ in range(sampling.prompts):
        masks = meant(rng, scene, sampling.dish_share)
        if not masks or (elsewhere.any() and rng.random() < sampling.empty_share):
            target, clickable = np.zeros_like(elsewhere), elsewhere if elsewhere.any() else ~elsewhere
        else:
            target = clickable = masks[int(rng.integers(len(masks)))]
        targets.append(coarse(target))
        clicks.append([first_click(rng, clickable)])
        boxes.append(jittered_box(rng, clickable))
    return np.stack(targets), np.array(clicks, np.float32), np.clip(boxes, 0, size).astype(np.float32)


def collate(rng: Generator, scenes: Sequence[Scene], sampling: Sampling) -> SceneBatch:
    """A batch of scenes with random prompts."""
    rows = []
    for scene in scenes:
        food = coarse(np.any([*scene.foods, np.zeros_like(scene.unsure)], axis=0))
        known = (coarse(scene.unsure) == 0).astype(np.float32)
        pixels = scene.image.transpose(2, 0, 1).copy()
        rows.append([pixels, *prompts(rng, scene, sampling), food[None], known[None]])
    return SceneBatch(*(torch.from_numpy(np.stack(column)) for column in zip(*rows, strict=True)))


class SceneStream(IterableDataset[SceneBatch]):
    """Endless batches. `seed` fixes them; a resumed run passes another one, to see new scenes."""

    def __init__(self, maker: SceneMaker, seed: Sequence[int], sampling: Sampling) -> None:
        self.maker = maker
        self.seed = seed
        self.sampling = sampling

    def __iter__(self) -> Iterator[SceneBatch]:
        cv2.setNumThreads(1)
        worker = get_worker_info()
        rng = np.random.default_rng([*self.seed, worker.id if worker else 0])
        while True:
            yield collate(rng, [self.maker.make(rng) for _ in range(self.sampling.scenes)], self.sampling)
