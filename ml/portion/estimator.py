"""From the masks of a photo to the weight of each food: scale first, then all foods together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ml.portion.mass import Weighing, disagreement, measure, weigh
from ml.portion.plate import find_plate
from ml.portion.scale import VIEW_TILT_DEG, scale_from_bowl, scale_from_plate, scale_from_view
from ml.portion.shapes import outline
from ml.types import Food, Image, Mask

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
    has no name. `plate_diameter_cm` is the rim's diameter, `stated` when a person gave it.
    """
    outlines = [outline(mask) for mask in masks]
    plate = find_plate(image, masks)
    if plate is not None:
        largest = foods[int(np.argmax([o.area for o in outlines]))]
        in_bowl = largest is not None and largest.shape == "bowl" and not stated
        scale = scale_from_bowl(plate) if in_bowl else scale_from_plate(plate, plate_diameter_cm, stated)
        measured = measure(outlines, foods, scale, plate.tilt_deg)
        if disagreement(measured) < MAX_DISAGREEMENT:
            return weigh(measured)
    height, width = image.shape[:2]
    return weigh(measure(outlines, foods, scale_from_view(width, height), VIEW_TILT_DEG))
