"""The frozen records that travel between the stages of an analysis.

Images are HxWx3 uint8 RGB, upright. Pixel coordinates are (x, y) from the top left corner; boxes are
(x0, y0, x1, y1) with x1 and y1 exclusive. Lengths are centimetres, masses grams, energy kilocalories.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from ml.nutrition.food_names import NO_NAMES, FoodNames

Mask = NDArray[np.bool_]
Image = NDArray[np.uint8]
Box = tuple[int, int, int, int]
Answer = Literal["yes", "no", "maybe"]
Report = Callable[[str], None]
"""Told in words what is being done, such as "Naming each food"."""
Mode = Literal["hybrid", "ml_only", "llava_only"]
"""What an analysis is made of: detection and insights, the first alone, or a language model alone."""
Author = Literal["model", "person"]
"""Who said what a food is, or how much of it there is."""

SURE_FROM = 0.75
"""Probability of a name below which people are asked whether it is right."""
NOT_FOOD = "not food"
UNKNOWN_FOOD = "unknown food"


@dataclass(frozen=True)
class Interval:
    """An estimate with the range that holds the truth in about eight cases of ten."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Candidate:
    """A name for a crop with its calibrated probability in 0..1."""

    label: str
    confidence: float


@dataclass(frozen=True, eq=False)
class FoodItem:
    """A food in the photo. `mask` (bool HxW) and `bbox` are None when no segmenter was used.

    `label` is a candidate's, a parent of some ("pizza") or `UNKNOWN_FOOD`; `candidates` holds up to five
    names, best first. Items of one photo that look alike share the number `look`, from 1; it is None where
    nothing tells. `features`, float32 (D,), are the recognizer's of its crop, where that gives any.
    """

    label: str
    confidence: float
    candidates: tuple[Candidate, ...]
    mask: Mask | None = None
    bbox: Box | None = None
    look: int | None = None
    features: NDArray[np.float32] | None = None


@dataclass(frozen=True, eq=False)
class TaughtFood:
    """A food's name and what the recognizer saw, float16 (D,), in a crop that a person said shows it."""

    label: str
    features: NDArray[np.float16]


@dataclass(frozen=True)
class Barcode:
    """A packaged food's barcode, such as of format "EAN-13".

    `box` is (x0, y0, x1, y1) in pixels, the last two exclusive. `product` is for who knows what it is.
    """

    format: str
    text: str
    box: tuple[int, int, int, int]
    product: Any = None


@dataclass(frozen=True, eq=False)
class Detections:
    """What `FoodDetector.detect` returns: items from the largest mask to the smallest.

    `models` names what answered, part by part, `versions` which weights of it. `key` stands for the photo's
    content, where the caller gave one.
    """

    image: Image
    items: tuple[FoodItem, ...]
    models: Mapping[str, str] = field(default_factory=dict)
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    key: str | None = None
    barcodes: tuple[Barcode, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Nutrients:
    """Energy in kcal and nutrients in the unit that ends their name: g, mg or ug (micrograms).

    The first eight are known of every food. Of the others None is not known, which is not the same as 0: a
    sum knows only what all its parts know. Vitamin A is in retinol activity equivalents, vitamin E is
    alpha-tocopherol, vitamin K phylloquinone, niacin without what the body makes of tryptophan, folate as it
    is weighed.
    """

    calories: float
    protein_g: float
    carb_g: float
    fat_g: float
    fiber_g: float
    sugar_g: float
    sodium_mg: float
    saturated_fat_g: float
    cholesterol_mg: float | None = None
    potassium_mg: float | None = None
    calcium_mg: float | None = None
    iron_mg: float | None = None
    magnesium_mg: float | None = None
    phosphorus_mg: float | None = None
    zinc_mg: float | None = None
    copper_mg: float | None = None
    selenium_ug: float | None = None
    vitamin_a_ug: float | None = None
    vitamin_c_mg: float | None = None
    vitamin_d_ug: float | None = None
    vitamin_e_mg: float | None = None
    vitamin_k_ug: float | None = None
    thiamin_mg: float | None = None
    riboflavin_mg: float | None = None
    niacin_mg: float | None = None
    vitamin_b6_mg: float | None = None
    folate_ug: float | None = None
    vitamin_b12_ug: float | None = None
    choline_mg: float | None = None

    @classmethod
    def of(cls, amounts: Iterable[float | None]) -> Nutrients:
        """From amounts in the order of the fields, the first eight known."""
        return cls(*cast(Iterable[float], amounts))

    def scaled(self, factor: float) -> Nutrients:
        """Every amount times `factor`, such as grams / 100 for per-100 g values."""
        return self.of(None if amount is None else amount * factor for amount in vars(self).values())

    def __add__(self, other: Nutrients) -> Nutrients:
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return self.of(None if one is None or more is None else one + more for one, more in pairs)


NUTRIENTS = tuple(f.name for f in fields(Nutrients))
HEADLINE = tuple(f.name for f in fields(Nutrients) if f.default is MISSING)
"""The nutrients that are known of every food, of which texts speak."""
NO_NUTRIENTS = Nutrients(*[0.0] * len(NUTRIENTS))


LABEL_ID = 0
"""Instead of a database row's id where a nutrition label was typed in."""


@dataclass(frozen=True)
class FoodRecord:
    """A row of the food composition database, or a label; `per_100g` in the units of `Nutrients`."""

    food_id: int
    description: str
    category: str
    per_100g: Nutrients
    portions: tuple[tuple[str, float], ...] = ()
    """Household portions as (description, grams)."""


@dataclass(frozen=True)
class Diet:
    """What a food usually holds or suits. "maybe" means that it depends on the recipe."""

    vegetarian: Answer
    vegan: Answer
    gluten: Answer
    dairy: Answer
    nuts: Answer
    egg: Answer
    fish: Answer
    shellfish: Answer
    soy: Answer


@dataclass(frozen=True)
class Measure:
    """A household measure of a food, such as "slice", and the grams of one."""

    name: str
    grams: float


@dataclass(frozen=True)
class Food:
    """A label of the reviewed table in assets: how to look it up and how to weigh it."""

    label: str
    parent: str | None
    food_id: int
    density_g_cm3: float
    serving_g: float
    shape: str
    diet: Diet
    piece: str | None = None
    """What one of them is called where they come in pieces: "egg", "slice"."""
    piece_g: float | None = None
    """What such a piece usually weighs."""
    measures: tuple[Measure, ...] = ()


@dataclass(frozen=True)
class Scale:
    """Centimetres a pixel at the food, and all that is needed to weigh again without the photo.

    `source` says in words where the scale came from. `tilt_deg` is the camera's angle from straight down.
    `rim_px` is the diameter of the plate's rim in pixels, None where none was found; `objects_px` maps
    "coin" and "card" to the diameter or long side in pixels of what was found.
    """

    cm_per_px: Interval
    source: str
    tilt_deg: float = 0.0
    rim_px: float | None = None
    objects_px: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Portion:
    """How much of a food there is: visible area in cm2, volume in cm3, mass in grams.

    `count` is the number of pieces of a food that comes in pieces.
    """

    area_cm2: float
    volume_cm3: Interval
    mass_g: Interval
    count: int | None = None


@dataclass(frozen=True)
class Outline:
    """Area and inradius of a food's mask, in pixels of the photo (squared for the area).

    `lobes` is the number of its separate or barely touching parts.
    """

    area: float
    inradius: float
    lobes: int = 1


@dataclass(frozen=True, eq=False)
class AnalyzedFood:
    """A food item, weighed and looked up. Without a database row (`record` None) it has no nutrients.

    `portion` and `nutrients` are of what is eaten, the share `eaten` (above 0, at most 1) of what was served.
    `id` stays with the food whatever else changes in the meal.
    """

    item: FoodItem
    portion: Portion
    food: Food | None
    record: FoodRecord | None
    nutrients: Nutrients | None
    id: int = 0
    outline: Outline | None = None
    eaten: float = 1.0
    named_by: Author = "model"
    weighed_by: Author = "model"
    outlined_by: Author = "model"

    @property
    def is_sure(self) -> bool:
        """Whether the name needs no question: a person gave it, or it is known and likely enough."""
        known = self.record is not None and self.item.confidence >= SURE_FROM
        return self.named_by == "person" or known

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Household measures of the food."""
        if self.food is not None:
            return self.food.measures
        return tuple(Measure(*portion) for portion in self.record.portions) if self.record else ()


@dataclass(frozen=True, eq=False)
class MealFacts:
    """Everything computed about a meal; the sum of the items that have nutrients, with its range.

    `known_foods` are the names of all foods that could have been found.
    """

    foods: tuple[AnalyzedFood, ...]
    total: Nutrients
    total_low: Nutrients
    total_high: Nutrients
    scale: Scale | None
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    known_foods: FoodNames = NO_NAMES


@dataclass(frozen=True, eq=False)
class PhotoAnalysis:
    """What was found in one photo, before any question about it.

    `image` is the upright photo, HxWx3 uint8 RGB; the masks in `facts.foods[i].item.mask` are bool HxW.
    `models` names what answered, part by part, `versions` which weights of it. `key` stands for the photo's
    content, where the caller gave one.
    """

    image: Image
    facts: MealFacts
    models: Mapping[str, str]
    timings_ms: Mapping[str, float]
    warnings: tuple[str, ...]
    key: str | None = None
    barcodes: tuple[Barcode, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class AnalysisResult:
    """An analysis with what was asked and answered.

    `insights` grows while an answer is written; `finished` is set on the last result of a stream.
    `failed_writer` is the version that was to write it, where another had to.
    """

    photo: PhotoAnalysis
    mode: Mode
    question: str | None = None
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    insights: str = ""
    insights_source: str = ""
    insights_version: str = ""
    failed_writer: str = ""
    finished: bool = False

    @property
    def versions(self) -> Mapping[str, str]:
        """The version of each part that answered, by its kind."""
        written = {"insights": self.insights_version} if self.insights_version else {}
        return {**self.photo.versions, **written}

    @property
    def awaits_insights(self) -> bool:
        """Whether an insight is to be written: not in mode "ml_only" nor about a photo without food."""
        return self.mode != "ml_only" and bool(self.photo.facts.foods)
