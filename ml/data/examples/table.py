"""What food is served on: each function puts one thing into a `HeightMap`."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from ml.data.examples.heightfield import HeightMap, blend, rgb, smoothstep

PLANK_CM = 7.5
THREADS_PER_CM = 42 / (2 * np.pi)


def wooden_table(scene: HeightMap, rng: Generator, light: str = "#b98a5e", dark: str = "#7c5332") -> None:
    """Planks along x with grain and thin gaps."""
    _, v = scene.grid.points(0, 0)
    row = v / PLANK_CM + 0.3
    plank = np.floor(row)
    grain = scene.grid.noise(rng, 0.9, 5, stretch=16)
    rings = np.sin(6.5 * (v + 0.8 * grain) + 2.1 * plank * plank)
    shade = 0.5 + 0.24 * grain + 0.16 * rings + 0.16 * np.sin(plank * 12.9)
    gap = smoothstep(0.1, 0.03, np.abs(row - np.rint(row)) * PLANK_CM)
    color = blend(rgb(dark), rgb(light), shade) * (1 - 0.7 * gap)[..., None]
    scene.put(0.1 + 0.012 * grain - 0.08 * gap, color, gloss=0.02)


def linen_table(scene: HeightMap, rng: Generator, color: str = "#cfd8dc") -> None:
    """A woven cloth with soft folds."""
    u, v = scene.grid.points(0, 0)
    turns = 2 * np.pi * THREADS_PER_CM
    weave = 0.5 * np.sin(u * turns) * np.sin(v * turns) + 0.6 * scene.grid.noise(rng, 0.12, 2)
    folds = scene.grid.noise(rng, 9, 2).clip(-1, 1)
    scene.put(0.5 + 0.012 * weave + 0.18 * folds, rgb(color) * (1 + 0.07 * weave + 0.05 * folds)[..., None])


def plate(scene: HeightMap, radius: float = 13.0, glaze: str = "#f4f2ee") -> None:
    """A glazed plate in the middle, with a flat well and a raised rim."""
    u, v = scene.grid.points(0, 0)
    r = np.hypot(u, v) / radius
    rim = 1.1 * smoothstep(0.66, 0.97, r) - 0.25 * smoothstep(0.985, 1, r)
    scene.put(0.7 + 0.12 * smoothstep(0.64, 0.68, r) + rim, rgb(glaze), r < 1, gloss=0.22, glow=0.15)
