"""Where the shipped models fail, on rendered meals of our own: `python -m ml.evaluation.gallery`.

Prints how many foods of `meals` random meals are found and named, and draws the meals that went wrong, green
as they are and red as the detector sees them, as a picture for the model cards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import cv2
import hydra
import numpy as np
import PIL.Image
from omegaconf import DictConfig

from ml.data.examples.meals import RenderedMeal, random_meal
from ml.data.segmentation_metrics import iou
from ml.detector import FoodDetector
from ml.evaluation.embedded_detector import embedded_detector
from ml.types import FoodItem, Image, Mask

GREEN, RED = (30, 160, 60), (210, 40, 40)
TILE = (320, 240)


@dataclass(frozen=True, eq=False)
class GalleryMeal:
    """A meal and what the detector made of it; `found` and `named` have an entry for each true food."""

    meal: RenderedMeal
    items: Sequence[FoodItem]
    found: list[bool]
    named: list[bool]
    extra: int


def ask(detector: FoodDetector, meal: RenderedMeal) -> GalleryMeal:
    """A food is found where a mask has an IoU above 0.5 with it, and named where that carries its label."""
    items = detector.detect(meal.image).items
    found, named, hits = [], [], 0
    for label, truth in meal.foods:
        hit = [item for item in items if item.mask is not None and iou(item.mask, truth) > 0.5]
        found.append(bool(hit))
        named.append(any(item.label == label for item in hit))
        hits += len(hit)
    return GalleryMeal(meal, items, found, named, extra=len(items) - hits)


class Tally(NamedTuple):
    """Foods of some meals, how many of them are found and named, and the masks that hit none of them."""

    foods: int
    found: int
    named: int
    extra: int


def tally(answers: Sequence[GalleryMeal]) -> Tally:
    """The sums over all meals."""
    return Tally(
        sum(len(answer.found) for answer in answers),
        sum(sum(answer.found) for answer in answers),
        sum(sum(answer.named) for answer in answers),
        sum(answer.extra for answer in answers),
    )


def draw(answer: GalleryMeal) -> Image:
    """The meal with true outlines and labels in green and the detector's in red, `TILE` large."""
    picture = answer.meal.image.copy()
    detected = [(item.label, item.mask) for item in answer.items if item.mask is not None]
    for color, outlined, line in ((GREEN, answer.meal.foods, 0), (RED, detected, 22)):
        for label, mask in outlined:
            _outline(picture, mask, color)
            x, y, _, h = cv2.boundingRect(mask.astype(np.uint8))
            at = (x, min(y + h // 2 + line, picture.shape[0] - 6))
            cv2.putText(picture, label, at, cv2.FONT_HERSHEY_SIMPLEX, 0.7, (255, 255, 255), 4, cv2.LINE_AA)
            cv2.putText(picture, label, at, cv2.FONT_HERSHEY_SIMPLEX, 0.7, color, 2, cv2.LINE_AA)
    return np.asarray(cv2.resize(picture, TILE, interpolation=cv2.INTER_AREA), np.uint8)


def _outline(picture: Image, mask: Mask, color: tuple[int, int, int]) -> None:
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    cv2.drawContours(picture, contours, -1, color, 3)


@hydra.main(version_base=None, config_path="conf", config_name="gallery")
def main(config: DictConfig) -> None:
    detector = embedded_detector(config.segmenter, config.recognizer, config.foods, config.device)
    meals = (random_meal(np.random.default_rng((config.seed, k))) for k in range(config.meals))
    answers = [ask(detector, meal) for meal in meals]
    foods, found, named, extra = tally(answers)
    print(f"{config.meals} rendered meals, {foods} foods: found {found / foods:.1%}, ", end="")
    print(f"found and named {named / foods:.1%}, {extra} further masks")
    wrong = [answer for answer in answers if not all(answer.named) or answer.extra]
    tiles = [draw(answer) for answer in wrong[: config.tiles]]
    tiles += [np.full((TILE[1], TILE[0], 3), 255, np.uint8)] * (-len(tiles) % config.columns)
    rows = [np.hstack(tiles[k : k + config.columns]) for k in range(0, len(tiles), config.columns)]
    if rows:
        PIL.Image.fromarray(np.vstack(rows)).save(Path(config.output), quality=80, optimize=True)
        print(f"{len(wrong)} meals with an error, the first of them in {config.output}")


if __name__ == "__main__":
    main()
