"""Whole fruit: each function puts one piece into a `HeightMap` at (x, y) cm from the centre."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.random import Generator

from ml.data.examples.heightfield import Field, HeightMap, blend, rgb, smoothstep


def orange(scene: HeightMap, rng: Generator, x: float, y: float, radius: float = 3.7) -> None:
    """An orange with pores and the scar of its stem."""
    grid, floor = scene.grid, scene.base(x, y)
    height, skin = _ball(scene, x, y, radius)
    pores = _wrapped(scene, grid.noise(rng, 0.16, 2), skin)
    tone = _wrapped(scene, grid.noise(rng, 2.2, 3), skin)
    color = blend(rgb("#cf7a1e"), rgb("#e0973a"), 0.5 + 0.35 * tone + 0.12 * pores)
    u, v = grid.points(x + 0.5, y - 0.6)
    scar = np.hypot(u, v)
    color = blend(color, rgb("#6d7a35"), smoothstep(0.34, 0.2, scar + 0.06 * np.sin(5 * np.arctan2(v, u))))
    bumps = 0.022 * pores - 0.2 * smoothstep(0.9, 0.1, scar)
    scene.put(floor + 0.75 * radius + 0.96 * height + bumps, color, height > 0, gloss=0.28, glow=0.3)


def apple(scene: HeightMap, rng: Generator, x: float, y: float, radius: float = 3.7) -> None:
    """A green apple seen on its stem, with pale streaks and dots."""
    grid, floor = scene.grid, scene.base(x, y)
    height, skin = _ball(scene, x, y, radius)
    u, v = grid.points(x + 0.35, y - 0.35)
    hollow, angle = np.hypot(u, v), np.arctan2(v, u)
    streaks = _wrapped(scene, grid.noise(rng, 0.5, 4), (3.5 * angle, 0.5 * hollow))
    blush = 0.8 + 0.3 * streaks + 0.2 * grid.noise(rng, 3, 2)
    color = blend(rgb("#b9c06a"), rgb("#8fae3a"), blush)
    color = blend(color, rgb("#6f8a3a"), 0.5 * smoothstep(1.5, 0.4, hollow + 0.3 * streaks))
    dots = smoothstep(0.9, 1.25, _wrapped(scene, grid.noise(rng, 0.28, 1), skin))
    color = blend(color, rgb("#e8c48a"), 0.5 * dots)
    dimple = 1.25 * np.exp(-((hollow / 0.85) ** 2))
    scene.put(floor + 0.72 * radius + 0.9 * height - dimple, color, height > 0, gloss=0.22, glow=0.15)
    _stem(scene, x + 0.35, y - 0.35, 0.6, floor + radius)


def banana(scene: HeightMap, rng: Generator, x: float, y: float, turn: float = 0.0) -> None:
    """A ripe banana on its side: a bent tube with blunt edges, brown spots and dark ends."""
    grid, floor, half, bend = scene.grid, scene.base(x, y), 8.2, 9.0
    u, v = grid.points(x, y, turn)
    along, off = np.arctan2(u, v + bend) * bend, np.hypot(u, v + bend) - bend
    t = np.clip(np.abs(along) / half, 0, 1)
    girth = 1.75 * (1 - t**3.2) ** 0.6 + 0.38
    girth = np.where(along > half * 0.83, np.minimum(girth, 0.55), girth)
    s = np.clip(np.abs(off) / girth, 0, 1)
    ridge = smoothstep(0.16, 0.04, np.abs(s - 0.42))
    color = blend(rgb("#d2ab3a"), rgb("#e3c867"), 0.5 + 0.4 * grid.noise(rng, 2.5, 3))
    color = blend(color, rgb("#c99a25"), 0.45 * ridge)
    spots = smoothstep(0.55, 1.1, grid.noise(rng, 0.6, 3)) * smoothstep(1.0, 0.5, t)
    color = blend(color, rgb("#6b4517"), 0.75 * spots)
    color = blend(color, rgb("#8a9a35"), 0.7 * smoothstep(half * 0.62, half * 0.85, along))
    color = blend(color, rgb("#3a2714"), smoothstep(half * 0.96, half, np.abs(along)))
    height = floor + girth * (0.6 + 0.95 * (1 - s**2.2) ** 0.55)
    scene.put(height, color, (s < 1) & (t < 1), gloss=0.12, glow=0.25)


def _ball(scene: HeightMap, x: float, y: float, radius: float) -> tuple[Field, tuple[Field, Field]]:
    """Height of a sphere over its centre (0 outside), and coordinates that crowd towards its outline."""
    u, v = scene.grid.points(x, y)
    r = np.clip(np.hypot(u, v) / radius, 1e-3, 1)
    bend = np.arcsin(r) / r
    return radius * np.sqrt(1 - r * r), (u * bend, v * bend)


def _wrapped(scene: HeightMap, texture: Field, skin: tuple[Field, Field]) -> Field:
    """A texture of the scene's size laid on a skin whose coordinates are in cm."""
    grid = scene.grid
    columns = (skin[0] / grid.cm + grid.width / 2).astype(np.float32)
    rows = (skin[1] / grid.cm + grid.height / 2).astype(np.float32)
    laid = cv2.remap(texture, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(laid, np.float32)


def _stem(scene: HeightMap, x: float, y: float, turn: float, height: float) -> None:
    u, v = scene.grid.points(x, y, turn)
    off = np.abs(v - 0.12 * u * u)
    inside = (u > -0.1) & (u < 1.3) & (off < 0.13)
    scene.put(
        height + 0.45 * u + np.sqrt(np.clip(0.13**2 - off**2, 0, None)), rgb("#5a3d22"), inside, gloss=0.05
    )
