"""Outline what people's photos show, for a review by eye.

`python -m ml.data.salient PHOTOS ISNET.onnx SEGMENTER CANDIDATES`

PHOTOS is what `ml.data.titled_index` gathered, ISNET.onnx a model for dichotomous segmentation (ISNet, Qin et
al. 2022, arXiv:2203.03041) with square input, SEGMENTER the folder of an embedded segmenter. ISNet marks the
one thing that a photo is of, mostly with the plate that it lies on; inside that, the segmenter's food map and
GrabCut look for the food alone (`trimming.py`). CANDIDATES gets the photos whose outline is clear, with both
outlines, and contact sheets of them; `ml.data.salient_reviews` keeps those that a person found right. Needs
onnxruntime.
"""

from __future__ import annotations

import argparse
import csv
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.data.crops import FOODS
from ml.data.photos import components, read_image, write_masks
from ml.data.salient_sheets import pair, write_sheets
from ml.data.titled import TitledPhoto, in_turn, read_titled
from ml.data.titles import TitleReader
from ml.data.trimming import trim_to_food
from ml.nutrition.foods import FoodTable
from ml.segmentation.embedded import EmbeddedSegmenter
from ml.types import NOT_FOOD, Image, Mask

COLUMNS = ("number", "name", "source", "left_out")
BARE = {"sphere", "ellipsoid", "cylinder", "wedge", "slab", "sheet", "leafy"}
"""Shapes of foods that are more often photographed alone than on a plate or in a bowl; they come first."""
MEAN, SCALE = 128.0, 256.0
"""What the model's input is normalized by."""
DOUBT = 0.16
"""Pixels neither surely in nor surely out, as a share of the outline, up to which it is clear."""
LEAST, MOST = 0.03, 0.75
"""Share of the photo that the thing covers."""
CUT = 0.12
"""Share of the photo's border that it may cover."""
PART = 0.008
"""Share of the photo from which on a part is a thing; all such make up nearly all of the outline."""
PARTS = 9
"""So many things at most."""


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
    return parts if whole and 1 <= len(parts) <= PARTS and doubt < DOUBT and border < CUT else None


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


def to_try(photos: Iterable[TitledPhoto], foods: FoodTable, tries: int) -> list[TitledPhoto]:
    """Up to `tries` photos of food of every source, one of each in turn, bare foods first."""
    of_food = [photo for photo in photos if photo.food != NOT_FOOD]
    return in_turn(sorted(of_food, key=lambda photo: (not _is_bare(photo, foods), _shuffled(photo))), tries)


def clear(
    photos: Iterable[TitledPhoto], salient: Callable[[Image], NDArray[np.float32]], most: int
) -> Iterator[tuple[TitledPhoto, Image, list[Mask]]]:
    """Up to `most` photos of every source whose outline is clear, with their pixels and its parts."""
    taken: Counter[str] = Counter()
    for photo in photos:
        if taken[photo.source] < most:
            image = read_image(photo.path)
            if parts := clear_outline(salient(image)):
                taken[photo.source] += 1
                yield photo, image, parts


def propose(
    photos: Iterable[TitledPhoto],
    salient: Callable[[Image], NDArray[np.float32]],
    segmenter: EmbeddedSegmenter,
    folder: Path,
    most: int,
) -> None:
    """Write up to `most` photos of every source, with a `.whole.png` of what ISNet marks and a `.food.png`.

    Raises FileExistsError where `folder` has candidates already.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "candidates.csv").open("x", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)

        def written() -> Iterator[Image]:
            for number, (photo, image, parts) in enumerate(clear(photos, salient, most)):
                whole = np.any(parts, axis=0)
                likely = segmenter.food_probability(segmenter.embed(image))
                food = trim_to_food(image, whole, cv2.resize(likely, image.shape[1::-1]))
                name = f"{photo.path.parent.name}/{photo.path.stem}"
                write_masks(folder / f"{name}.whole.png", parts)
                write_masks(folder / f"{name}.food.png", [food])
                shutil.copy(photo.path, folder / f"{name}.jpg")
                table.writerow([number, name, photo.source, int(photo.left_out)])
                file.flush()
                yield pair(number, image, whole, food)

        write_sheets(folder / "sheets", written())


def _is_bare(photo: TitledPhoto, foods: FoodTable) -> bool:
    food = foods.get(photo.food)
    return food is not None and food.shape in BARE


def _shuffled(photo: TitledPhoto) -> bytes:
    """An order that is random and always the same."""
    return sha256(f"{photo.path.name}{photo.source}".encode()).digest()


def main() -> None:
    """Outline the photos that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("segmenter", type=Path)
    parser.add_argument("candidates", type=Path)
    parser.add_argument("--side", type=int, default=768, help="pixels of the model's input")
    parser.add_argument("--most", type=int, default=6, help="photos of each source")
    parser.add_argument("--tries", type=int, default=14, help="photos of each source that are looked at")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    foods = FoodTable(FOODS)
    photos = to_try(read_titled(arguments.photos, TitleReader(foods)), foods, arguments.tries)
    salient = Salient(arguments.model, arguments.side, arguments.threads)
    propose(photos, salient, EmbeddedSegmenter(arguments.segmenter), arguments.candidates, arguments.most)


if __name__ == "__main__":
    main()
