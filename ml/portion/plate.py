"""Finds the plate under the food, the one thing in a meal photo whose size is roughly known.

A round plate seen at a tilt is an ellipse whose major axis is the plate's diameter (weak perspective) and
whose axis ratio is the cosine of the tilt. Phones are held level, so the major axis lies close to horizontal:
stretching the photo vertically by the right factor makes the rim a circle. Circles through three edge points
(RANSAC, Fischler and Bolles 1981) are proposed for each stretch, checked along their whole rim, and the
winner is refined by a direct least-squares ellipse (Fitzgibbon et al. 1999).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.portion.shapes import fit
from ml.types import Image, Mask

Floats = NDArray[np.float64]

LONG_SIDE = 320
"""Rims are sought in the photo shrunk to this many pixels."""
AXIS_RATIOS = np.linspace(1.0, 0.4, 13)
"""Overhead to 66 degrees of tilt; flatter ellipses fix no scale."""
TRIPLES = 6_000
RIM_SAMPLES = 160
QUICK_SAMPLES = 32
SHORTLIST = 60
MIN_SUPPORT = 0.62
"""Share of the visible rim that must lie on an edge running along it."""
MIN_VISIBLE = 0.5
"""Share of the rim that must be inside the frame and not under food."""
MIN_DIAMETER = 0.3
"""Smallest plate, as a share of the photo's long side."""
MIN_FOOD_INSIDE = 0.5
ALIGNED = 0.9
"""Cosine between an edge's gradient and the rim's normal."""


@dataclass(frozen=True)
class Plate:
    """A rim as an ellipse in photo pixels: centre (x, y), semi-axes, turn of the major axis in degrees."""

    center: tuple[float, float]
    semi_major: float
    semi_minor: float
    angle_deg: float
    support: float
    """Share of the visible rim found on edges, 0..1."""

    @property
    def diameter_px(self) -> float:
        """Plate diameter in pixels: the major axis, which tilt leaves alone."""
        return 2 * self.semi_major

    @property
    def tilt_deg(self) -> float:
        """Angle between the line of sight and straight down, degrees."""
        return float(np.degrees(np.arccos(np.clip(self.semi_minor / self.semi_major, 0, 1))))

    def enlarged(self, factor: float) -> Plate:
        """The same rim in a photo `factor` times as large."""
        x, y = self.center
        return Plate(
            (factor * x, factor * y),
            factor * self.semi_major,
            factor * self.semi_minor,
            self.angle_deg,
            self.support,
        )


@dataclass(frozen=True)
class _Edges:
    points: Floats
    """(N, 2) xy of the edge pixels outside food."""
    normals: Floats
    """(N, 2) unit gradients at `points`."""
    nearest: NDArray[np.int32]
    """(h, w) index into `points` of the closest edge."""
    distance: NDArray[np.float32]
    """(h, w) pixels to it."""
    food: Mask
    """(h, w) where food, or its outline, hides the plate."""


def find_plate(image: Image, masks: Sequence[Mask]) -> Plate | None:
    """The rim of the plate that holds most of the food, or None when no rim is certain.

    `image` is uint8 HxWx3 RGB, `masks` bool HxW of the foods.
    """
    if not masks:
        return None
    factor = LONG_SIDE / max(image.shape[:2])
    small = np.asarray(fit(image, LONG_SIDE), np.uint8)
    size = (small.shape[1], small.shape[0])
    food = cv2.resize(reduce(np.logical_or, masks).astype(np.uint8), size, interpolation=cv2.INTER_AREA) > 0
    if not food.any():  # too small to be seen here
        return None
    edges = _edges(small, food)
    if len(edges.points) < RIM_SAMPLES // 4:
        return None
    rims = np.concatenate([_propose(edges, ratio) for ratio in AXIS_RATIOS])
    rims = rims[(rims[:, 2] >= MIN_DIAMETER * LONG_SIDE / 2) & (rims[:, 2] <= LONG_SIDE)]
    rims = rims[_food_inside(rims, food) >= MIN_FOOD_INSIDE]
    if not len(rims):
        return None
    rims = rims[np.argsort(-_support(rims, edges, QUICK_SAMPLES))[:SHORTLIST]]
    support = _support(rims, edges)
    best = support.max()
    if best < MIN_SUPPORT:
        return None
    certain = support >= max(MIN_SUPPORT, 0.85 * best)
    outermost = rims[certain][np.argmax(rims[certain, 2] * support[certain])]
    refined = _refine(outermost, edges)
    if refined is None:
        return None
    x, y, major, minor, angle = refined
    return Plate(
        center=(float(x / factor), float(y / factor)),
        semi_major=float(major / factor),
        semi_minor=float(minor / factor),
        angle_deg=float(np.degrees(angle)),
        support=float(_support(refined[None], edges)[0]),
    )


def _edges(small: Image, food: Mask) -> _Edges:
    """Canny edges of the strongest Lab channel at each pixel, without those in or around food."""
    lab = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2Lab), (5, 5), 0)
    dx, dy = (cv2.Sobel(lab, cv2.CV_16S, *order) for order in ((1, 0), (0, 1)))
    strength = np.abs(dx).astype(np.int32) + np.abs(dy)
    channel = strength.argmax(axis=2)[..., None]
    dx, dy = (np.take_along_axis(d, channel, axis=2)[..., 0].copy() for d in (dx, dy))
    covered = cv2.dilate(food.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    edge = (cv2.Canny(dx, dy, 40, 90) > 0) & ~covered
    distance, labels = cv2.distanceTransformWithLabels(
        (~edge).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    rows, cols = np.nonzero(edge)
    index = np.zeros(labels.max() + 1, np.int32)
    index[labels[rows, cols]] = np.arange(len(rows))
    gradient = np.stack([dx[rows, cols], dy[rows, cols]], axis=1).astype(np.float64)
    normals = gradient / np.maximum(np.linalg.norm(gradient, axis=1, keepdims=True), 1e-6)
    points = np.stack([cols, rows], axis=1).astype(np.float64)
    return _Edges(points, normals, index[labels], np.asarray(distance, np.float32), covered)


def _propose(edges: _Edges, ratio: float) -> Floats:
    """Ellipses (K, 5) of one axis ratio through three edge points whose gradients agree with the curve.

    Columns: centre x, y, semi-major, semi-minor, angle in radians.
    """
    rng = np.random.default_rng(0)
    triples = rng.integers(0, len(edges.points), (TRIPLES, 3))
    stretch = np.array([1.0, 1.0 / ratio])
    a, b, c = (edges.points[triples[:, i]] * stretch for i in range(3))
    ab, ac = b - a, c - a
    cross = 2 * (ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0])
    cross[np.abs(cross) < 1e-6] = np.inf
    ab2, ac2 = (ab**2).sum(1), (ac**2).sum(1)
    offset = (
        np.stack([ac[:, 1] * ab2 - ab[:, 1] * ac2, ab[:, 0] * ac2 - ac[:, 0] * ab2], axis=1) / cross[:, None]
    )
    radius = np.linalg.norm(offset, axis=1)
    center = a + offset
    normals = edges.normals / stretch
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    cosines = np.stack(
        [
            ((p - center) * normals[triples[:, i]]).sum(1) / np.maximum(radius, 1e-6)
            for i, p in enumerate((a, b, c))
        ]
    )
    agree = (np.abs(cosines).min(axis=0) > ALIGNED) & (np.abs(np.sign(cosines).sum(axis=0)) == 3)
    center, radius = center[agree] / stretch, radius[agree]
    return np.column_stack([center, radius, radius * ratio, np.zeros(len(radius))])


def _food_inside(rims: Floats, food: Mask) -> Floats:
    """Share of the food's pixels inside each of `rims`, judged on some of them."""
    rows, cols = np.nonzero(food)
    step = max(1, len(rows) // 64)
    x = (cols[None, ::step] - rims[:, :1]) / rims[:, 2:3]
    y = (rows[None, ::step] - rims[:, 1:2]) / rims[:, 3:4]
    return np.asarray((x**2 + y**2 <= 1).mean(axis=1))


def _rim(rims: Floats, samples: int) -> tuple[Floats, Floats]:
    """Points and unit normals (K, samples, 2) along each of `rims`."""
    x, y, major, minor, angle = (column[:, None] for column in rims.T)
    t = np.linspace(0, 2 * np.pi, samples, endpoint=False)[None]
    cos, sin = np.cos(angle), np.sin(angle)
    u, v = major * np.cos(t), minor * np.sin(t)
    points = np.stack([x + u * cos - v * sin, y + u * sin + v * cos], axis=-1)
    nu, nv = np.cos(t) / major, np.sin(t) / minor
    normals = np.stack([nu * cos - nv * sin, nu * sin + nv * cos], axis=-1)
    return points, normals / np.linalg.norm(normals, axis=-1, keepdims=True)


def _match(
    rims: Floats, edges: _Edges, reach: float, samples: int = RIM_SAMPLES
) -> tuple[Mask, Mask, NDArray[np.int32]]:
    """Whether each rim sample is visible, whether it lies on an edge along the rim, and on which."""
    points, normals = _rim(rims, samples)
    height, width = edges.distance.shape
    col, row = np.rint(points).astype(int).transpose(2, 0, 1)
    inside = (col >= 2) & (row >= 2) & (col < width - 2) & (row < height - 2)
    row, col = row.clip(0, height - 1), col.clip(0, width - 1)
    nearest = edges.nearest[row, col]
    visible = inside & ~edges.food[row, col]
    cosine = (edges.normals[nearest] * normals).sum(-1)
    near = visible & (edges.distance[row, col] <= reach) & (np.abs(cosine) > ALIGNED)
    brighter = near & (cosine > 0)
    darker = near & (cosine < 0)
    matched = np.where((brighter.sum(1) >= darker.sum(1))[:, None], brighter, darker)
    return visible, matched, nearest


def _support(rims: Floats, edges: _Edges, samples: int = RIM_SAMPLES) -> Floats:
    """Share of each visible rim that lies on edges of one polarity; 0 where too little is visible."""
    visible, matched, _ = _match(rims, edges, 2.0, samples)
    seen = visible.sum(axis=1)
    return np.where(seen >= MIN_VISIBLE * samples, matched.sum(axis=1) / np.maximum(seen, 1), 0.0)


def _refine(rim: Floats, edges: _Edges) -> Floats | None:
    """Least-squares ellipse through the edge points along `rim`; None when it strays from it."""
    _, matched, nearest = _match(rim[None], edges, reach=3.0)
    points = edges.points[np.unique(nearest[matched])].astype(np.float32)
    (x, y), (width, height), degrees = cv2.fitEllipseDirect(points)
    if height > width:
        width, height, degrees = height, width, degrees + 90
    refined = np.array([x, y, width / 2, height / 2, np.radians((degrees + 90) % 180 - 90)])
    moved = np.abs(refined[:4] - rim[:4]).max() / rim[2]
    return refined if moved < 0.15 and _support(refined[None], edges)[0] >= MIN_SUPPORT else None
