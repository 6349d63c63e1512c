"""Prepared food: each function puts one thing into a `HeightMap` at (x, y) cm from the centre."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from ml.data.examples.heightfield import Field, HeightMap, blend, rgb, smoothstep


def egg(scene: HeightMap, rng: Generator, x: float, y: float, turn: float = 0.5) -> None:
    """A brown egg in its shell."""
    grid, floor = scene.grid, scene.base(x, y)
    u, v = grid.points(x, y, turn)
    depth = np.clip(1 - (u / 2.9) ** 2 - (v / (2.25 - 0.13 * u.clip(-3, 3))) ** 2, 0, None)
    shell = blend(rgb("#c98a66"), rgb("#dba684"), 0.5 + 0.3 * grid.noise(rng, 1.5, 3))
    shell = blend(shell, rgb("#a9694a"), 0.5 * smoothstep(0.9, 1.3, grid.noise(rng, 0.12, 1)))
    scene.put(floor + 1.7 + 2.2 * np.sqrt(depth), shell, depth > 0, gloss=0.06, glow=0.3)


def bread(scene: HeightMap, rng: Generator, x: float, y: float, turn: float = 0.3) -> None:
    """A slice of white bread with its crust."""
    grid, floor, half = scene.grid, scene.base(x, y), 5.0
    u, v = grid.points(x, y, turn)
    waist = half * (0.93 + 0.07 * np.cos((v + 2) * 0.9))
    beyond = np.maximum(np.abs(u) - waist + 1, 0) ** 3 + np.maximum(np.abs(v) - half * 0.95 + 1, 0) ** 3
    rim = np.cbrt(beyond) - 1 + 0.12 * grid.noise(rng, 3, 2)
    crumb, holes = grid.noise(rng, 0.5, 4), smoothstep(0.45, 1.2, grid.noise(rng, 0.22, 2))
    color = blend(rgb("#d8b878"), rgb("#ecd6a0"), 0.5 + 0.4 * crumb)
    color = blend(color, rgb("#c79f5c"), 0.6 * holes)
    color = blend(color, rgb("#9a5a24"), smoothstep(-0.36, -0.12, rim))
    height = floor + 1.2 + 0.03 * crumb - 0.06 * holes - 0.35 * smoothstep(-0.2, 0.0, rim)
    scene.put(height, color, rim < 0, glow=0.2)


def pizza(scene: HeightMap, rng: Generator, x: float, y: float, radius: float = 13.0) -> None:
    """A baked pizza: a blistered crust, melted cheese over sauce, salami and basil."""
    grid, floor = scene.grid, scene.base(x, y)
    u, v = grid.points(x, y)
    r = np.hypot(u, v) + 0.35 * grid.noise(rng, 4, 2)
    lumps, fine = grid.noise(rng, 1.6, 4), grid.noise(rng, 0.25, 3)
    crust = blend(rgb("#b5752f"), rgb("#e0b06a"), 0.5 + 0.4 * lumps + 0.2 * fine)
    crust = blend(crust, rgb("#3f2512"), 0.8 * smoothstep(0.6, 1.1, grid.noise(rng, 1.2, 3)))
    ring = np.clip(1 - ((r - radius + 1.1) / 1.1) ** 2, 0, None)
    scene.put(floor + 0.4 + 1.5 * np.sqrt(ring) + 0.1 * lumps, crust, r < radius, gloss=0.03)
    cheese = blend(rgb("#b8321a"), rgb("#e9c46e"), smoothstep(-0.55, 0.05, lumps))
    cheese = blend(cheese, rgb("#f3dfa8"), 0.7 * smoothstep(0.2, 0.9, grid.noise(rng, 1.1, 3)))
    cheese = blend(cheese, rgb("#9c5a20"), 0.8 * smoothstep(0.75, 1.2, grid.noise(rng, 0.8, 3)))
    scene.put(floor + 1.1 + 0.14 * lumps + 0.03 * fine, cheese, r < radius - 1.5, gloss=0.2, glow=0.3)
    for turn in np.arange(9) * 2.4:
        reach = (radius - 3.3) * np.sqrt((turn / 2.4 + 0.4) / 9)
        _salami(scene, rng, x + reach * np.cos(turn), y + reach * np.sin(turn))
    for turn in np.arange(5) * 2.4 + 1.1:
        reach = (radius - 4) * np.sqrt((turn / 2.4 + 0.3) / 5.5)
        _basil(scene, rng, x + reach * np.cos(turn), y + reach * np.sin(turn))


def _salami(scene: HeightMap, rng: Generator, x: float, y: float) -> None:
    grid, radius = scene.grid, rng.uniform(1.7, 1.95)
    u, v = grid.points(x, y)
    r = np.hypot(u, v) / radius + 0.04 * grid.noise(rng, 1, 2)
    fat = smoothstep(0.5, 0.9, grid.noise(rng, 0.25, 2))
    color = blend(rgb("#a5321f"), rgb("#c4513a"), 0.5 + 0.3 * grid.noise(rng, 0.8, 3))
    color = blend(blend(color, rgb("#e3a88c"), 0.6 * fat), rgb("#6d1c12"), smoothstep(0.8, 1.0, r))
    height = scene.base(x, y) + 0.16 + 0.18 * smoothstep(0.55, 0.95, r)
    scene.put(height, color, r < 1, gloss=0.3, glow=0.2)


def _basil(scene: HeightMap, rng: Generator, x: float, y: float) -> None:
    u, v = scene.grid.points(x, y, rng.uniform(0, 2 * np.pi))
    across = np.abs(v) / (0.75 * np.sqrt(np.clip(1 - (u / 1.35) ** 2, 1e-3, 1)) * (1 - 0.25 * u))
    color = blend(rgb("#2c5a22"), rgb("#4f8534"), 0.5 + 0.4 * np.sin(7 * u + 9 * np.abs(v)))
    color = blend(color, rgb("#7ba650"), smoothstep(0.06, 0.02, np.abs(v)))
    height = scene.base(x, y) + 0.55 - 0.3 * across**2 - 0.2 * (u / 1.35) ** 2
    scene.put(height, color, (across < 1) & (np.abs(u) < 1.35), gloss=0.12)


def french_fries(scene: HeightMap, rng: Generator, x: float, y: float, spread: float = 5.2) -> None:
    """A heap of french fries."""
    floor, baking = scene.base(x, y), scene.grid.noise(rng, 0.7, 3)
    for _ in range(round(5.5 * spread**2)):
        reach, angle = spread * np.sqrt(rng.uniform()), rng.uniform(0, 2 * np.pi)
        lift = floor + 0.3 + 2.2 * (1 - reach / spread) * rng.uniform(0.5, 1)
        _fry(scene, rng, (x + reach * np.cos(angle), y + reach * np.sin(angle)), lift, baking)


def _fry(scene: HeightMap, rng: Generator, place: tuple[float, float], lift: float, baking: Field) -> None:
    u, v = scene.grid.points(*place, rng.uniform(0, np.pi))
    half, thick = rng.uniform(2.4, 4.2), rng.uniform(0.42, 0.52)
    v = v - rng.uniform(-0.03, 0.03) * u * u
    bake = rng.uniform(-0.2, 0.35) + 0.25 * baking
    color = blend(rgb("#c98a2c"), rgb("#efcd76"), 0.55 - bake)
    tips = smoothstep(half * 0.75, half, np.abs(u))
    color = blend(color, rgb("#9c5a1e"), 0.7 * tips * smoothstep(-0.2, 0.4, bake))
    edge = np.maximum(np.abs(v) / thick, np.abs(u) / half)
    height = lift + thick + rng.uniform(-0.12, 0.12) * u - 0.25 * smoothstep(0.72, 1, edge)
    scene.put(height, color, edge < 1, gloss=0.08, glow=0.25)
