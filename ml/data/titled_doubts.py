"""Sets aside the photos whose titles a recognizer doubts: `python -m ml.data.titled_doubts PHOTOS WEIGHTS`.

A title may name what is not to be seen (`titled.py`). Where a recognizer finds many foods likelier than the
one that a title names, the title is nearly always wrong, even though the recognizer learnt from it. Such rows
move from `photos.csv` to `doubts.csv` beside it; photos that are held out stay, so that measures do not get
better by it.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import torch

from ml.data.crops import FOODS
from ml.data.photos import read_image
from ml.data.tables import read_rows
from ml.data.titled import held_out
from ml.data.titles import TitleReader
from ml.nutrition.foods import FoodTable
from ml.recognition.embedded import EmbeddedRecognizer
from ml.recognition.naming import lineage
from ml.types import NOT_FOOD

LIKELIER, LIKELIER_THAN_RARE = 20, 60
"""So many foods found likelier raise a doubt; more for foods with fewer than `RARE` photos, of which it
learnt little."""

RARE = 30
SIZE = 144
"""Pixels at which the recognizer looks, for speed."""
CHUNK = 256


def likelier(scores: torch.Tensor, food: str, labels: Sequence[str], parents: Mapping[str, str]) -> int:
    """How many labels score higher (float32 (L,)) than the food, its parents and its varieties."""
    line = lineage(food, parents)
    kin = [i for i, label in enumerate(labels) if label in line or food in lineage(label, parents)]
    return int((scores > scores[kin].max()).sum()) if kin else 0


def set_aside(folder: Path, recognizer: EmbeddedRecognizer, foods: FoodTable) -> int:
    """Move the doubtful rows of the photos in `folder`; returns how many these are."""
    recognizer.config = replace(recognizer.config, input_size=SIZE)
    labels, reader = recognizer.config.labels, TitleReader(foods)
    rows = read_rows(folder / "photos.csv")
    learnt = [
        (row["file"], food)
        for row in rows
        if not held_out(row["source"], row["file"])
        and (food := reader.read(row["title"]))
        and food != NOT_FOOD
    ]
    photos_of = Counter(food for _, food in learnt)
    doubts: set[str] = set()
    for start in range(0, len(learnt), CHUNK):
        part = learnt[start : start + CHUNK]
        scores = recognizer.logits(recognizer.features([read_image(folder / file) for file, _ in part]))
        for (file, food), of_photo in zip(part, scores, strict=True):
            most = LIKELIER if photos_of[food] >= RARE else LIKELIER_THAN_RARE
            if likelier(of_photo, food, labels, foods.parents) >= most:
                doubts.add(file)
    kept = [row for row in rows if row["file"] not in doubts]
    aside = [row for row in rows if row["file"] in doubts]
    earlier = folder / "doubts.csv"
    if earlier.exists():
        aside = [*read_rows(earlier), *aside]
    for path, some in ((earlier, aside), (folder / "photos.csv", kept)):
        with path.open("w", encoding="utf-8", newline="") as output:
            writer = csv.DictWriter(output, ("source", "title", "file"))
            writer.writeheader()
            writer.writerows(some)
    return len(doubts)


def main() -> None:
    """Set aside what the recognizer of the command line doubts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", type=Path)
    parser.add_argument("weights", type=Path)
    arguments = parser.parse_args()
    recognizer = EmbeddedRecognizer(arguments.weights)
    print(set_aside(arguments.photos, recognizer, FoodTable(FOODS)), "photos set aside")


if __name__ == "__main__":
    main()
