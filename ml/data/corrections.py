"""What people corrected on the page and saved as a file for training: labelled crops of their photos.

Each line of the file is a JSON object: `label`, `bbox` [x0, y0, x1, y1], `mask` (COCO's compressed run-length
encoding), `candidates`, `named_by`, `outlined_by`, `versions` (of the models that were corrected), `image`
(`width`, `height`, and `key`, a SHA-256 that names the photo) and `photo`, null or the upright photo as a
data URL. Files may be appended to each other.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import PIL.Image

from ml.data.crops import FOODS, Crop, PixelBox, labels
from ml.errors import NoonError
from ml.nutrition.foods import FoodTable
from ml.recognition.crops import with_margin
from ml.recognition.naming import lineage

SOURCE = "corrections"
KEY = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class _Correction:
    label: str
    box: PixelBox
    is_named: bool
    key: str
    width: int
    photo: bytes | None

    @classmethod
    def read(cls, line: str) -> _Correction:
        """Raises `ValueError`, `KeyError` or `TypeError` for what is no correction."""
        row = json.loads(line)
        x0, y0, x1, y1 = map(float, row["bbox"])
        key, width = row["image"]["key"], int(row["image"]["width"])
        if not KEY.fullmatch(key) or not (0 <= x0 < x1 <= width and 0 <= y0 < y1):
            raise ValueError
        photo = row["photo"] and base64.b64decode(row["photo"].partition(",")[2], validate=True)
        return cls(str(row["label"]), (x0, y0, x1, y1), row["named_by"] == "person", key, width, photo)


def read_corrections(path: Path) -> list[Crop]:
    """The foods that people named, cut out as the detector does, as far as their photos are there.

    A photo that is in the file is written beside it as KEY.jpg, where one that isn't may have been put. A
    name that is no label counts as the narrowest broader food that is one, or else is left out. Raises
    `NoonError` for a line that is no correction.
    """
    corrections = list(_read(path))
    photos = {correction.key: path.with_name(f"{correction.key}.jpg") for correction in corrections}
    for correction in corrections:
        if correction.photo and not photos[correction.key].exists():
            photos[correction.key].write_bytes(correction.photo)
    parents, crops = FoodTable(FOODS).parents, []
    for correction in corrections:
        photo = photos[correction.key]
        label = next((name for name in lineage(correction.label, parents) if name in labels()), None)
        if correction.is_named and label and photo.exists():
            crops.append(Crop(SOURCE, label, photo, _crop_box(correction, photo)))
    return crops


def _read(path: Path) -> Iterator[_Correction]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            yield _Correction.read(line)
        except (ValueError, KeyError, TypeError):
            raise NoonError(f"Line {number} of {path.name} is no correction as Noon saves them.") from None


def _crop_box(correction: _Correction, photo: Path) -> PixelBox:
    """The food's box with its margin, in pixels of the photo, which may be larger than what was analysed."""
    with PIL.Image.open(photo) as picture:
        scale = picture.width / correction.width
    x0, y0, x1, y1 = correction.box
    return with_margin((x0 * scale, y0 * scale, x1 * scale, y1 * scale))
