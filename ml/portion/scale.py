"""How many centimetres a pixel is: from a plate's rim, or from how much a meal photo usually shows.

Widths are standard deviations of the logarithm, so that 0.1 is about ten per cent; an `Interval` spans 1.2816
of them to each side, the middle eight tenths of a normal distribution.
"""

from __future__ import annotations

from math import exp, log

from ml.portion.plate import Plate
from ml.types import Interval, Scale

Z80 = 1.2816
RIM_SPREAD = 0.03
"""A rim stands above the food's middle and its ellipse is read to a few per cent."""
PLATE_SPREAD = 0.2
"""Plates measure 18 to 34 cm: side plates, dinner plates of mostly 25 to 28 cm, restaurant plates."""
BOWL_CM = 17.0
"""A soup or noodle bowl; they run from 12 to 22 cm."""
VIEW_CM = 36.0
VIEW_SPREAD = 0.4
"""What the long side of a meal photo spans: one dish close up to a laid table."""
VIEW_SOURCE = f"usual servings and a photo about {VIEW_CM:g} cm wide, as no plate rim was found"
UNFIT_SOURCE = f"usual servings and a photo about {VIEW_CM:g} cm wide, as the rim found fits no usual serving"
VIEW_TILT_DEG = 30.0
"""Where no plate tells, a phone is held about this far from straight down."""


def log_interval(median: float, spread: float) -> Interval:
    """The middle eight tenths of a log-normal distribution with this log standard deviation."""
    return Interval(median, median * exp(-Z80 * spread), median * exp(Z80 * spread))


def log_spread(interval: Interval) -> float:
    """The log standard deviation of which `log_interval` made this interval."""
    return log(interval.high / interval.low) / (2 * Z80)


def scale_from_plate(plate: Plate, diameter_cm: float, stated: bool) -> Scale:
    """Scale by a found rim `diameter_cm` across; `stated` when a person measured it."""
    spread = RIM_SPREAD if stated else (RIM_SPREAD**2 + PLATE_SPREAD**2) ** 0.5
    words = "a plate rim, stated to be {:g} cm across" if stated else "a plate rim, taken as {:g} cm across"
    return Scale(
        log_interval(diameter_cm / plate.diameter_px, spread),
        words.format(diameter_cm),
        plate.tilt_deg,
        plate.diameter_px,
    )


def scale_from_bowl(plate: Plate) -> Scale:
    """Scale by the rim around a soup or noodle dish, which is a bowl's."""
    spread = (RIM_SPREAD**2 + PLATE_SPREAD**2) ** 0.5
    return Scale(
        log_interval(BOWL_CM / plate.diameter_px, spread),
        f"a bowl's rim, taken as {BOWL_CM:g} cm across",
        plate.tilt_deg,
        plate.diameter_px,
    )


def scale_from_view(width: int, height: int) -> Scale:
    """Scale of a photo in which nothing has a known size."""
    interval = log_interval(VIEW_CM / max(width, height), VIEW_SPREAD)
    return Scale(interval, VIEW_SOURCE, VIEW_TILT_DEG)
