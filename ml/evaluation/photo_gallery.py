"""What the shipped models make of a folder of photos: `python -m ml.evaluation.photo_gallery photos=FOLDER`.

Draws each photo with the outlines of what is found, titled by its file's name and by what is said of it, as
a picture for the model cards. Nothing is chosen: what goes wrong is seen beside what is right.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from textwrap import fill, wrap

import hydra
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from omegaconf import DictConfig

from ml.evaluation.embedded_detector import embedded_detector
from ml.photo_files import photos_in, read_upright
from ml.types import FoodItem, Image

INCHES = 2.1
"""Of a tile's side."""
WIDTH = 36
"""Letters in a line of text above a tile."""


def draw(axes: Axes, title: str, photo: Image, items: Sequence[FoodItem]) -> None:
    """A tile: the photo, an outline for each food, what it shows, and what is said of it."""
    axes.imshow(photo)
    for k, item in enumerate(items):
        if item.mask is not None:
            axes.contour(item.mask, levels=[0.5], colors=[colormaps["Set1"](k % 9)], linewidths=1.2)
    said = wrap(", ".join(f"{item.label} {item.confidence:.0%}" for item in items) or "no food found", WIDTH)
    axes.set_title(fill(title.replace("-", " "), WIDTH), fontsize=7, fontweight="bold", pad=2 + 8 * len(said))
    axes.text(0.5, 1.02, "\n".join(said), fontsize=6, ha="center", va="bottom", transform=axes.transAxes)
    axes.axis("off")


@hydra.main(version_base=None, config_path="conf", config_name="photo_gallery")
def main(config: DictConfig) -> None:
    """Draw the photos of the folder in the order of their names."""
    detector = embedded_detector(config.segmenter, config.recognizer, config.foods, config.device)
    paths = photos_in(Path(config.photos))
    rows = math.ceil(len(paths) / config.columns)
    figure = Figure((config.columns * INCHES, rows * INCHES), layout="constrained")
    tiles = figure.subplots(rows, config.columns, squeeze=False).flat
    for path, axes in zip(paths, tiles, strict=False):
        photo = read_upright(path, config.longest_side)
        draw(axes, path.stem, photo, detector.detect(photo).items)
    for axes in tiles:  # those without a photo
        axes.axis("off")
    figure.savefig(config.output, dpi=120, pil_kwargs={"quality": 80, "optimize": True})


if __name__ == "__main__":
    main()
