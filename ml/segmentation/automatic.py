"""Every food on the plate once: prompt where food is not yet covered, until little is left."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.segmentation.base import Embedding, MaskCandidates, Prompts, Segmenter
from ml.segmentation.masks import Logits, stability_scores, suppress
from ml.segmentation.prompts import food_peaks
from ml.segmentation.regions import food_regions

FoodMap = NDArray[np.float32]
Scores = NDArray[np.float32]


SEAM = 2.0
"""Depth in cells of the map up to which what masks leave uncovered is their seam and not more food."""


@dataclass(frozen=True)
class SearchSettings:
    """How foods are searched for. Areas are shares of the photo, scores lie in 0..1.

    A place is food from `food_threshold` on. Each of up to `rounds` rounds clicks on up to `clicks` uncovered
    places. A mask counts from `least_area`, `least_score` and `least_food`, its mean food probability, on.
    `size_bonus` is the exponent of its area in the ranking; it prefers wholes to parts. Regions of
    the food map have `region_score` as predicted IoU x stability; `region_weight` is a factor of their rank.
    """

    food_threshold: float = 0.5
    rounds: int = 2
    clicks: int = 8
    least_area: float = 0.003
    least_score: float = 0.1
    least_food: float = 0.5
    size_bonus: float = 0.1
    region_score: float = 0.45
    region_weight: float = 0.67


def segment_foods(
    segmenter: Segmenter, embedding: Embedding, food: FoodMap, settings: SearchSettings
) -> tuple[Logits, Scores]:
    """Logits (N, h, w) and scores (N,) of the foods, best first. Masks may still overlap at their edges.

    `food` is the probability of food, float32 in 0..1, at any resolution. Where the segmenter is unsure, the
    regions of `food` itself are the masks.
    """
    logits, scores = np.empty((0, *food.shape), np.float32), np.empty(0, np.float32)
    uncovered = food > settings.food_threshold
    scale = np.divide(embedding.image_size[::-1], food.shape[::-1])
    for _ in range(settings.rounds):
        peaks = food_peaks(food, uncovered, settings.clicks, SEAM if len(logits) else 0.0)
        if not len(peaks):
            break
        candidates = segmenter.predict(embedding, Prompts.clicks(((peaks + 0.5) * scale).astype(np.float32)))
        logits, scores = _best(logits, scores, *rank(candidates, food, settings))
        uncovered &= ~_covered(logits, food.shape)
        uncovered[peaks[:, 1], peaks[:, 0]] = False
    if len(regions := food_regions(food, settings.food_threshold)):
        fitted = np.array([cv2.resize(region, logits.shape[:0:-1]) for region in regions])[:, None]
        candidates = MaskCandidates(fitted, np.full(fitted.shape[:2], settings.region_score, np.float32))
        foods, ranks = rank(candidates, food, settings)
        logits, scores = _best(logits, scores, foods, ranks * settings.region_weight)
    return logits, scores


def rank(candidates: MaskCandidates, food: FoodMap, settings: SearchSettings) -> tuple[Logits, Scores]:
    """Logits (N, h, w) and scores (N,) of the candidates that are food.

    A score is predicted IoU x stability x mean food probability inside x area ** `size_bonus`, the area as a
    share of the photo. What the food map excludes is cut off: the plate under a dish that was taken with it.
    """
    height, width = candidates.logits.shape[-2:]
    logits = candidates.logits.reshape(-1, height, width)
    grid = cv2.resize(food, (width, height), interpolation=cv2.INTER_LINEAR)
    mean_food = food_inside(logits, food)
    quality = candidates.scores.reshape(-1) * stability_scores(logits) * mean_food
    logits = np.where(grid > settings.food_threshold, logits, -np.abs(logits))
    area = (logits > 0).mean(axis=(1, 2))
    keep = (
        (area >= settings.least_area) & (quality >= settings.least_score) & (mean_food >= settings.least_food)
    )
    return logits[keep], (quality * area**settings.size_bonus)[keep].astype(np.float32)


def food_inside(logits: Logits, food: FoodMap) -> Scores:
    """The mean probability of food inside of each mask, (N,) from logits (N, h, w); 0 for an empty one."""
    inside = logits > 0
    grid = cv2.resize(food, logits.shape[:0:-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray((inside * grid).sum(axis=(1, 2)) / np.maximum(inside.sum(axis=(1, 2)), 1))


def _best(logits: Logits, scores: Scores, more: Logits, more_scores: Scores) -> tuple[Logits, Scores]:
    """Both sets of masks together, best first, without those that lie on better ones."""
    logits = np.concatenate([logits, more]) if len(logits) else more
    scores = np.concatenate([scores, more_scores])
    keep = suppress(logits > 0, scores)
    return logits[keep], scores[keep]


def _covered(logits: Logits, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Where any of the masks lies, on a grid of `shape`."""
    union = np.asarray((logits > 0).any(axis=0), np.uint8)
    return cv2.resize(union, shape[::-1], interpolation=cv2.INTER_NEAREST).astype(bool)
