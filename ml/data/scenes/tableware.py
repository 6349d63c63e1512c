"""Things on a table that are not food: plates and bowls, cutlery, coins, hands, napkins, packets."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.random import Generator

from ml.data.scenes.backgrounds import octaves, printed, random_color, write_text
from ml.data.scenes.canvas import Layer, Opacity
from ml.data.scenes.drawn_foods import rotated


def plate(rng: Generator, size: int) -> tuple[Layer, Opacity]:
    """A round, oval or square dish with a rim, and its well (where food lies), both `size` x `size`."""
    pale = rng.random() < 0.65
    color = random_color(rng, 170, 255) if pale else random_color(rng, 15, 240)
    paint = (
        np.full((size, size, 3), color, np.float32) + octaves(rng, size, coarsest=2, count=2)[..., None] * 8
    )
    square, ratio = rng.random() < 0.2, rng.uniform(0.55, 1)

    def outline(scale: float) -> Opacity:
        shape = np.zeros((size, size), np.float32)
        half = np.array([size * 0.48, size * 0.48 * ratio]) * scale
        if square:
            (left, top), (right, bottom) = (size / 2 - half).astype(int), (size / 2 + half).astype(int)
            shape[top:bottom, left:right] = 1
            return shape
        axes = (int(half[0]), int(half[1]))
        return cv2.ellipse(shape, (size // 2, size // 2), axes, 0, 0, 360, 1, -1, cv2.LINE_AA)

    if rng.random() < 0.25:
        motif = outline(1)[..., None] - outline(rng.uniform(0.75, 0.92))[..., None]
        paint += motif * (printed(rng, size) - paint)
    well_scale = rng.uniform(0.6, 0.9)
    well = outline(well_scale)
    depth = rng.uniform(-45, 25)
    paint += depth * cv2.GaussianBlur(well, (0, 0), rng.uniform(1, size * 0.05 + 1))[..., None]
    for scale in (0.97, well_scale):
        edge = outline(scale) - outline(scale - 0.02)
        paint += rng.uniform(-60, 50) * cv2.GaussianBlur(edge, (0, 0), 1)[..., None]
    light = np.linspace(rng.uniform(-25, 0), rng.uniform(0, 25), size, dtype=np.float32)
    paint = np.clip(paint + light[:, None, None], 0, 255)
    return Layer(paint, outline(1)), well


def cutlery(rng: Generator, size: int) -> Layer:
    """A fork, a spoon, a knife or chopsticks, `size` long."""
    shape = np.zeros((size, size), np.float32)
    middle, width = size // 2, max(2, int(size * rng.uniform(0.015, 0.04)))
    kind = rng.integers(4)
    if kind == 3:
        for _ in range(2):
            ends = [(int(middle + rng.uniform(-0.1, 0.1) * size), y) for y in (0, size)]
            cv2.line(shape, ends[0], ends[1], 1, width, cv2.LINE_AA)
    else:
        cv2.line(shape, (middle, size // 3), (middle, size), 1, width * 2, cv2.LINE_AA)
        head = (int(size * rng.uniform(0.05, 0.1)), int(size * rng.uniform(0.12, 0.18)))
        if kind == 0:
            cv2.ellipse(shape, (middle, size // 5), head, 0, 0, 360, 1, -1, cv2.LINE_AA)
        elif kind == 1:
            cv2.line(shape, (middle, 2), (middle, size // 2), 1, width * 3, cv2.LINE_AA)
        else:
            for x in np.linspace(-head[0], head[0], 4):
                cv2.line(shape, (int(middle + x), 2), (int(middle + x), size // 4), 1, width, cv2.LINE_AA)
            cv2.line(shape, (middle, size // 4), (middle, size // 3), 1, head[0] * 2, cv2.LINE_AA)
    metal = random_color(rng, 110, 220) if kind < 3 else random_color(rng, 20, 200)
    shine = np.linspace(-1, 1, size, dtype=np.float32) * rng.uniform(10, 60)
    paint = np.clip(metal + shine[None, :, None] + octaves(rng, size)[..., None] * 20, 0, 255)
    return rotated(Layer(paint.astype(np.float32), shape), rng.uniform(0, 360))


def coin(rng: Generator, size: int) -> Layer:
    """A metal disc with a rim, a number and some relief."""
    shape = np.zeros((size, size), np.float32)
    cv2.circle(shape, (size // 2, size // 2), int(size * 0.47), 1, -1, cv2.LINE_AA)
    metal = rng.choice(np.array([[190, 190, 185], [150, 150, 150], [205, 170, 95], [150, 95, 60]]))
    paint = metal * rng.uniform(0.6, 1.2) + octaves(rng, size, coarsest=6)[..., None] * rng.uniform(10, 40)
    paint = paint.astype(np.float32)
    dark = (metal * 0.6).tolist()
    cv2.circle(paint, (size // 2, size // 2), int(size * 0.42), dark, 1, cv2.LINE_AA)
    write_text(rng, paint, (size // 4, int(size * 0.65)), size / 60, longest=2)
    return Layer(np.clip(paint, 0, 255), shape)


def hand(rng: Generator, size: int) -> Layer:
    """A palm, fingers and a forearm in a skin colour."""
    shape = np.zeros((size, size), np.float32)
    centre, width = (size // 2, size // 2), int(size * 0.075)
    cv2.ellipse(shape, centre, (int(size * 0.17), int(size * 0.2)), 0, 0, 360, 1, -1)
    cv2.line(shape, centre, (size // 2, size), 1, int(size * 0.22))
    for angle in np.linspace(-60, 40, 5) + rng.uniform(-8, 8, 5):
        length = size * rng.uniform(0.3, 0.45)
        tip = (
            int(size / 2 + length * np.sin(np.radians(angle))),
            int(size / 2 - length * np.cos(np.radians(angle))),
        )
        cv2.line(shape, centre, tip, 1, width, cv2.LINE_AA)
    skin = np.array([235, 195, 170]) * rng.uniform(0.25, 1.0) * rng.uniform(0.92, 1.08, 3)
    depth = cv2.distanceTransform(shape.astype(np.uint8), cv2.DIST_L2, 3)
    paint = skin * (0.7 + 0.3 * np.minimum(1, depth / (width + 1))[..., None])
    paint = paint + octaves(rng, size)[..., None] * 6
    return rotated(Layer(np.clip(paint, 0, 255).astype(np.float32), shape), rng.uniform(0, 360))


def napkin(rng: Generator, size: int) -> Layer:
    """A folded cloth or paper with creases."""
    height = int(size * rng.uniform(0.4, 1))
    pale = rng.random() < 0.6
    paint = np.full((height, size, 3), random_color(rng, 190, 255) if pale else random_color(rng), np.float32)
    if rng.random() < 0.3:
        paint = printed(rng, size)[:height]
    for _ in range(rng.integers(1, 4)):
        fold = int(rng.integers(1, size - 1))
        paint[:, fold:] += rng.uniform(-18, 18)
        paint[:, fold - 1 : fold + 1] -= rng.uniform(0, 30)
    return rotated(Layer(np.clip(paint, 0, 255), np.ones((height, size), np.float32)), rng.uniform(0, 360))


def packet(rng: Generator, size: int) -> Layer:
    """A rectangle with bands, pictures and words: a box, a phone, a card, a remote control."""
    height = int(size * rng.uniform(0.4, 0.9))
    paint = np.full((height, size, 3), random_color(rng, 10, 250), np.float32)
    for _ in range(rng.integers(0, 5)):
        color = random_color(rng, 0, 255).tolist()
        first, second = ((int(rng.integers(size)), int(rng.integers(height))) for _ in range(2))
        if rng.random() < 0.5:
            cv2.rectangle(paint, first, second, color, -1)
        else:
            write_text(rng, paint, first, size / rng.uniform(60, 200))
    return rotated(Layer(paint, np.ones((height, size), np.float32)), rng.uniform(0, 360))


SMALLEST = 24
"""Pixels; of smaller things some lines would have no width."""


def clutter(rng: Generator, scene_size: int) -> Layer:
    """One random thing that is not food, in a usual size for a scene of `scene_size` pixels."""
    kinds = (
        (cutlery, 0.3, 0.7),
        (coin, 0.05, 0.14),
        (hand, 0.3, 0.9),
        (napkin, 0.2, 0.6),
        (packet, 0.15, 0.5),
    )
    draw, least, most = kinds[rng.choice(5, p=(0.35, 0.15, 0.15, 0.15, 0.2))]
    return draw(rng, max(SMALLEST, int(rng.uniform(least, most) * scene_size)))
