"""How many pieces a mask shows, and what they weigh together: one serving is no measure of four eggs.

Round foods lie apart or touch, so that the lobes of their mask are their number. Slices, burgers and the
like may hide one another where there is one lobe; several are their number too. Heaps have no lobes to count.
"""

from __future__ import annotations

from math import hypot

import numpy as np

from ml.portion.scale import log_spread
from ml.types import Food, Interval, Outline

SERVING_SPREAD = 0.6
"""People's portions of one food run from about a third to three times the usual serving."""
PIECE_SPREAD = 0.4
"""One apple, or one dumpling, to another; on ECUSTFD, with those of a table of usual pieces."""
ROUND = ("sphere", "ellipsoid")
HEAPED = ("heap", "leafy", "bowl")
MISCOUNTED = 0.15
"""Likelihood of the lobes seen for another number of pieces, against theirs."""
MOST = 40
SURE = 0.5
"""Probability from which a number of pieces is told."""


def usual_grams(food: Food, outline: Outline) -> tuple[float, float]:
    """What is usually served of a food that looks like this: grams and the spread of their logarithm."""
    if food.piece_g is None:
        return food.serving_g, SERVING_SPREAD
    pieces_g = outline.lobes * food.piece_g
    if _is_countable(food, outline):
        return pieces_g, PIECE_SPREAD
    return max(food.serving_g, pieces_g), SERVING_SPREAD


def count(food: Food | None, outline: Outline, mass_g: Interval) -> int | None:
    """The most likely number of pieces of this mass, or None where it is unsure or there are no pieces."""
    if food is None or food.piece_g is None:
        return None
    numbers = np.arange(1, MOST + 1)
    spread = hypot(log_spread(mass_g), PIECE_SPREAD)
    likelihood = np.exp(-((np.log(mass_g.value / (numbers * food.piece_g)) / spread) ** 2) / 2)
    if _is_countable(food, outline):
        likelihood *= np.where(numbers == outline.lobes, 1, MISCOUNTED)
    best = int(likelihood.argmax())
    return best + 1 if likelihood[best] >= SURE * likelihood.sum() else None


def _is_countable(food: Food, outline: Outline) -> bool:
    return food.shape in ROUND or (outline.lobes > 1 and food.shape not in HEAPED)
