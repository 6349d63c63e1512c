"""Drawn pictures of what is not food: cloth, wood, tiles, text, shapes, empty plates, cutlery, hands.

Photos of tables, plates and hands without food are rare in the food sets; these fill the gap. Every drawing
is a square HxWx3 uint8 RGB image made from a NumPy generator, so a seed repeats it.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from ml.types import Image

Draw = Callable[[np.random.Generator, int], Image]

METAL = ((150, 150, 155), (190, 190, 195), (215, 215, 212), (120, 115, 110), (200, 175, 110))
SKIN = ((255, 219, 190), (236, 188, 150), (198, 134, 90), (141, 85, 50), (80, 50, 35))
"""Light to dark, RGB."""


def _color(rng: np.random.Generator) -> tuple[int, int, int]:
    """A colour as things around a meal have it: mostly pale or grey, sometimes vivid."""
    if rng.random() < 0.6:
        grey = rng.integers(20, 250)
        r, g, b = np.clip(grey + rng.normal(0, 14, 3), 0, 255)
    else:
        r, g, b = rng.integers(0, 256, 3)
    return int(r), int(g), int(b)


def _plain(rng: np.random.Generator, size: int) -> Image:
    """Two colours running into each other, with grain."""
    start, end = np.array(_color(rng)), np.array(_color(rng))
    if rng.random() < 0.6:
        end = start + rng.normal(0, 12, 3)
    angle = rng.uniform(0, 2 * np.pi)
    y, x = np.mgrid[0:size, 0:size] / size
    t = np.clip(0.5 + (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle), 0, 1)[..., None]
    return _grain(rng, start * (1 - t) + end * t, rng.uniform(0, 8))


def _grain(rng: np.random.Generator, image: np.ndarray, strength: float) -> Image:
    return np.clip(image + rng.normal(0, strength, image.shape), 0, 255).astype(np.uint8)


def _clouds(rng: np.random.Generator, size: int) -> Image:
    """Smooth noise stretched along an axis: wood, marble, plaster."""
    cells = rng.integers(2, 24, 2)
    noise = cv2.resize(rng.random((*cells, 1)), (size, size), interpolation=cv2.INTER_CUBIC)[..., None]
    fine = cv2.resize(rng.random((cells[0] * 4, cells[1] * 4)), (size, size))[..., None]
    t = np.clip(0.7 * noise + 0.3 * fine, 0, 1)
    return _grain(rng, np.array(_color(rng)) * (1 - t) + np.array(_color(rng)) * t, 4)


def _cloth(rng: np.random.Generator, size: int) -> Image:
    """Stripes, checks or a weave."""
    image = _plain(rng, size).astype(np.float32)
    y, x = np.mgrid[0:size, 0:size]
    period, angle = rng.uniform(3, size / 2), rng.uniform(0, np.pi)
    along = np.sin(2 * np.pi / period * (x * np.cos(angle) + y * np.sin(angle)))
    across = np.sin(2 * np.pi / period * (y * np.cos(angle) - x * np.sin(angle)))
    pattern = along * across if rng.random() < 0.5 else along
    if rng.random() < 0.5:
        pattern = np.sign(pattern)
    return _grain(rng, image + pattern[..., None] * rng.normal(0, 40, 3), 5)


def _shapes(rng: np.random.Generator, size: int) -> Image:
    """A few boxes, discs and lines: packets, screens, boxes, table edges."""
    image = _plain(rng, size)
    for _ in range(rng.integers(1, 7)):
        center, axes = rng.integers(0, size, 2), rng.integers(size // 16 + 1, size // 2, 2)
        filled = -1 if rng.random() < 0.7 else int(rng.integers(1, 4))
        match rng.integers(3):
            case 0:
                corners = cv2.boxPoints((center.tolist(), axes.tolist(), rng.uniform(0, 90))).astype(np.int32)
                cv2.drawContours(image, [corners], 0, _color(rng), filled, cv2.LINE_AA)
            case 1:
                angle = rng.uniform(0, 180)
                cv2.ellipse(
                    image, center.tolist(), axes.tolist(), angle, 0, 360, _color(rng), filled, cv2.LINE_AA
                )
            case _:
                end = rng.integers(0, size, 2)
                width = int(rng.integers(1, size // 8 + 2))
                cv2.line(image, center.tolist(), end.tolist(), _color(rng), width, cv2.LINE_AA)
    return _grain(rng, image, 3)


def _text(rng: np.random.Generator, size: int) -> Image:
    """Lines of letters: menus, packets, papers, screens."""
    image = _plain(rng, size)
    color, font = _color(rng), int(rng.integers(0, 8))
    height = int(rng.integers(size // 14 + 4, size // 3))
    for y in range(height, size + height, int(height * 1.4)):
        words = "".join(chr(c) for c in rng.integers(32, 123, 24))
        start = (int(rng.integers(-height, height)), y)
        cv2.putText(image, words, start, font, height / 24, color, max(1, height // 12), cv2.LINE_AA)
    return image


def _plate(rng: np.random.Generator, size: int) -> Image:
    """An empty plate or bowl, or part of one, on a table."""
    image = _surface(rng, size)
    center = rng.uniform(0.2, 0.8, 2) * size
    axes = rng.uniform(0.35, 0.9) * size * np.array([1, rng.uniform(0.5, 1)])
    color = np.array(_color(rng)) if rng.random() < 0.4 else np.full(3, rng.integers(190, 250))

    def disc(scale: float, tone: np.ndarray, thickness: int = -1) -> None:
        ellipse = (center.tolist(), (2 * scale * axes).tolist(), 0)
        cv2.ellipse(image, ellipse, np.clip(tone, 0, 255).tolist(), thickness, cv2.LINE_AA)

    disc(1.04, color * 0.5)
    disc(1.0, color)
    disc(rng.uniform(0.9, 0.97), color * rng.uniform(0.9, 1.05), int(rng.integers(1, 4)))
    disc(rng.uniform(0.6, 0.75), color * rng.uniform(0.85, 1.0))
    disc(rng.uniform(0.5, 0.6), color * rng.uniform(0.93, 1.05))
    return _grain(rng, cv2.GaussianBlur(image, (0, 0), rng.uniform(0.3, 2)), 3)


def _cutlery(rng: np.random.Generator, size: int) -> Image:
    """A knife, fork, spoon or chopsticks lying across."""
    image = _surface(rng, size)
    metal = np.array(METAL[rng.integers(len(METAL))])
    t = np.linspace(0, 1, 40)
    width = rng.uniform(0.02, 0.05) * size
    match rng.integers(4):
        case 0:
            profile = width * (1 + 1.2 * (t > 0.5) * np.sqrt(np.clip(1 - t, 0, 1)))
        case 1:
            profile = width * (1 + 2.5 * np.exp(-(((t - 0.85) / 0.12) ** 2)))
        case 2:
            profile = width * (1 + 2.0 / (1 + np.exp(-(t - 0.72) * 40)))
        case _:
            profile = width * (0.8 - 0.4 * t)
    length = rng.uniform(0.7, 1.4) * size
    outline = np.concatenate([np.stack([t * length, profile], 1), np.stack([t * length, -profile], 1)[::-1]])
    angle, offset = rng.uniform(0, 2 * np.pi), rng.uniform(0.2, 0.8, 2) * size
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    points = (outline - [length / 2, 0]) @ turn + offset
    cv2.fillPoly(image, [(points + size * 0.02).astype(np.int32)], (60, 55, 50), cv2.LINE_AA)
    cv2.fillPoly(image, [points.astype(np.int32)], metal.tolist(), cv2.LINE_AA)
    shine = (outline * [1, 0.3] - [length / 2, 0]) @ turn + offset
    cv2.fillPoly(image, [shine.astype(np.int32)], np.clip(metal * 1.2, 0, 255).tolist(), cv2.LINE_AA)
    return _grain(rng, cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.5)), 4)


def _hand(rng: np.random.Generator, size: int) -> Image:
    """Skin: a few fingers on a surface, shaded along their length."""
    image = _surface(rng, size)
    skin = np.array(SKIN[rng.integers(len(SKIN))]) * rng.uniform(0.8, 1.05)
    start, angle = rng.uniform(0.1, 0.9, 2) * size, rng.uniform(0, 2 * np.pi)
    width = rng.uniform(0.1, 0.35) * size
    for finger in range(int(rng.integers(1, 5))):
        turn = angle + finger * rng.uniform(0.1, 0.3)
        end = start + rng.uniform(0.5, 1.2) * size * np.array([np.cos(turn), np.sin(turn)])
        for shrink, tone in ((1.0, 0.75), (0.8, 0.92), (0.5, 1.0)):
            color = np.clip(skin * tone, 0, 255).tolist()
            thickness = max(2, int(width * shrink))
            cv2.line(
                image, start.astype(int).tolist(), end.astype(int).tolist(), color, thickness, cv2.LINE_AA
            )
    return _grain(rng, cv2.GaussianBlur(image, (0, 0), rng.uniform(1, 3)), 4)


def _surface(rng: np.random.Generator, size: int) -> Image:
    return (_plain, _clouds, _cloth)[rng.integers(3)](rng, size)


KINDS: tuple[Draw, ...] = (_plain, _clouds, _cloth, _shapes, _text, _plate, _cutlery, _hand)


def draw(rng: np.random.Generator, size: int = 128) -> Image:
    """A random drawing, `size` x `size` x 3 uint8 RGB."""
    return KINDS[rng.integers(len(KINDS))](rng, size)
