"""What every promptable segmenter takes and gives, whichever model answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml.types import Image


@dataclass(frozen=True, eq=False)
class Embedding:
    """A photo as its segmenter sees it, to be computed once and prompted often.

    `features` are maps (1, C, h, w) from fine to coarse, as `get_image_embeddings` of the SAM 2 family
    returns them; `image_size` is (height, width) of the photo in pixels.
    """

    features: tuple[Tensor, ...]
    image_size: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Prompts:
    """P prompts of N points each, every prompt asking for one object. Coordinates are photo pixels.

    `points` is float32 (P, N, 2) as (x, y); `labels` is int (P, N), 1 on the object and 0 off it;
    `boxes` is float32 (P, 4) as (x0, y0, x1, y1), or None. N may be 0 when there are boxes.
    """

    points: NDArray[np.float32]
    labels: NDArray[np.int64]
    boxes: NDArray[np.float32] | None = None

    @classmethod
    def clicks(cls, points: NDArray[np.float32]) -> Prompts:
        """One positive click a prompt, from `points` (P, 2) as (x, y)."""
        return cls(points[:, None], np.ones((len(points), 1), np.int64))

    @classmethod
    def around(cls, boxes: NDArray[np.float32]) -> Prompts:
        """One box a prompt, from `boxes` (P, 4) as (x0, y0, x1, y1)."""
        count = len(boxes)
        return cls(np.empty((count, 0, 2), np.float32), np.empty((count, 0), np.int64), boxes)

    def __len__(self) -> int:
        return len(self.points)


@dataclass(frozen=True, eq=False)
class MaskCandidates:
    """M masks for each of P prompts, at the segmenter's own low resolution over the whole photo.

    `logits` is float32 (P, M, h, w), above 0 inside; `scores` is float32 (P, M), the IoU that the model
    predicts for each mask.
    """

    logits: NDArray[np.float32]
    scores: NDArray[np.float32]


class Segmenter(Protocol):
    """Embed a photo once, then prompt it as often as needed. `version` is the id of its weights."""

    name: str
    version: str
    device: torch.device

    def embed(self, image: Image) -> Embedding:
        """Features of `image`, HxWx3 uint8 RGB."""
        ...

    def predict(self, embedding: Embedding, prompts: Prompts) -> MaskCandidates:
        """Candidate masks for every prompt; the prompts of one call do not influence each other."""
        ...


@runtime_checkable
class FoodLocator(Segmenter, Protocol):
    """A segmenter that also tells where food is."""

    def food_probability(self, embedding: Embedding) -> NDArray[np.float32]:
        """How likely each place of the photo is food, 0..1, float32 (h, w) at the segmenter's resolution."""
        ...
