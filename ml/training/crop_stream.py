"""The endless stream of augmented crops that the recognizer learns from."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import cv2
import numpy as np
import torch
from torch.utils.data import IterableDataset

from ml.data.crops import SETS, Crop, load
from ml.data.drawings import draw
from ml.training.augment import augment, hide_surroundings
from ml.types import NOT_FOOD, UNKNOWN_FOOD, Image

SMALLEST_PLACE = 32
"""Pixels of each side."""

DRAWN = 0.4
"""Share of drawings among the images without food."""

MOST = 150
"""Photos from which on a food is not drawn more often."""

LEAST_OF_SETS = 0.3
"""Of the draws of a food that the photo sets show too: hundreds of other sources would crowd these out."""


def sampling_weights(crops: Sequence[Crop], not_food_share: float, unknown_share: float) -> np.ndarray:
    """How often each crop is drawn (sums to 1).

    A food is drawn in proportion to the root of its count, up to `MOST`, and of its photos each source in
    proportion to the root of its own; the sets get `LEAST_OF_SETS` at least. "Not food" and foods without a
    label get their own shares, spread over their sources alike.
    """
    of_label = Counter(c.label for c in crops)
    of_source = Counter((c.label, c.source) for c in crops)
    roots: dict[tuple[str, bool], float] = defaultdict(float)
    for (label, source), count in of_source.items():
        roots[label, source in SETS] += math.sqrt(count)

    def within_label(crop: Crop) -> float:
        sets, others = roots[crop.label, True], roots[crop.label, False]
        least = LEAST_OF_SETS if sets and crop.label != NOT_FOOD else 0.0
        of_sets, ours = max(sets / (sets + others), least), crop.source in SETS
        rarity = 1 / (roots[crop.label, ours] * math.sqrt(of_source[crop.label, crop.source]))
        return (of_sets if ours else 1 - of_sets) * rarity

    weights = np.array([min(of_label[c.label], MOST) ** 0.5 * within_label(c) for c in crops])
    shares = {NOT_FOOD: not_food_share, UNKNOWN_FOOD: unknown_share}
    kinds = np.array([c.label if c.label in shares else "" for c in crops])
    for kind, share in {**shares, "": 1 - sum(shares.values())}.items():
        weights[kinds == kind] *= share / max(weights[kinds == kind].sum(), 1e-12)
    return np.asarray(weights / weights.sum())


class CropStream(IterableDataset[tuple[Image, int]]):
    """Augmented (image `size` x `size` x 3 uint8 RGB, label index) pairs, endless, repeatable by `seed`.

    A food without a label has the index that follows the labels'.
    Crops are seen by way of `detail` px (`ml/recognition/crops.py`) if that is given.
    `not_food_share` of them are images without food.
    """

    def __init__(
        self,
        crops: Sequence[Crop],
        labels: Sequence[str],
        *,
        size: int,
        seed: Sequence[int],
        detail: int | None = None,
        not_food_share: float = 0.1,
        unknown_share: float = 0.1,
    ) -> None:
        self.crops, self.seed = crops, seed
        self.size, self.detail = size, detail
        self.index = {label: i for i, label in enumerate((*labels, UNKNOWN_FOOD))}
        self.weights = sampling_weights(crops, not_food_share, unknown_share)

    def __iter__(self) -> Iterator[tuple[Image, int]]:
        cv2.setNumThreads(1)
        worker = torch.utils.data.get_worker_info()
        rng = np.random.default_rng([*self.seed, worker.id if worker else 0])
        while True:
            for i in rng.choice(len(self.crops), size=1024, p=self.weights):
                yield self._view(self.crops[i], rng), self.index[self.crops[i].label]

    def _view(self, crop: Crop, rng: np.random.Generator) -> Image:
        if crop.label == NOT_FOOD and rng.random() < DRAWN:
            return augment(draw(rng, int(rng.integers(64, 160))), rng, self.size, self.detail)
        image = load(crop)
        if crop.label == NOT_FOOD:
            image = _place(image, rng)
        if crop.box is not None and crop.label != NOT_FOOD and rng.random() < 0.25:
            image = hide_surroundings(image, rng)
        return augment(image, rng, self.size, self.detail)


def _place(image: Image, rng: np.random.Generator) -> Image:
    """A place of 20 to 100 % of each side of a photo without food, such as a detector may take for food."""
    size = np.array(image.shape[:2])
    extent = np.maximum(size * rng.uniform(0.2, 1, 2), np.minimum(size, SMALLEST_PLACE)).astype(int)
    y, x = (int(rng.integers(0, room + 1)) for room in size - extent)
    return image[y : y + extent[0], x : x + extent[1]]
