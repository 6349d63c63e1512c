"""Render each scene to tests/meals."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
from numpy.random import Generator

from ml.data.examples import fruit, kitchen, table
from ml.data.examples.heightfield import Grid, HeightMap

FOLDER = Path(__file__).resolve().parents[3] / "tests" / "meals"
WIDTH, HEIGHT = 1024, 768
OVERSAMPLING = 2
GRAIN = 2.0
"""Standard deviation of the sensor's noise, in grey levels."""


def fruit_plate(scene: HeightMap, rng: Generator) -> None:
    """An orange, an apple and a banana on a plate."""
    table.wooden_table(scene, rng)
    table.plate(scene)
    fruit.orange(scene, rng, -4.9, -3.6)
    fruit.apple(scene, rng, 4.6, -4.2)
    fruit.banana(scene, rng, 0.4, 4.4, turn=0.1)


def breakfast(scene: HeightMap, rng: Generator) -> None:
    """A slice of bread and two eggs on a blue plate."""
    table.linen_table(scene, rng)
    table.plate(scene, glaze="#9db4ba")
    kitchen.bread(scene, rng, -4.4, 0.4, turn=0.25)
    kitchen.egg(scene, rng, 4.6, -4.4, turn=0.4)
    kitchen.egg(scene, rng, 4.9, 3.8, turn=-0.9)


def pizza(scene: HeightMap, rng: Generator) -> None:
    """A pizza on a dark plate."""
    table.wooden_table(scene, rng, light="#c9b08c", dark="#a0805a")
    table.plate(scene, radius=15.5, glaze="#30383d")
    kitchen.pizza(scene, rng, 0, 0)


def french_fries(scene: HeightMap, rng: Generator) -> None:
    """A heap of french fries on a dark plate."""
    table.wooden_table(scene, rng, light="#c9b08c", dark="#a0805a")
    table.plate(scene, glaze="#3c5a68")
    kitchen.french_fries(scene, rng, 0, 0)


SCENES: dict[str, tuple[Callable[[HeightMap, Generator], None], float]] = {
    "pizza": (pizza, 42.0),
    "breakfast": (breakfast, 36.0),
    "fruit": (fruit_plate, 36.0),
    "fries": (french_fries, 36.0),
}
"""Each scene by its file's name, with how many cm across the photo shows."""


def photograph(name: str) -> PIL.Image.Image:
    """The scene called `name` as an sRGB photo of `WIDTH` x `HEIGHT` pixels."""
    arrange, width_cm = SCENES[name]
    rng = np.random.default_rng(7)
    scene = HeightMap(Grid(WIDTH * OVERSAMPLING, HEIGHT * OVERSAMPLING, width_cm))
    arrange(scene, rng)
    sharp = cv2.resize(scene.render(), (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    noisy = cv2.GaussianBlur(sharp, (0, 0), 0.6) + GRAIN * rng.standard_normal(sharp.shape)
    return PIL.Image.fromarray(np.clip(np.rint(noisy), 0, 255).astype(np.uint8))


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in SCENES:
        photograph(name).save(FOLDER / f"{name}.jpg", quality=85, optimize=True)
