"""What a recognizer answers to labelled crops, and how the names that follow are judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from ml.data.crops import Crop, load
from ml.data.drawings import draw
from ml.evaluation.calibration import Floats
from ml.recognition.base import top_candidates
from ml.recognition.embedded import EmbeddedRecognizer
from ml.recognition.naming import NamingThresholds, lineage, name_crop
from ml.types import NOT_FOOD, UNKNOWN_FOOD, Image

DRAWINGS = 400
CHUNK = 256
SMALL = 64
"""Pixels, the longer side of the smallest of the three sizes a photo is asked about at."""

Outcome = Literal["right", "kin", "unknown", "dropped", "wrong"]


@dataclass(frozen=True, eq=False)
class Answers:
    """For N crops: features float32 (N, D), logits (N, L), the true food, the source."""

    features: Floats
    logits: Floats
    truth: NDArray[np.str_]
    source: NDArray[np.str_]

    def where(self, chosen: NDArray[np.bool_] | slice) -> Answers:
        """The chosen rows."""
        return Answers(self.features[chosen], self.logits[chosen], self.truth[chosen], self.source[chosen])


def ask(recognizer: EmbeddedRecognizer, crops: Sequence[Crop]) -> Answers:
    """The model's answers to the crops and, as the source "drawings", to drawings without food."""
    chunks = [crops[i : i + CHUNK] for i in range(0, len(crops), CHUNK)]
    parts = [recognizer.features([load(crop) for crop in chunk]) for chunk in chunks]
    rng = np.random.default_rng(2**32)
    parts.append(recognizer.features([draw(rng) for _ in range(DRAWINGS)]))
    features = torch.cat(parts)
    truth = [c.label for c in crops] + [NOT_FOOD] * DRAWINGS
    source = [c.source for c in crops] + ["drawings"] * DRAWINGS
    logits = recognizer.logits(features)
    return Answers(features.numpy(), logits.numpy(), np.array(truth), np.array(source))


def outcome(name: str, truth: str, parents: Mapping[str, str]) -> Outcome:
    """How a shown name relates to the true one: right, a broader or narrower name of it (kin), or not."""
    if name == UNKNOWN_FOOD:
        return "unknown"
    if name == truth:
        return "right"
    if name == NOT_FOOD:
        return "dropped"
    return "kin" if name in lineage(truth, parents) or truth in lineage(name, parents) else "wrong"


def outcomes(
    probabilities: Floats,
    truth: NDArray[np.str_],
    labels: Sequence[str],
    parents: Mapping[str, str],
    thresholds: NamingThresholds,
) -> NDArray[np.str_]:
    """The outcome of each row of probabilities (N, L), whose true foods may be no labels."""
    candidates = top_candidates(torch.from_numpy(probabilities), labels)
    names = [name_crop(row, parents, thresholds).label for row in candidates]
    return np.array([outcome(name, str(food), parents) for name, food in zip(names, truth, strict=True)])


def consistency(recognizer: EmbeddedRecognizer, photos: Sequence[Image]) -> float:
    """The share of photos (HxWx3 uint8 RGB) with one first food at full size, at half of it and at 64 px."""
    names = []
    for side in (None, 0.5, SMALL):
        asked = [photo if side is None else _shrunk(photo, side) for photo in photos]
        seen = [row.candidates for row in recognizer.classify(asked)]
        names.append([next(c.label for c in row if c.label != NOT_FOOD) for row in seen])
    return float(np.mean([len(set(same)) == 1 for same in zip(*names, strict=True)]))


def _shrunk(photo: Image, side: float) -> Image:
    """The photo at half (`side` 0.5) or so that its longer side has `side` px, its shape kept."""
    scale = side if side < 1 else side / max(photo.shape[:2])
    size = [max(round(extent * scale), 1) for extent in photo.shape[1::-1]]
    return np.asarray(cv2.resize(photo, size, interpolation=cv2.INTER_AREA), np.uint8)
