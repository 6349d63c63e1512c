"""Measure the embedded segmenter on held-out photos: `python -m ml.evaluation.segmenter data=FOLDER`.

Prints the tables of its model card. "Dish" is a meal's mask as drawn, mostly with the plate; "food" is the
same trimmed by GrabCut. ECUSTFD foods were outlined by GrabCut as well, so its figures are agreement with it;
of people's photos, measured where `outlines` are given, some were outlined by people and some by ISNet.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import cv2
import hydra
import numpy as np
from numpy.typing import NDArray
from omegaconf import DictConfig

from ml.data.ecustfd import load_ecustfd
from ml.data.meals import load_meals
from ml.data.outlines import SharedPhoto, read_outlines
from ml.data.photos import OutlinedPhoto, read_image, read_masks, split
from ml.data.segmentation_metrics import CLICKS, FALSE_ALARM_AREA, ClickScores, iou
from ml.detector import FoodDetector
from ml.nutrition.foods import FoodTable
from ml.recognition.embedded import EmbeddedRecognizer
from ml.segmentation.closeup import outline
from ml.segmentation.embedded import EmbeddedSegmenter
from ml.types import Image, Mask

LEAST_AREA = 0.002
"""Share of a shared photo from which on a thing is clicked on."""
STRIP = 120
"""Pixels that a strip beside food has at least on both sides."""


class Group(NamedTuple):
    """Photos, and what is meant in each."""

    name: str
    photos: Sequence[OutlinedPhoto]
    kind: str = "food"

    def targets(self, photo: OutlinedPhoto) -> list[Mask]:
        """The bool HxW masks of this kind: foods, dishes or things; of shared photos those large enough."""
        if isinstance(photo, SharedPhoto):
            return [mask for mask in photo.masks(self.kind) if mask.mean() > LEAST_AREA]
        return read_masks(photo.dishes if self.kind == "vessel" and photo.dishes else photo.foods)


def click_scores(segmenter: EmbeddedSegmenter, group: Group) -> ClickScores:
    """The scores over everything that is meant in the photos."""
    scores = ClickScores()
    for photo in group.photos:
        image = read_image(photo.image)
        embedding = segmenter.embed(image)
        predict = partial(segmenter.predict, embedding)
        for target in group.targets(photo):
            scores.click(predict, target, partial(outline, segmenter, image, embedding))
    return scores


def click_row(name: str, scores: ClickScores) -> str:
    """A line of the table."""
    values = " | ".join(f"{np.mean(v):.3f}" for v in (scores.first, scores.best, scores.last))
    return f"| {name} | {len(scores.first)} | {values} |"


def food_map(segmenter: EmbeddedSegmenter, image: Image) -> Mask:
    """Where the food head sees food, bool HxW."""
    probability = segmenter.food_probability(segmenter.embed(image))
    return np.asarray(cv2.resize(probability, image.shape[1::-1]) > 0.5)


def food_map_iou(segmenter: EmbeddedSegmenter, group: Group) -> float:
    """Pixel IoU of all food over all photos, leaving out plates."""
    overlap = union = 0
    for photo in group.photos:
        food = np.any(group.targets(photo), axis=0)
        plate = np.any(read_masks(photo.dishes), axis=0) & ~food if photo.dishes else np.zeros_like(food)
        predicted = food_map(segmenter, read_image(photo.image)) & ~plate
        overlap += int((predicted & food).sum())
        union += int((predicted | food).sum())
    return overlap / union


def beside_food(photo: OutlinedPhoto) -> Image | None:
    """The largest strip of the photo left of, right of, above or below all its food: table, plate, coin.

    None where no strip has `STRIP` pixels on both sides.
    """
    image = read_image(photo.image)
    x, y, w, h = cv2.boundingRect(np.any(read_masks(photo.foods), axis=0).astype(np.uint8))
    gap = 8
    strips = [image[:, : max(0, x - gap)], image[:, x + w + gap :]]
    strips += [image[: max(0, y - gap)], image[y + h + gap :]]
    largest = max(strips, key=lambda strip: strip.size)
    return largest if min(largest.shape[:2]) >= STRIP else None


def detection_row(detector: FoodDetector, group: Group) -> str:
    """Recall (truths hit) and precision (masks that hit) of what the detector finds, at IoU 0.5."""
    found = right = truths = answers = 0
    for photo in group.photos:
        targets = group.targets(photo)
        items = detector.detect(read_image(photo.image)).items
        masks = [item.mask for item in items if item.mask is not None]
        found += sum(any(iou(mask, target) > 0.5 for mask in masks) for target in targets)
        right += sum(any(iou(mask, target) > 0.5 for target in targets) for mask in masks)
        truths, answers = truths + len(targets), answers + len(masks)
    return f"| {group.name} | {truths} | {found / truths:.3f} | {right / max(1, answers):.3f} |"


def table(title: str, columns: str, rows: Sequence[str]) -> None:
    """Print a Markdown table."""
    rule = "|".join(" --- " for _ in columns.split("|"))
    print(f"\n{title}\n\n| {columns} |\n|{rule}|", *rows, sep="\n", flush=True)


@hydra.main(version_base=None, config_path="conf", config_name="segmenter")
def main(config: DictConfig) -> None:
    data, cache = Path(config.data), Path(config.cache)
    _, single = split(load_ecustfd(data / "ecustfd", cache / "ecustfd"), config.held_out)
    _, meals = split(load_meals(data / "meal_masks", cache / "meals"), config.held_out)
    order: NDArray[np.int_] = np.random.default_rng(0).permutation(len(single))[: config.photos]
    single = [single[k] for k in order]
    several = [photo for photo in meals if photo.dishes and len(read_masks(photo.dishes)) > 1]
    _, shared = read_outlines(Path(config.outlines)) if config.outlines else ([], [])
    segmenter = EmbeddedSegmenter(config.weights, config.device)

    whole = [photo for photo in shared if photo.complete and photo.has_food]
    groups = [Group("ECUSTFD", single), Group("meals, food", meals)]
    groups += [Group("people's photos, food", whole)] if whole else []
    dishes = [Group("meals, dish", meals, "vessel"), Group("multi-dish meals, dish", several, "vessel")]
    parts = [Group("partly outlined photos, food", [photo for photo in shared if not photo.complete])]
    parts += [Group(f"people's photos, {kind}", shared, kind) for kind in ("vessel", "thing")]
    clicked = [*groups, dishes[0], *(parts if shared else [])]
    rows = [click_row(group.name, click_scores(segmenter, group)) for group in clicked]
    table("Mask IoU", f"target | n | one click | best of three | {CLICKS} clicks", rows)

    bare = [strip for photo in single if (strip := beside_food(photo)) is not None]
    alarms = np.mean([food_map(segmenter, strip).mean() > FALSE_ALARM_AREA for strip in bare])
    rows = [f"| pixel IoU, {group.name} | {food_map_iou(segmenter, group):.3f} |" for group in groups]
    rows.append(f"| {len(bare)} crops without food, more than 1 % called food | {alarms:.3f} |")
    table("Food map", "measure | value", rows)

    recognizer = EmbeddedRecognizer(config.recognizer, config.device)
    detector = FoodDetector(segmenter, segmenter, recognizer, FoodTable(config.foods).parents)
    rows = [detection_row(detector, group) for group in (*groups, *dishes)]
    called = np.mean([bool(detector.detect(strip).items) for strip in bare])
    table("Automatic, at IoU 0.5", "target | n | recall | precision", rows)
    print(f"\nCrops without food in which the detector finds food: {called:.3f} of {len(bare)}")
    if empty := [photo for photo in shared if photo.complete and not photo.has_food]:
        alarms = np.mean([bool(detector.detect(read_image(photo.image)).items) for photo in empty])
        print(f"People's photos without food in which it finds food: {alarms:.3f} of {len(empty)}")


if __name__ == "__main__":
    main()
