"""From the masks of a photo to the weight of each food: scale first, then all foods together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from ml.portion.mass import Weighing, disagreement, measure, weigh
from ml.portion.objects import LONG_SIDE, find_objects
from ml.portion.plate import Plate, find_plate
from ml.portion.scale import UNFIT_SOURCE, scale_from_bowl, scale_from_plate, scale_from_view
from ml.portion.shapes import fit, outline
from ml.types import Food, Image, Mask, Outline, Portion, Scale

MAX_DISAGREEMENT = 2.5
"""Standard deviations between a rim's scale and usual servings beyond which the rim is not believed."""


def estimate_portions(
    image: Image,
    masks: Sequence[Mask],
    foods: Sequence[Food | None],
    plate_diameter_cm: float,
    stated: bool = False,
) -> Weighing:
    """Weigh what the photo shows.

    `image` is uint8 HxWx3 RGB, `masks` bool HxW, one per food and at least one; `foods` holds None for what
    has no name. `plate_diameter_cm` is the rim's diameter, `stated` when a person gave it: then a rim that is
    found is believed however much the food would weigh.
    """
    outlines = [outline(mask) for mask in masks]
    height, width = image.shape[:2]
    plate, found = _look_for_sizes(image, masks)
    view = replace(scale_from_view(width, height), objects_px=found)
    if plate is None:
        return weigh_outlines(outlines, foods, view)
    largest = foods[int(np.argmax([o.area for o in outlines]))]
    in_bowl = largest is not None and largest.shape == "bowl" and not stated
    scale = scale_from_bowl(plate) if in_bowl else scale_from_plate(plate, plate_diameter_cm, stated)
    measured = measure(outlines, foods, replace(scale, objects_px=found))
    if stated or disagreement(measured) < MAX_DISAGREEMENT:
        return weigh(measured)
    unfit = replace(view, source=UNFIT_SOURCE, tilt_deg=plate.tilt_deg, rim_px=plate.diameter_px)
    return weigh_outlines(outlines, foods, unfit)


def weigh_outlines(outlines: Sequence[Outline], foods: Sequence[Food | None], scale: Scale) -> Weighing:
    """Weigh all foods of a photo together, as when a person states its scale.

    At least one outline; `foods` in their order, None for what has no name.
    """
    return weigh(measure(outlines, foods, scale))


def weigh_one(outline: Outline, food: Food | None, scale: Scale) -> Portion:
    """Weigh one food anew at the scale that a weighing of all has left, so that no other food moves."""
    return weigh_outlines([outline], [food], scale).portions[0]


def _look_for_sizes(image: Image, masks: Sequence[Mask]) -> tuple[Plate | None, dict[str, float]]:
    """The plate and the sizes of other objects, both sought in one small copy of the photo."""
    factor = LONG_SIDE / max(image.shape[:2])
    small = np.asarray(fit(image, LONG_SIDE), np.uint8)
    size = small.shape[1], small.shape[0]
    covered = [cv2.resize(mask.view(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0 for mask in masks]
    plate = find_plate(small, covered)
    found = find_objects(small, covered, plate.tilt_deg if plate else None)
    return plate.enlarged(1 / factor) if plate else None, {k: px / factor for k, px in found.items()}
