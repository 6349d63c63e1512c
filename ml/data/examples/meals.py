"""Random meals with exact masks, rendered: photos of our own to test and to show failures on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.random import Generator

from ml.data.examples import fruit, kitchen, table
from ml.data.examples.heightfield import Grid, HeightMap
from ml.types import Image, Mask

WIDTH_CM = 40.0
FOODS: dict[str, tuple[Callable[..., None], float, bool]] = {
    "orange": (fruit.orange, 3.9, False),
    "apple": (fruit.apple, 3.9, False),
    "banana": (fruit.banana, 6.5, True),
    "egg": (kitchen.egg, 3.0, True),
    "bread": (kitchen.bread, 5.5, True),
    "french fries": (partial(kitchen.french_fries, spread=3.6), 5.6, False),
}
"""What puts a food into a scene, the radius in cm that it needs, and whether it can be turned."""

TABLES: tuple[Callable[[HeightMap, Generator], Any], ...] = (
    table.wooden_table,
    partial(table.wooden_table, light="#c9b08c", dark="#a0805a"),
    table.linen_table,
    partial(table.linen_table, color="#8a9aa0"),
)
GLAZES = ("#f4f2ee", "#9db4ba", "#30383d", "#3c5a68", "#b9543f")


@dataclass(frozen=True, eq=False)
class RenderedMeal:
    """`image` is HxWx3 uint8 RGB; `foods` are labels with disjoint bool HxW masks."""

    image: Image
    foods: tuple[tuple[str, Mask], ...]


def random_meal(rng: Generator, most_foods: int = 4, width: int = 640, height: int = 480) -> RenderedMeal:
    """One to `most_foods` foods that don't touch, on a plate with a rim or on the bare table."""
    scene = HeightMap(Grid(width, height, WIDTH_CM))
    TABLES[rng.integers(len(TABLES))](scene, rng)
    on_plate = rng.random() < 0.6
    if on_plate:
        table.plate(scene, radius=14.5, glaze=str(rng.choice(GLAZES)))
    foods: list[tuple[str, Mask]] = []
    for label, x, y in _places(rng, most_foods, (WIDTH_CM, WIDTH_CM * height / width), on_plate):
        put, _, turns = FOODS[label]
        before = scene.height.copy()
        put(scene, rng, x, y, **({"turn": rng.uniform(0, 2 * np.pi)} if turns else {}))
        covered = scene.height != before
        foods = [(other, mask & ~covered) for other, mask in foods]
        foods.append((label, covered))
    return RenderedMeal(scene.render(), tuple(foods))


def _places(
    rng: Generator, most: int, extent: tuple[float, float], on_plate: bool
) -> list[tuple[str, float, float]]:
    """Labels and places, in cm from the centre, that keep foods apart and inside of plate or photo."""
    places: list[tuple[str, float, float]] = []
    for _ in range(rng.integers(1, most + 1)):
        label = str(rng.choice(list(FOODS)))
        radius = FOODS[label][1]
        for _ in range(30):
            x, y = rng.uniform(-0.5, 0.5, 2) * (np.array(extent) - 2 * radius)
            inside = not on_plate or np.hypot(x, y) + radius < 14
            apart = all(np.hypot(x - u, y - v) > radius + FOODS[other][1] for other, u, v in places)
            if inside and apart:
                places.append((label, float(x), float(y)))
                break
    return places
