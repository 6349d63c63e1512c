"""Outline what people's photos show: `python -m ml.data.salient PHOTOS ISNET.onnx OUTLINES`.

PHOTOS is what `ml.data.titled_index` gathered, ISNET.onnx a model for dichotomous segmentation (ISNet, Qin et
al. 2022, arXiv:2203.03041) with square input. It marks the one thing that a photo is of, with the plate if it
lies on one; so only foods are taken that are mostly photographed without one (`BARE`), and things that are no
food. OUTLINES gets those whose outline is clear, as `ml/data/outlines.py` reads them. Needs onnxruntime.
"""

from __future__ import annotations

import argparse
import csv
import shutil
from collections import Counter
from hashlib import sha256
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.data.crops import FOODS
from ml.data.outlines import COLUMNS
from ml.data.photos import components, read_image, write_masks
from ml.data.titled import TitledPhoto, read_titled
from ml.data.titles import TitleReader
from ml.nutrition.foods import FoodTable
from ml.types import NOT_FOOD, Image, Mask

BARE = {"sphere", "ellipsoid", "cylinder", "wedge", "slab", "sheet", "leafy"}
"""Shapes of foods that are more often photographed alone than on a plate or in a bowl."""
MEAN, SCALE = 128.0, 256.0
"""What the model's input is normalized by."""
DOUBT = 0.12
"""Pixels neither surely in nor surely out, as a share of the outline, up to which it is clear."""
LEAST, MOST = 0.04, 0.7
"""Share of the photo that the thing covers."""
CUT = 0.08
"""Share of the photo's border that it may cover."""
PART = 0.01
"""Share of the photo from which on a part is a thing; all such make up nearly all of the outline."""
THINGS = 60
"""Photos of things that are no food, for each of one food."""


def clear_outline(likely: NDArray[np.float32]) -> list[Mask] | None:
    """The parts (bool HxW) of a probability map that shows things clearly and whole, else None."""
    mask = likely > 0.5
    area = mask.mean()
    if not LEAST < area < MOST:
        return None
    doubt = ((likely > 0.1) & (likely < 0.9)).mean() / area
    border = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]]).mean()
    parts = components(mask, min_area=int(PART * mask.size))
    whole = sum(part.sum() for part in parts) > 0.95 * mask.sum()
    return parts if parts and whole and doubt < DOUBT and border < CUT else None


class Salient:
    """ISNet: how likely each pixel belongs to the thing that a photo is of."""

    def __init__(self, model: Path, side: int, threads: int) -> None:
        import onnxruntime  # noqa: PLC0415 - only needed here

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(str(model), options)
        self._side = side

    def __call__(self, image: Image) -> NDArray[np.float32]:
        """float32 HxW in 0..1 for HxWx3 uint8 RGB."""
        square = cv2.resize(image, (self._side, self._side), interpolation=cv2.INTER_AREA).astype(np.float32)
        pixels = ((square - MEAN) / SCALE).transpose(2, 0, 1)[None]
        (likely, *_) = self._session.run(None, {"input": pixels})
        return np.asarray(cv2.resize(likely[0, 0], image.shape[1::-1]), np.float32)


def outline(photos: Path, salient: Salient, outlines: Path, most: int) -> None:
    """Write the outlines of up to `most` photos of each food, and of things, and `outlines.csv`.

    Raises FileExistsError where there is one already.
    """
    foods = FoodTable(FOODS)
    titled = sorted(read_titled(photos, TitleReader(foods)), key=_shuffled)
    taken: Counter[str] = Counter()
    outlines.mkdir(parents=True, exist_ok=True)
    with (outlines / "outlines.csv").open("x", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for photo in titled:
            food = foods.get(photo.food)
            wanted = most * THINGS if photo.food == NOT_FOOD else most * bool(food and food.shape in BARE)
            if taken[photo.food] >= wanted:
                continue
            if parts := clear_outline(salient(read_image(photo.path))):
                taken[photo.food] += 1
                name = f"{photo.path.parent.name}/{photo.path.stem}"
                write_masks(outlines / f"{name}.png", parts)
                shutil.copy(photo.path, outlines / f"{name}.jpg")
                kind = "thing" if photo.food == NOT_FOOD else "food"
                kinds, left_out = " ".join([kind] * len(parts)), int(photo.left_out)
                table.writerow([f"{name}.jpg", f"{name}.png", photo.source, kinds, 1, left_out])
                file.flush()


def _shuffled(photo: TitledPhoto) -> bytes:
    """An order that is random and always the same."""
    return sha256(f"{photo.path.name}{photo.source}".encode()).digest()


def main() -> None:
    """Outline the photos that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("outlines", type=Path)
    parser.add_argument("--side", type=int, default=1024, help="pixels of the model's input")
    parser.add_argument("--most", type=int, default=12, help="photos of each food")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    salient = Salient(arguments.model, arguments.side, arguments.threads)
    outline(arguments.photos, salient, arguments.outlines, arguments.most)


if __name__ == "__main__":
    main()
