"""How far volumes and weights are off on ECUSTFD: `python -m ml.evaluation.portion DATA/ecustfd`.

Photos from above, true names, GrabCut's outlines where the embedded segmenter, given the food's box, finds
nearly the same: what is measured here is the weighing. Items are split by turns within each food: shapes and
spreads are fitted on one half, errors and ranges reported on the other.
The scale is known from the 25.0 mm coin where it is found, from the plate's rim with its true diameter
(white 20.7 cm, red 18.7 cm), from what Noon takes it for where nobody says anything (a rim of 26 cm, else the
view), or from no object at all.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from ml.data.ecustfd import COIN, read_boxes
from ml.data.ecustfd import outline as grab_cut
from ml.data.photos import read_image
from ml.data.segmentation_metrics import iou
from ml.data.tables import read_rows
from ml.nutrition.foods import FoodTable
from ml.portion.estimator import estimate_portions, weigh_outlines
from ml.portion.plate import Plate, find_plate
from ml.portion.scale import scale_from_view
from ml.portion.shapes import SHAPES, outline
from ml.portion.stated import scale_by_object, scale_by_plate
from ml.segmentation.base import Prompts
from ml.segmentation.embedded import EmbeddedSegmenter
from ml.segmentation.masks import enlarge, tidy
from ml.types import Box, Food, Image, Mask, Outline, Portion

ASSETS = Path(__file__).parents[2] / "assets"
NAMES = {"qiwi": "kiwi", "fired_dough_twist": "fried dough twist"}
COIN_CM, COIN_NAME = 2.5, "1 yuan (before 2019)"
WHITE_PLATE_CM, RED_PLATE_CM = 20.7, 18.7
TAKEN_PLATE_CM = 26.0
MIN_IOU = 0.8
"""Of the two outlines of a food, from which on they are nearly the same."""
BUNCH = "grape"
"""The one food that lies there in more than one piece."""
WAYS = ("coin, found", "plate, stated", "nothing said", "no object")


@dataclass(frozen=True)
class Sample:
    """One food in one photo: how it was outlined, what it weighs, what each way to the scale makes of it."""

    item: str
    food: Food
    outline: Outline
    coin_cm_per_px: float
    volume_cm3: float
    mass_g: float
    portions: dict[str, Portion]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the folder of ECUSTFD")
    parser.add_argument("--photos", type=int, default=3, help="photos of each item")
    parser.add_argument("--foods", type=Path, default=ASSETS / "nutrition" / "foods.csv")
    parser.add_argument("--segmenter", type=Path, default=ASSETS / "segmenter")
    arguments = parser.parse_args()
    segmenter = EmbeddedSegmenter(arguments.segmenter)
    samples = load(arguments.data, FoodTable(arguments.foods), segmenter, arguments.photos)
    fitted, tested = split(samples)
    print_shapes(fitted)
    print("\nErrors on the half that was fitted\n")
    print_errors(fitted)
    print("\nErrors on the other half of the items\n")
    print_errors(tested)


def load(data: Path, foods: FoodTable, segmenter: EmbeddedSegmenter, photos: int) -> list[Sample]:
    """The first `photos` photos from above of every weighed item with one food beside a coin."""
    weights = {row["item"]: row for row in read_rows(data / "weights.csv")}
    taken: dict[str, int] = defaultdict(int)
    samples = []
    for name, rows in sorted(read_boxes(data).items()):
        coins = [box for _, label, box in rows if label == COIN]
        foods_in_photo = [(item, label, box) for item, label, box in rows if label != COIN]
        if f"{foods_in_photo[0][0]}T" not in name or len(coins) != 1 or len(foods_in_photo) != 1:
            continue
        item, label, box = foods_in_photo[0]
        food = foods.get(NAMES.get(label, label))
        if item not in weights or food is None or taken[item] >= photos:
            continue
        image = read_image(data / "images" / name)
        mask = cut_out(segmenter, image, box)
        if mask is None:
            continue
        taken[item] += 1
        x0, y0, x1, y1 = coins[0]
        row = weights[item]
        samples.append(
            Sample(
                item=item,
                food=food,
                outline=outline(mask),
                coin_cm_per_px=COIN_CM / ((x1 - x0 + y1 - y0) / 2),
                volume_cm3=float(row["volume_cm3"]),
                mass_g=float(row["weight_g"]),
                portions=portions(image, mask, food),
            )
        )
    return samples


def cut_out(segmenter: EmbeddedSegmenter, image: Image, box: Box) -> Mask | None:
    """The bool HxW mask of the food in a box, None where GrabCut and the segmenter differ."""
    mask = grab_cut(image, box)
    if mask is None:
        return None
    prompt = Prompts.around(np.array([box], np.float32))
    candidates = segmenter.predict(segmenter.embed(image), prompt)
    best = candidates.logits[0, candidates.scores[0].argmax()]
    other = enlarge(tidy(best), (image.shape[0], image.shape[1]))
    return mask if iou(mask, other) >= MIN_IOU else None


def portions(image: Image, mask: Mask, food: Food) -> dict[str, Portion]:
    """What each way to know the scale makes of one food."""
    unsaid = estimate_portions(image, [mask], [food], TAKEN_PLATE_CM)
    plate = find_plate(image, [mask])
    outlines, height, width = [outline(mask)], *image.shape[:2]
    weighings = {
        "nothing said": unsaid,
        "no object": weigh_outlines(outlines, [food], scale_from_view(width, height)),
    }
    if "coin" in unsaid.scale.objects_px:
        known = scale_by_object(unsaid.scale, COIN_NAME)
        weighings["coin, found"] = weigh_outlines(outlines, [food], known)
    if plate and unsaid.scale.rim_px is not None:
        true = RED_PLATE_CM if is_red(image, plate) else WHITE_PLATE_CM
        weighings["plate, stated"] = weigh_outlines(outlines, [food], scale_by_plate(unsaid.scale, true))
    return {name: weighing.portions[0] for name, weighing in weighings.items()}


def is_red(image: Image, plate: Plate) -> bool:
    """Whether the plate's border is red: the median a* of a ring inside the rim is far from grey."""
    ring = np.zeros(image.shape[:2], np.uint8)
    for share, value in ((0.97, 1), (0.8, 0)):
        axes = (2 * share * plate.semi_major, 2 * share * plate.semi_minor)
        cv2.ellipse(ring, (plate.center, axes, plate.angle_deg), value, cv2.FILLED)
    return float(np.median(cv2.cvtColor(image, cv2.COLOR_RGB2Lab)[ring > 0][:, 1])) > 150


def split(samples: list[Sample]) -> tuple[list[Sample], list[Sample]]:
    """Two halves by turns within each food, so that no item is in both."""
    items: dict[str, list[str]] = defaultdict(list)
    for sample in samples:
        if sample.item not in items[sample.food.label]:
            items[sample.food.label].append(sample.item)
    first = {item for names in items.values() for item in names[::2]}
    return [s for s in samples if s.item in first], [s for s in samples if s.item not in first]


def print_shapes(samples: list[Sample]) -> None:
    """Medians of true over computed volume, and the standard deviation of its logarithm.

    By the median absolute deviation, 1 / 1.4826 of it in a normal distribution, as some coins' boxes are
    wrong.
    """
    ratios: dict[str, list[float]] = defaultdict(list)
    for sample in samples:
        scale = sample.coin_cm_per_px
        volume = SHAPES[sample.food.shape].volume(
            sample.outline.area * scale**2, sample.outline.inradius * scale
        )
        for key in (sample.food.shape, f"{sample.food.shape}: {sample.food.label}"):
            ratios[key].append(float(np.log(sample.volume_cm3 / volume)))
    print("True over computed volume, first half of the items\n")
    print("| shape | photos | factor | log spread |\n| --- | --- | --- | --- |")
    for name, logs in sorted(ratios.items()):
        middle = np.median(logs)
        spread = 1.4826 * np.median(np.abs(np.array(logs) - middle))
        print(f"| {name} | {len(logs)} | {np.exp(middle):.2f} | {spread:.2f} |")


def print_errors(samples: list[Sample]) -> None:
    """Mean errors, how often the 80 % range holds the truth and how often one piece is counted as one."""
    print(
        "| scale from | photos | volume error | mass error | median | true over estimated mass "
        "| truth in range | high/low | counted right | wrong |"
    )
    print("| --- " * 10 + "|")
    for name in WAYS:
        rows = [(s, s.portions[name]) for s in samples if name in s.portions]
        volume = [abs(p.volume_cm3.value / s.volume_cm3 - 1) for s, p in rows]
        mass = [abs(p.mass_g.value / s.mass_g - 1) for s, p in rows]
        held = [p.mass_g.low <= s.mass_g <= p.mass_g.high for s, p in rows]
        factor = float(np.median([s.mass_g / p.mass_g.value for s, p in rows]))
        width = float(np.median([p.mass_g.high / p.mass_g.low for _, p in rows]))
        single = [p.count for s, p in rows if s.food.piece_g is not None and s.food.label != BUNCH]
        right, wrong = (np.mean([n == 1 for n in single]), np.mean([n not in (1, None) for n in single]))
        print(
            f"| {name} | {len(rows)} | {np.mean(volume):.0%} | {np.mean(mass):.0%} | {np.median(mass):.0%} "
            f"| {factor:.2f} | {np.mean(held):.0%} | {width:.1f} | {right:.0%} | {wrong:.0%} |"
        )


if __name__ == "__main__":
    main()
