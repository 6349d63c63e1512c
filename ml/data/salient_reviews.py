"""Keep what a review found right: `python -m ml.data.salient_reviews CANDIDATES OUTLINES REVIEW.csv …`.

CANDIDATES is what `ml.data.salient` wrote. A row of a review, without a header, is the number of a photo;
what its left outline follows: F the food alone, D food with its plate or bowl as one, T a thing that is no
food, X none of these; what its right outline follows: F or X; and 1 if all food in the photo is inside.
OUTLINES gets the photos as `outlines.py` reads them; those of sources that the recognizer is not trained on
are held out.
"""

from __future__ import annotations

import argparse
import csv
import shutil
from collections.abc import Sequence
from pathlib import Path

from ml.data.outlines import COLUMNS
from ml.data.photos import components, read_levels, read_masks, write_masks
from ml.data.tables import read_rows
from ml.types import Mask

LEAST = 20
"""Pixels of a vessel that food leaves to be seen."""

Labels = tuple[list[Mask], list[str], bool]
"""Masks (bool HxW), what each is, and whether all food is outlined."""


def labels_of(left: str, right: str, is_all: bool, wholes: Sequence[Mask], food: Mask) -> Labels | None:
    """What a review makes of the outlines of a photo; None where nothing is right."""
    if left == "F":
        return list(wholes), ["food"] * len(wholes), is_all
    if right == "F":
        foods = components(food, min_area=1)
        vessels = [whole & ~food for whole in wholes] if left == "D" else []
        vessels = [vessel for vessel in vessels if vessel.sum() >= LEAST]
        return [*vessels, *foods], ["vessel"] * len(vessels) + ["food"] * len(foods), is_all
    if left in ("D", "T"):
        return list(wholes), ["dish" if left == "D" else "thing"] * len(wholes), False
    return None


def keep_reviewed(candidates: Path, outlines: Path, reviews: Sequence[Path]) -> int:
    """Write the photos that are right, and `outlines.csv`; returns how many.

    Raises:
        FileExistsError: if there is an `outlines.csv` already.
        KeyError: if a review names a number that is no candidate's.
    """
    proposed = {row["number"]: row for row in read_rows(candidates / "candidates.csv")}
    outlines.mkdir(parents=True, exist_ok=True)
    kept = 0
    with (outlines / "outlines.csv").open("x", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for number, left, right, is_all in _rows(reviews):
            row = proposed[number]
            name = row["name"]
            wholes = read_masks(candidates / f"{name}.whole.png")
            food = read_levels(candidates / f"{name}.food.png") > 0
            labels = labels_of(left, right, is_all == "1", wholes, food)
            if labels is None:
                continue
            masks, kinds, complete = labels
            write_masks(outlines / f"{name}.png", masks)
            shutil.copy(candidates / f"{name}.jpg", outlines / f"{name}.jpg")
            table.writerow(
                [f"{name}.jpg", f"{name}.png", row["source"], " ".join(kinds), int(complete), row["left_out"]]
            )
            kept += 1
    return kept


def _rows(reviews: Sequence[Path]) -> list[list[str]]:
    rows: list[list[str]] = []
    for review in reviews:
        with review.open(encoding="utf-8", newline="") as file:
            rows += [row for row in csv.reader(file) if row]
    return rows


def main() -> None:
    """Keep what the reviews on the command line found right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("candidates", type=Path)
    parser.add_argument("outlines", type=Path)
    parser.add_argument("reviews", type=Path, nargs="+")
    arguments = parser.parse_args()
    kept = keep_reviewed(arguments.candidates, arguments.outlines, arguments.reviews)
    print(f"{kept} photos")


if __name__ == "__main__":
    main()
