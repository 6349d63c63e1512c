"""How many coins and cards are found: `python -m ml.evaluation.objects DATA`.

Recall is over photos of ECUSTFD from above, which hold a coin each: a coin is found when its size lies within
15 % of its box's. False finds are counted there as well, with the coin painted out, and over photos of home
meals without any (meal_masks).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np

from ml.data.ecustfd import COIN, read_boxes
from ml.data.photos import read_image
from ml.portion.objects import find_objects
from ml.portion.plate import find_plate
from ml.types import Box, Image, Mask

NEAR = 0.15


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the folder of datasets")
    parser.add_argument("--every", type=int, default=5, help="look at one in so many photos of ECUSTFD")
    arguments = parser.parse_args()
    print("| photos | number | coin found | of a wrong size | card found |\n| --- | --- | --- | --- | --- |")
    print_ecustfd(arguments.data / "ecustfd", arguments.every)
    print_meals(arguments.data / "meal_masks")


def print_ecustfd(data: Path, every: int) -> None:
    boxes = {name: rows for name, rows in sorted(read_boxes(data).items()) if f"{rows[0][0]}T" in name}
    photos = [
        (read_image(data / "images" / name), rows)
        for name, rows in list(boxes.items())[::every]
        if sum(label == COIN for _, label, _ in rows) == 1
    ]
    found = wrong = cards = false = false_cards = 0
    for image, rows in photos:
        [coin] = [box for _, label, box in rows if label == COIN]
        masks = [ellipse(image, box) for _, label, box in rows if label != COIN]
        sizes = look(image, masks)
        true = (coin[2] - coin[0] + coin[3] - coin[1]) / 2
        right = "coin" in sizes and abs(sizes["coin"] / true - 1) < NEAR
        found += right
        wrong += "coin" in sizes and not right
        cards += "card" in sizes
        without = look(paint_out(image, coin), masks)
        false += "coin" in without
        false_cards += "card" in without
    count = len(photos)
    print(
        f"| ECUSTFD from above | {count} | {found / count:.0%} | {wrong / count:.1%} | {cards / count:.1%} |"
    )
    print(f"| the same, coin painted out | {count} | - | {false / count:.1%} | {false_cards / count:.1%} |")


def print_meals(data: Path) -> None:
    sizes = []
    for path in sorted((data / "images").iterdir()):
        image = read_image(path)
        mask = cv2.imread(str(data / "masks" / f"{path.stem}.png"), cv2.IMREAD_GRAYSCALE)
        sizes.append(look(image, [] if mask is None else [mask > 0]))
    count = len(sizes)
    coins, cards = (sum(kind in found for found in sizes) for kind in ("coin", "card"))
    print(f"| home meals without coin or card | {count} | - | {coins / count:.1%} | {cards / count:.1%} |")


def look(image: Image, masks: list[Mask]) -> dict[str, float]:
    """Objects found as in an analysis, with the tilt of the plate's rim if there is one."""
    plate = find_plate(image, masks)
    return find_objects(image, masks, plate.tilt_deg if plate else None)


def ellipse(image: Image, box: Box) -> Mask:
    """The ellipse in a box, for a food's mask."""
    x0, y0, x1, y1 = box
    center, axes = ((x0 + x1) / 2, (y0 + y1) / 2), (x1 - x0, y1 - y0)
    return cv2.ellipse(np.zeros(image.shape[:2], np.uint8), (center, axes, 0), 1, cv2.FILLED) > 0


def paint_out(image: Image, box: Box) -> Image:
    """The photo without what is in the box (Telea 2004)."""
    x0, y0, x1, y1 = box
    mask = np.zeros(image.shape[:2], np.uint8)
    mask[max(0, y0 - 6) : y1 + 6, max(0, x0 - 6) : x1 + 6] = 1
    return np.asarray(cv2.inpaint(image, mask, 5, cv2.INPAINT_TELEA), np.uint8)


if __name__ == "__main__":
    main()
