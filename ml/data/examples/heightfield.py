"""A small renderer for scenes seen from straight above: every surface is a height over the table.

Lengths are centimetres. Images are float32 HxW or HxWx3 in linear light, row 0 at the top.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Field = NDArray[np.floating]
"""HxW values, or HxWx3 linear RGB."""

SUN_DIRECTION = (-0.55, -0.62, 0.56)
"""Unit vector towards the window, x to the right and y down: light falls in from the upper left."""
SUN_COLOR = (0.92, 0.88, 0.8)
SKY_COLOR = (0.5, 0.51, 0.53)
SHADOW_STEPS = 72
SHADOW_STEP_CM = 0.11
PENUMBRA = 5.0
"""How fast a shadow's edge softens with distance; larger is sharper."""
WINDOW_HALF = 0.13
"""Half the side of the window's mirror image, as a part of the unit sphere."""


def rgb(code: str) -> Field:
    """A colour written as #RRGGBB in sRGB, as three linear values."""
    values = np.array([int(code[i : i + 2], 16) for i in (1, 3, 5)], np.float32) / 255
    return values**2.2


def smoothstep(low: float, high: float, values: Field) -> Field:
    """0 up to `low`, 1 from `high`, a smooth cubic between; `low` may be the larger one."""
    t = np.clip((values - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def blend(first: Field, second: Field, share: Field) -> Field:
    """`first` (HxWx3 or 3) where `share` (HxW, clipped to 0..1) is 0, `second` where it is 1."""
    share = np.clip(share, 0, 1)
    return (first * (1 - share[..., None]) + second * share[..., None]).astype(np.float32)


@dataclass(frozen=True)
class Grid:
    """A picture's pixels: `width_cm` of the table on `width` x `height` pixels."""

    width: int
    height: int
    width_cm: float

    @property
    def cm(self) -> float:
        """Side of a pixel."""
        return self.width_cm / self.width

    def points(self, x: float, y: float, turn: float = 0.0) -> tuple[Field, Field]:
        """Every pixel's place seen from (x, y), itself measured from the centre, in axes turned by `turn`."""
        dx = (np.arange(self.width, dtype=np.float32) + 0.5 - self.width / 2) * self.cm - x
        dy = (np.arange(self.height, dtype=np.float32) + 0.5 - self.height / 2) * self.cm - y
        u = dx[None, :] * np.cos(turn) + dy[:, None] * np.sin(turn)
        v = dy[:, None] * np.cos(turn) - dx[None, :] * np.sin(turn)
        return u.astype(np.float32), v.astype(np.float32)

    def noise(self, rng: Generator, size_cm: float, octaves: int = 4, stretch: float = 1.0) -> Field:
        """Smooth random values, about -1 to 1; features of `size_cm`, `stretch` times longer in x."""
        total = np.zeros((self.height, self.width), np.float32)
        for octave in range(octaves):
            cell = size_cm / 2**octave
            shape = (int(self.height * self.cm / cell) + 3, int(self.width_cm / (cell * stretch)) + 3)
            coarse = rng.standard_normal(shape).astype(np.float32)
            total += (
                cv2.resize(coarse, (self.width, self.height), interpolation=cv2.INTER_CUBIC) * 0.5**octave
            )
        return total / 2


class HeightMap:
    """What lies on the table: the topmost surface at each pixel."""

    def __init__(self, grid: Grid) -> None:
        shape = (grid.height, grid.width)
        self.grid = grid
        self.height = np.zeros(shape, np.float32)
        self.color = np.zeros((*shape, 3), np.float32)
        self.gloss = np.zeros(shape, np.float32)
        self.glow = np.zeros(shape, np.float32)

    def put(
        self,
        height: Field,
        color: Field,
        inside: NDArray[np.bool_] | None = None,
        *,
        gloss: float = 0.0,
        glow: float = 0.0,
    ) -> None:
        """Place a thing where it is `inside` (HxW, all if None) and higher than what is there.

        `color` is HxWx3 or one colour; `gloss` is the strength of mirror images in 0..1, `glow` how far light
        spreads inside the thing, in 0..1.
        """
        visible = height > self.height if inside is None else inside & (height > self.height)
        self.height[visible] = height[visible]
        self.color[visible] = np.broadcast_to(color, self.color.shape)[visible]
        self.gloss[visible] = gloss
        self.glow[visible] = glow

    def base(self, x: float, y: float) -> float:
        """The height of the surface at a point measured from the centre."""
        row = round(y / self.grid.cm + self.grid.height / 2)
        column = round(x / self.grid.cm + self.grid.width / 2)
        return float(self.height[row, column])

    def render(self) -> NDArray[np.uint8]:
        """The picture, HxWx3 uint8 sRGB."""
        normal = self._normals()
        sun = np.clip(normal @ np.array(SUN_DIRECTION, np.float32), 0, None) * self._sunlit()
        sky = (0.6 + 0.4 * normal[..., 2]) * self._openness()
        light = sun[..., None] * np.array(SUN_COLOR) + sky[..., None] * np.array(SKY_COLOR)
        spread = blend(light, blur(light, 0.35 / self.grid.cm), self.glow * 0.7)
        picture = self.color * spread + (self.gloss * self._mirrored_window(normal))[..., None]
        return _tone(picture)

    def _normals(self) -> Field:
        smooth = cv2.GaussianBlur(self.height, (0, 0), 1.0)
        slope_x = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=1 / 8) / self.grid.cm
        slope_y = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=1 / 8) / self.grid.cm
        normal = np.dstack([-slope_x, -slope_y, np.ones_like(slope_x)])
        return np.asarray(normal / np.linalg.norm(normal, axis=2, keepdims=True))

    def _sunlit(self) -> Field:
        """How much of the window each point sees past what stands between, 0..1."""
        x, y, z = SUN_DIRECTION
        flat = float(np.hypot(x, y))
        lit = np.ones_like(self.height)
        size = (self.grid.width, self.grid.height)
        for step in range(1, SHADOW_STEPS + 1):
            away = step * SHADOW_STEP_CM
            pixels = away / flat / self.grid.cm
            move = np.array([[1, 0, -x * pixels], [0, 1, -y * pixels]], np.float32)
            blocker = cv2.warpAffine(self.height, move, size, borderMode=cv2.BORDER_REPLICATE)
            clearance = self.height + away * z / flat - blocker
            lit = np.minimum(lit, 0.5 + PENUMBRA * clearance / away)
        return smoothstep(0, 1, np.clip(lit, 0, 1))

    def _openness(self) -> Field:
        """How much of the sky each point sees, 0..1, from how much its surroundings rise above it."""
        closed = np.zeros_like(self.height)
        for radius in (0.25, 0.8, 2.2):
            around = blur(self.height, radius / self.grid.cm)
            closed += np.clip((around - self.height) / radius, 0, 1.2) * 0.42
        return np.clip(1 - closed, 0.12, 1)

    def _mirrored_window(self, normal: Field) -> Field:
        """Brightness of the window's mirror image, seen from straight above."""
        mirrored = 2 * normal[..., 2:] * normal
        x, y, _ = SUN_DIRECTION
        off = np.maximum(np.abs(mirrored[..., 0] - x), np.abs(mirrored[..., 1] - y))
        return smoothstep(WINDOW_HALF * 1.5, WINDOW_HALF * 0.7, off)


def blur(field: Field, radius_px: float) -> Field:
    """Gaussian blur; a wide one works on a smaller picture."""
    factor = max(1, int(radius_px / 4))
    size = (max(1, field.shape[1] // factor), max(1, field.shape[0] // factor))
    small = cv2.resize(field, size, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), radius_px / factor)
    return np.asarray(cv2.resize(small, field.shape[1::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def _tone(picture: Field) -> NDArray[np.uint8]:
    """Linear light to sRGB, highlights rolled off by a curve like Reinhard's (2002), but flatter."""
    curve = picture * (1 + picture / 4) / (1 + 0.55 * picture)
    return np.rint(np.clip(curve, 0, 1) ** (1 / 2.2) * 255).astype(np.uint8)
