"""Finding and reading the photos in a folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import PIL.Image
import PIL.ImageOps
import pillow_heif

from ml.types import Image

SUFFIXES = {".avif", ".heic", ".heif", ".jpeg", ".jpg", ".png", ".webp"}
LONGEST_SIDE = 1600
"""Pixels to which larger photos are scaled down where nothing else is asked for."""

pillow_heif.register_heif_opener()


def photos_in(folder: Path) -> list[Path]:
    """The photos right in a folder, by name."""
    return sorted(path for path in folder.glob("*") if path.suffix.lower() in SUFFIXES)


def read_upright(path: Path, longest_side: int = LONGEST_SIDE) -> Image:
    """A photo, upright, HxWx3 uint8 RGB, scaled down to at most `longest_side` pixels.

    Raises `OSError`, `ValueError` or `PIL.Image.DecompressionBombError`.
    """
    with PIL.Image.open(path) as photo:
        upright = PIL.ImageOps.exif_transpose(photo).convert("RGB")
    upright.thumbnail((longest_side, longest_side))
    return np.array(upright)
