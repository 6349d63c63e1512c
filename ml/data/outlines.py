"""Real photos with outlines of what is in them, gathered in one folder.

`outlines.csv` there has a row a photo: `photo` and `labels`, the paths in the folder of the photo and of its
label map; `source`, whose it is; `kinds`, a word for each label in turn: "food", "vessel" (and what it
holds), "thing" (no food), "dish" (food and its plate, outlined as one) or "object" (nobody said whether it is
food); `complete`, 1 where all food is outlined; `held_out`, 1 where it is only measured on.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ml.data.photos import OutlinedPhoto, fill_holes, read_levels
from ml.data.tables import read_rows
from ml.types import Mask

COLUMNS = ("photo", "labels", "source", "kinds", "complete", "held_out")


@dataclass(frozen=True)
class SharedPhoto(OutlinedPhoto):
    """Someone's photo: `kinds` says of each label what it is; not all food is outlined unless `complete`.

    `foods` is the label map of all kinds.
    """

    kinds: tuple[str, ...] = ()
    complete: bool = True

    def masks(self, kind: str) -> list[Mask]:
        """The bool HxW masks of one kind; a vessel's is without holes, as food covers some of it."""
        levels = read_levels(self.foods)
        masks = [levels == k for k, what in enumerate(self.kinds, start=1) if what == kind]
        return [fill_holes(mask) for mask in masks] if kind == "vessel" else masks

    def unknown(self) -> Mask:
        """Where nobody said whether there is food, bool HxW."""
        told = {"food", "thing"} | ({"vessel", "background"} if self.complete else set())
        known = np.array([kind in told for kind in ("background", *self.kinds)])
        return ~known[read_levels(self.foods)]

    @property
    def has_food(self) -> bool:
        """Whether a food is outlined."""
        return "food" in self.kinds


def read_outlines(folder: Path) -> tuple[list[SharedPhoto], list[SharedPhoto]]:
    """The photos in a folder to train and to measure on; `group` is whose they are."""
    parts: tuple[list[SharedPhoto], list[SharedPhoto]] = ([], [])
    for row in read_rows(folder / "outlines.csv"):
        photo = SharedPhoto(
            folder / row["photo"],
            folder / row["labels"],
            group=row["source"],
            kinds=tuple(row["kinds"].split()),
            complete=row["complete"] == "1",
        )
        parts[row["held_out"] == "1"].append(photo)
    return parts
