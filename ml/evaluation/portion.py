"""How far volumes and weights are off on ECUSTFD: `python -m ml.evaluation.portion DATA/ecustfd`.

Photos from above, true names, outlines by GrabCut. Items are split by turns within each food: shapes are
judged on one half, errors on the other. The scale is known from the 25.0 mm coin, from the plate's rim with
its true diameter (white 20.7 cm, red 18.7 cm), from the rim taken as 26 cm, or from no object at all.
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from ml.data.ecustfd import COIN, read_boxes
from ml.data.ecustfd import outline as cut_out
from ml.data.photos import read_image
from ml.nutrition.foods import FoodTable
from ml.portion.estimator import estimate_portions
from ml.portion.mass import measure, weigh
from ml.portion.plate import Plate, find_plate
from ml.portion.scale import log_interval, scale_from_view
from ml.portion.shapes import SHAPES, outline
from ml.types import Food, Image, Interval, Outline, Portion, Scale

FOODS = Path(__file__).parents[2] / "assets" / "nutrition" / "foods.csv"
NAMES = {"qiwi": "kiwi", "fired_dough_twist": "fried dough twist"}
COIN_CM = 2.5
COIN_SPREAD = 0.04
WHITE_PLATE_CM, RED_PLATE_CM = 20.7, 18.7
ASSUMED_PLATE_CM = 26.0


@dataclass(frozen=True)
class Sample:
    """One food in one photo: how it was outlined, what it weighs, what each scale makes of it."""

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
    parser.add_argument("--photos", type=int, default=3, help="photos an item")
    parser.add_argument("--foods", type=Path, default=FOODS)
    arguments = parser.parse_args()
    samples = load(arguments.data, FoodTable(arguments.foods), arguments.photos)
    fitted, tested = split(samples)
    print_shapes(fitted)
    print_errors(tested)


def load(data: Path, foods: FoodTable, photos: int) -> list[Sample]:
    """The first `photos` photos from above of every weighed item that GrabCut can outline beside a coin."""
    with (data / "weights.csv").open() as file:
        weights = {row["item"]: row for row in csv.DictReader(file)}
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
        mask = cut_out(image, box)
        if mask is None:
            continue
        taken[item] += 1
        x0, y0, x1, y1 = coins[0]
        coin = COIN_CM / ((x1 - x0 + y1 - y0) / 2)
        row = weights[item]
        samples.append(
            Sample(
                item=item,
                food=food,
                outline=outline(mask),
                coin_cm_per_px=coin,
                volume_cm3=float(row["volume_cm3"]),
                mass_g=float(row["weight_g"]),
                portions=portions(image, mask, food, coin),
            )
        )
    return samples


def portions(image: Image, mask: np.ndarray, food: Food, coin: float) -> dict[str, Portion]:
    """What each way to know the scale makes of one food."""
    plate = find_plate(image, [mask])
    tilt = plate.tilt_deg if plate else 0.0
    outlines = [outline(mask)]
    known = Scale(log_interval(coin, COIN_SPREAD), "the coin", tilt)
    blind = scale_from_view(image.shape[1], image.shape[0])
    result = {
        "coin": weigh(measure(outlines, [food], known)),
        "no object": weigh(measure(outlines, [food], blind)),
    }
    if plate:
        true = RED_PLATE_CM if is_red(image, plate) else WHITE_PLATE_CM
        result["rim, stated"] = estimate_portions(image, [mask], [food], true, stated=True)
        result["rim, 26 cm"] = estimate_portions(image, [mask], [food], ASSUMED_PLATE_CM)
    return {name: weighing.portions[0] for name, weighing in result.items()}


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
    """Medians of true over computed volume, and their spread; robust, as some coins' boxes are wrong."""
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
    """Errors and how often the range holds the truth, second half of the items."""
    print("\nErrors on the other half of the items\n")
    print(
        "| scale from | photos | volume error | mass error | median | truth in mass range | range high/low |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name in ("coin", "rim, stated", "rim, 26 cm", "no object"):
        rows = [(s, s.portions[name]) for s in samples if name in s.portions]
        volume = [abs(p.volume_cm3.value / s.volume_cm3 - 1) for s, p in rows]
        mass = [abs(p.mass_g.value / s.mass_g - 1) for s, p in rows]
        held = [holds(p.mass_g, s.mass_g) for s, p in rows]
        width = float(np.median([p.mass_g.high / p.mass_g.low for _, p in rows]))
        print(
            f"| {name} | {len(rows)} | {np.mean(volume):.0%} | {np.mean(mass):.0%} | {np.median(mass):.0%} "
            f"| {np.mean(held):.0%} | {width:.1f} |"
        )


def holds(interval: Interval, truth: float) -> bool:
    """Whether the truth lies within the range."""
    return interval.low <= truth <= interval.high


if __name__ == "__main__":
    main()
