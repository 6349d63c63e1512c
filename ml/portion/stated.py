"""Scales made from one that was found and what a person says, without the photo.

Each says in one sentence what to do instead where it cannot be used; none is ever ignored.
"""

from __future__ import annotations

from dataclasses import replace
from math import cos, hypot, radians

from ml.errors import NoonError
from ml.portion.references import find_reference
from ml.portion.scale import RIM_SPREAD, log_interval
from ml.types import Scale

MARK_SPREAD = 0.05
"""Two points marked with a finger a few centimetres apart, on the table or on the food."""
OBJECT_SPREAD = 0.04
"""The edge of a coin or card is read to a few per cent."""
RAISED = 0.96
"""Food and rims stand above the table and so nearer to the camera than a coin on it: by the coins of ECUSTFD
its plates measure 4 % too much (`python -m ml.evaluation.portion`)."""
MIN_DISTANCE_PX = 8.0
PLATES_CM = (8.0, 60.0)
"""From a saucer to a platter."""
DISTANCES_CM = (0.5, 200.0)
NO_RIM = "No plate rim was found in this photo; mark two points whose distance you know instead."
NOT_FOUND = {
    "coin": "No coin was found in this photo; mark two points whose distance you know instead.",
    "card": "No card was found in this photo; mark two points whose distance you know instead.",
}
NO_SCALE = frozenset({NO_RIM, *NOT_FOUND.values()})
"""What is said where a scale that a person knows could not be used."""


def scale_by_plate(scale: Scale, diameter_cm: float) -> Scale:
    """The scale by the photo's rim, `diameter_cm` across. Raises NoonError where no rim was found."""
    _check_size(diameter_cm, PLATES_CM, "The plate must measure {:g} to {:g} cm; check the number.")
    if scale.rim_px is None:
        raise NoonError(NO_RIM)
    return replace(
        scale,
        cm_per_px=log_interval(diameter_cm / scale.rim_px, RIM_SPREAD),
        source=f"a plate rim, stated to be {diameter_cm:g} cm across",
    )


def scale_by_distance(scale: Scale, start: tuple[float, float], end: tuple[float, float], cm: float) -> Scale:
    """The scale by two points on the table, (x, y) in photo pixels and `cm` apart.

    What runs away from a tilted camera looks shorter by the cosine of its tilt. Raises NoonError for points
    that are too close.
    """
    _check_size(cm, DISTANCES_CM, "The distance must measure {:g} to {:g} cm; check the number.")
    away = (end[1] - start[1]) / cos(radians(scale.tilt_deg))
    apart = hypot(end[0] - start[0], away)
    if apart < MIN_DISTANCE_PX:
        raise NoonError("The two points lie too close together; mark two that are farther apart.")
    return replace(
        scale, cm_per_px=log_interval(cm / apart, MARK_SPREAD), source=f"two marked points {cm:g} cm apart"
    )


def scale_by_object(scale: Scale, name: str) -> Scale:
    """The scale by the coin or card found in the photo, which is the reference called `name`.

    Raises NoonError for an unknown name and where no such object was found.
    """
    reference = find_reference(name)
    found_px = scale.objects_px.get(reference.kind)
    if found_px is None:
        raise NoonError(NOT_FOUND[reference.kind])
    return replace(
        scale,
        cm_per_px=log_interval(RAISED * reference.size_cm / found_px, OBJECT_SPREAD),
        source=f"a {reference.kind} in the photo, stated to be {reference.name} of {reference.size_cm:g} cm",
    )


def _check_size(cm: float, sizes: tuple[float, float], sentence: str) -> None:
    low, high = sizes
    if not low <= cm <= high:
        raise NoonError(sentence.format(low, high))
