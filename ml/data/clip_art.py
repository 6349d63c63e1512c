"""Pictures without food from Open Clip Art (public domain, Debian's package `openclipart-png`).

`python -m ml.data.clip_art SOURCE OUTPUT` lays 1,500 of its drawings on plain and drawn grounds, for the
recognizer's `not_food` folder.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import numpy as np
import PIL.Image
from numpy.random import Generator

from ml.data.scenes.backgrounds import background, random_color
from ml.types import Image

CATEGORIES = (
    "animals", "buildings", "containers", "decorations", "education", "electronics", "office", "people",
    "recreation", "science", "tools", "transportation",
)  # fmt: skip
"""Folders of the package whose drawings show things; the others hold icons, signs and food."""

FOOD = re.compile(
    "apple|banana|beer|berr|bread|breakfast|burger|cake|candy|carrot|cherr|chicken|coffee|cook|corn|drink|egg"
    "|fish|food|fruit|grape|ham|ice_?cream|juice|lemon|lunch|meat|milk|mushroom|nut|orange|pear|pepper|pie|pizza"
    "|potato|pumpkin|restaurant|rice|sandwich|shrimp|soup|tea|tomato|turkey|vegetable|wine"
)
"""A drawing goes whose path holds one of these: what it shows may be food."""

LARGEST = 1_000_000
"""Bytes; the few larger files hold hundreds of megapixels."""


def find_drawings(source: Path) -> list[Path]:
    """The PNG files of `CATEGORIES` under `source` whose names don't speak of food, sorted."""
    paths = (path for category in CATEGORIES for path in (source / category).rglob("*.png"))
    named = (path for path in paths if not FOOD.search(str(path.relative_to(source)).lower()))
    return sorted(path for path in named if path.stat().st_size < LARGEST)


def lay(drawing: PIL.Image.Image, rng: Generator, size: int) -> Image:
    """The drawing (RGBA) filling most of a `size` x `size` picture (uint8 RGB), which has some ground."""
    if rng.random() < 0.5:
        ground = np.full((size, size, 3), random_color(rng, 120, 255), np.float32)
    else:
        ground = background(rng, size)
    picture = PIL.Image.fromarray(ground.clip(0, 255).astype(np.uint8))
    extent = int(size * rng.uniform(0.6, 1))
    drawing.thumbnail((extent, extent))
    x, y = (int(rng.integers(0, size - side + 1)) for side in drawing.size)
    picture.paste(drawing, (x, y), drawing)
    return np.asarray(picture)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="the package's folder png")
    parser.add_argument("output", type=Path)
    parser.add_argument("--pictures", type=int, default=1500)
    arguments = parser.parse_args()
    rng = np.random.default_rng(0)
    drawings = find_drawings(arguments.source)
    arguments.output.mkdir(parents=True, exist_ok=True)
    for number, k in enumerate(rng.permutation(len(drawings))[: arguments.pictures]):
        with PIL.Image.open(drawings[k]) as drawing:
            picture = lay(drawing.convert("RGBA"), rng, size=160)
        PIL.Image.fromarray(picture).save(arguments.output / f"{number:04}.jpg", quality=90)
    print(f"{len(list(arguments.output.iterdir()))} pictures in {arguments.output}")


if __name__ == "__main__":
    main()
