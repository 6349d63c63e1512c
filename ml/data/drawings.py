"""Drawn pictures of what is not food: bare tables, empty plates, and other things close by.

Photos of tables, plates and hands without food are rare in the food sets; these fill the gap. They are of
the same drawn surfaces and things as the segmenter's scenes; a NumPy generator's seed repeats them.
"""

from __future__ import annotations

from collections.abc import Callable

from numpy.random import Generator

from ml.data.scenes.backgrounds import background
from ml.data.scenes.canvas import Canvas, Layer
from ml.data.scenes.tableware import clutter, plate
from ml.types import Image

Draw = Callable[[Generator, int], Image]


def _bare(rng: Generator, size: int) -> Image:
    """A surface with nothing on it."""
    return Canvas(background(rng, size)).scene(rng).image


def _dish(rng: Generator, size: int) -> Image:
    """An empty plate or bowl, or part of one."""
    dish, _ = plate(rng, int(size * rng.uniform(0.8, 1.6)))
    return _laid(rng, dish, size)


def _thing(rng: Generator, size: int) -> Image:
    """Cutlery, a coin, a hand, a napkin or a packet, larger than on a whole table."""
    return _laid(rng, clutter(rng, int(size * rng.uniform(0.8, 1.6))), size)


def _laid(rng: Generator, layer: Layer, size: int) -> Image:
    canvas = Canvas(background(rng, size))
    height, width = layer.opacity.shape
    x, y = rng.uniform(0.2, 0.8, 2) * size
    canvas.lay(layer, int(x - width / 2), int(y - height / 2), food=False, shadow=rng.uniform(0, 0.4))
    return canvas.scene(rng).image


KINDS: tuple[Draw, ...] = (_bare, _dish, _thing)


def draw(rng: Generator, size: int = 128) -> Image:
    """A random drawing, `size` x `size` x 3 uint8 RGB: as often of a thing as of the two others together."""
    return KINDS[rng.choice(3, p=(0.3, 0.2, 0.5))](rng, size)
