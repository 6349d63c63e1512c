"""What an outline is taken for: so many pieces, a usual serving, or a pile whose pieces can't be counted."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, hypot, log, radians

from ml.portion.pieces import ROUND, usual_grams
from ml.portion.scale import log_spread
from ml.portion.shapes import SHAPES, Shape, layer
from ml.types import Food, Outline, Scale

DENSITY_SPREAD = 0.1
UNNAMED_SHAPE, UNNAMED_DENSITY, UNNAMED_SERVING_G, UNNAMED_SPREAD = "heap", 0.8, 100.0, 1.2
"""What has no name is taken for a heap of something, from a dab of sauce to a plateful."""
TOO_LARGE = 3.0
"""Standard deviations above the weight of the pieces seen, from which they are a pile."""
KNOWN_SPREAD = 0.3
"""Log spread of the scale below which something in the photo has a known size, or is taken for one."""
SEVERAL = 2
"""Pieces a serving from which one alone, close to the camera, is less likely than a pile."""


@dataclass(frozen=True)
class Reading:
    """The body a food is taken for, its density, and what is usually served: grams and their log spread."""

    shape: Shape
    density_g_cm3: float
    usual_g: float
    usual_spread: float

    @property
    def spread(self) -> float:
        """Standard deviation of the logarithm of true over measured mass, at a true scale."""
        return hypot(self.shape.spread, DENSITY_SPREAD)

    def area_cm2(self, outline: Outline, scale: Scale) -> float:
        """What the outline covers; flat foods look smaller by the cosine of the scale's tilt."""
        seen = cos(radians(scale.tilt_deg)) if self.shape.flat else 1.0
        return outline.area * scale.cm_per_px.value**2 / seen

    def mass_g(self, outline: Outline, scale: Scale) -> float:
        """What it weighs by its size alone."""
        inradius_cm = outline.inradius * scale.cm_per_px.value
        return self.density_g_cm3 * self.shape.volume(self.area_cm2(outline, scale), inradius_cm)


def read(outline: Outline, food: Food | None, scale: Scale) -> Reading:
    """What the outline of a food is taken for; None is a food without a name."""
    if food is None:
        return Reading(shape_of(None), UNNAMED_DENSITY, UNNAMED_SERVING_G, UNNAMED_SPREAD)
    pieces = Reading(shape_of(food), food.density_g_cm3, *usual_grams(food, outline))
    return _pile(food, pieces.usual_g) if _is_pile(pieces, outline, food, scale) else pieces


def shape_of(food: Food | None) -> Shape:
    """The shape that a food is taken to have."""
    return SHAPES[food.shape if food else UNNAMED_SHAPE]


def density_of(food: Food | None) -> float:
    """The density that a food is taken to have, in g/cm3."""
    return food.density_g_cm3 if food else UNNAMED_DENSITY


def _is_pile(pieces: Reading, outline: Outline, food: Food, scale: Scale) -> bool:
    """Whether the pieces that are seen would be far larger than they ever are.

    Where nothing has a known size they may be near the camera instead, and are where a serving is one piece.
    How thick one that lies on its side is isn't known, so churros are no pile.
    """
    if food.piece_g is None or food.shape == "cylinder":
        return False
    scale_spread = log_spread(scale.cm_per_px)
    if scale_spread > KNOWN_SPREAD and food.serving_g < SEVERAL * food.piece_g:
        return False
    spread = hypot(pieces.shape.degree * scale_spread, pieces.spread, pieces.usual_spread)
    return log(pieces.mass_g(outline, scale) / pieces.usual_g) > TOO_LARGE * spread


def _pile(food: Food, pieces_g: float) -> Reading:
    """As many pieces as cover the outline; how much people usually take says hardly anything."""
    piece_cm3 = (food.piece_g or pieces_g) / food.density_g_cm3
    shape = layer(piece_cm3) if food.shape in ROUND else shape_of(food)
    return Reading(shape, food.density_g_cm3, max(food.serving_g, pieces_g), UNNAMED_SPREAD)
