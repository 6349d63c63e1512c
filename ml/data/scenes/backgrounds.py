"""What a meal stands on: plain, worn, wooden, woven and printed surfaces, drawn at random."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.random import Generator

from ml.data.scenes.canvas import Picture

LETTERS = "ABCDEFGHIKLMNOPRSTUVXYZ0123456789abcdeghiknoprstu&%.,"


def random_color(rng: Generator, low: float = 20, high: float = 240) -> Picture:
    """An RGB colour, float32 (3,), that is as often greyish as it is strong."""
    grey, tint = rng.uniform(low, high), rng.uniform(low, high, 3)
    return (grey + rng.uniform(0, 1) * (tint - grey)).astype(np.float32)


def octaves(rng: Generator, size: int, coarsest: int = 4, count: int = 4) -> Picture:
    """Smooth random noise, float32 (size, size), roughly -1..1: octaves of half the scale and strength."""
    noise = np.zeros((size, size), np.float32)
    for k in range(count):
        cells = coarsest * 2**k
        layer = rng.uniform(-1, 1, (cells, cells)).astype(np.float32)
        noise += cv2.resize(layer, (size, size), interpolation=cv2.INTER_CUBIC) / 2**k
    return noise


def write_text(rng: Generator, picture: Picture, at: tuple[int, int], scale: float, longest: int = 8) -> None:
    """Write random letters into `picture`, starting at (x, y), in a random font and colour."""
    text = "".join(rng.choice(list(LETTERS), rng.integers(1, longest + 1)))
    ink = np.zeros(picture.shape[:2], np.uint8)
    cv2.putText(ink, text, at, int(rng.integers(8)), scale, 255, 1, cv2.LINE_AA)
    picture += ink[..., None] / np.float32(255) * (random_color(rng) - picture)


def plain(rng: Generator, size: int) -> Picture:
    """A smooth surface under uneven light, sometimes rough."""
    light = octaves(rng, size, coarsest=2, count=2) * rng.uniform(2, 30)
    grain = octaves(rng, size, coarsest=32, count=3) * rng.uniform(0, 18)
    return random_color(rng) + (light + grain)[..., None]


def wood(rng: Generator, size: int) -> Picture:
    """Boards: brownish noise stretched along the grain, with joints."""
    cells = rng.uniform(-1, 1, (rng.integers(30, 160), 4)).astype(np.float32)
    grain = cv2.resize(cells, (size, size), interpolation=cv2.INTER_CUBIC) * rng.uniform(5, 30)
    brown = rng.uniform(90, 230) * np.array([1, rng.uniform(0.6, 0.85), rng.uniform(0.3, 0.65)], np.float32)
    grain[:: rng.integers(40, 200)] -= rng.uniform(0, 50)
    picture = brown + (grain + octaves(rng, size, coarsest=2, count=2) * 12)[..., None]
    return np.ascontiguousarray(np.rot90(picture, int(rng.integers(4))))


def woven(rng: Generator, size: int) -> Picture:
    """Stripes or checks of a tablecloth."""
    axis = np.arange(size) / rng.uniform(6, 60)
    stripes = (np.sin(axis * np.pi) > rng.uniform(-0.6, 0.6)).astype(np.float32)
    weight: Picture = stripes[:, None] * np.ones(size, np.float32)
    if rng.random() < 0.6:
        weight = (weight + stripes[None]) / 2
    first, second = random_color(rng), random_color(rng)
    picture: Picture = first + weight[..., None] * (second - first) + octaves(rng, size)[..., None] * 6
    return picture


def printed(rng: Generator, size: int) -> Picture:
    """A repeated motif, or lines of text, as on trays, mats and menus."""
    side = int(rng.integers(24, 120))
    tile = np.full((side, side, 3), random_color(rng), np.float32)
    for _ in range(rng.integers(1, 6)):
        color = random_color(rng).tolist()
        centre = tuple(int(c) for c in rng.integers(0, side, 2))
        kind = int(rng.integers(4))
        if kind == 0:
            write_text(rng, tile, (0, centre[1]), side / 90)
        elif kind == 1:
            axes = tuple(int(a) for a in rng.integers(2, side // 3, 2))
            cv2.ellipse(tile, centre, axes, rng.uniform(0, 180), 0, 360, color, int(rng.choice([-1, 1, 2])))
        elif kind == 2:
            end = tuple(int(c) for c in rng.integers(0, side, 2))
            cv2.line(tile, centre, end, color, int(rng.integers(1, 4)), cv2.LINE_AA)
        else:
            corners = rng.integers(0, side, (rng.integers(3, 7), 2)).astype(np.int32)
            cv2.fillPoly(tile, [corners], color)
    repeats = size // side + 1
    picture = np.tile(tile, (repeats, repeats, 1))[:size, :size]
    turn = cv2.getRotationMatrix2D((size / 2, size / 2), rng.uniform(0, 90), rng.uniform(0.8, 1.5))
    return cv2.warpAffine(picture, turn, (size, size), borderMode=cv2.BORDER_REFLECT)


def background(rng: Generator, size: int) -> Picture:
    """A drawn surface, float32 (size, size, 3), 0..255, sometimes out of focus or lit from one side."""
    draw = (plain, wood, woven, printed)[rng.choice(4, p=(0.45, 0.2, 0.15, 0.2))]
    picture = draw(rng, size)
    if rng.random() < 0.3:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.5, 5))
    if rng.random() < 0.4:
        slope = np.linspace(rng.uniform(0.5, 1), rng.uniform(0.9, 1.2), size, dtype=np.float32)
        picture = picture * np.rot90(
            slope[:, None, None] * np.ones((1, size, 1), np.float32), int(rng.integers(4))
        )
    return np.clip(picture, 0, 255).astype(np.float32)
