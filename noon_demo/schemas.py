"""The JSON that the API returns, as pydantic models.

Field names say the unit: g, mg, cm2, ms; `calories` are kilocalories. Pixel coordinates are (x, y) from the
top left corner of the upright photo.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, FailFast, Field, FiniteFloat

T = TypeVar("T")
Several = Annotated[list[T], FailFast()]
"""A list that a request may hold: its first bad item is told, and a million of them cost no more."""
Mode = Literal["hybrid", "ml_only", "llava_only"]
Author = Literal["model", "person"]
MOST_RUNS = 2**18
"""Characters of an encoded mask."""
MOST_FEATURES = 8192
"""Characters of encoded features."""
MOST_TAUGHT = 24
"""Foods that a visitor may have taught."""
Whole = Annotated[float, AfterValidator(lambda amount: float(round(amount)))]
Tenths = Annotated[float, AfterValidator(lambda amount: round(amount, 1))]
Hundredths = Annotated[float, AfterValidator(lambda amount: round(amount, 2))]
Share = Annotated[float, AfterValidator(lambda share: round(share, 3))]
WholeRange = tuple[Whole, Whole]
TenthsRange = tuple[Tenths, Tenths]
HundredthsRange = tuple[Hundredths, Hundredths]


class Strict(BaseModel):
    """No field beyond those listed; reads the dataclasses of `ml.types` by attribute."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class CandidateJson(Strict):
    """A name with its calibrated probability in 0..1."""

    label: str
    confidence: Share


class MaskJson(Strict):
    """A mask in COCO's compressed run-length encoding; `size` is [height, width]."""

    size: tuple[int, int]
    counts: Annotated[str, Field(max_length=MOST_RUNS)]


Ring = Several[tuple[int, int]]
"""A closed line through pixels (x, y)."""


class NutritionJson(Strict):
    """Energy and nutrients of one food or of the whole meal; null where not known of a food."""

    calories: Whole
    protein_g: Tenths
    carb_g: Tenths
    fat_g: Tenths
    fiber_g: Tenths
    sugar_g: Tenths
    sodium_mg: Whole
    saturated_fat_g: Tenths
    cholesterol_mg: Whole | None = None
    potassium_mg: Whole | None = None
    calcium_mg: Whole | None = None
    iron_mg: Tenths | None = None
    magnesium_mg: Whole | None = None
    phosphorus_mg: Whole | None = None
    zinc_mg: Tenths | None = None
    copper_mg: Hundredths | None = None
    selenium_ug: Tenths | None = None
    vitamin_a_ug: Whole | None = None
    vitamin_c_mg: Tenths | None = None
    vitamin_d_ug: Tenths | None = None
    vitamin_e_mg: Tenths | None = None
    vitamin_k_ug: Tenths | None = None
    thiamin_mg: Hundredths | None = None
    riboflavin_mg: Hundredths | None = None
    niacin_mg: Tenths | None = None
    vitamin_b6_mg: Hundredths | None = None
    folate_ug: Whole | None = None
    vitamin_b12_ug: Hundredths | None = None
    choline_mg: Whole | None = None


class TotalsJson(NutritionJson):
    """The meal's totals, each with its range and, where one is set, its share of the daily value in %."""

    calories_range: WholeRange
    protein_g_range: TenthsRange
    carb_g_range: TenthsRange
    fat_g_range: TenthsRange
    fiber_g_range: TenthsRange
    sugar_g_range: TenthsRange
    sodium_mg_range: WholeRange
    saturated_fat_g_range: TenthsRange
    cholesterol_mg_range: WholeRange | None = None
    potassium_mg_range: WholeRange | None = None
    calcium_mg_range: WholeRange | None = None
    iron_mg_range: TenthsRange | None = None
    magnesium_mg_range: WholeRange | None = None
    phosphorus_mg_range: WholeRange | None = None
    zinc_mg_range: TenthsRange | None = None
    copper_mg_range: HundredthsRange | None = None
    selenium_ug_range: TenthsRange | None = None
    vitamin_a_ug_range: WholeRange | None = None
    vitamin_c_mg_range: TenthsRange | None = None
    vitamin_d_ug_range: TenthsRange | None = None
    vitamin_e_mg_range: TenthsRange | None = None
    vitamin_k_ug_range: TenthsRange | None = None
    thiamin_mg_range: HundredthsRange | None = None
    riboflavin_mg_range: HundredthsRange | None = None
    niacin_mg_range: TenthsRange | None = None
    vitamin_b6_mg_range: HundredthsRange | None = None
    folate_ug_range: WholeRange | None = None
    vitamin_b12_ug_range: HundredthsRange | None = None
    choline_mg_range: WholeRange | None = None
    daily_values_percent: dict[str, Whole]


class SourceJson(Strict):
    """The database row that the nutrition comes from; of a typed nutrition label also its `per_100g`."""

    database: str
    description: str
    food_id: int
    per_100g: dict[str, FiniteFloat] | None = None


class DetectedJson(Strict):
    """A food in the photo; `bbox` is [x0, y0, x1, y1], x1 and y1 exclusive.

    Foods that look alike, such as all cookies of a plate, have the same number `look`, whatever they are
    called; null where nothing tells.
    """

    id: int
    label: str
    confidence: Share
    candidates: Several[CandidateJson]
    bbox: tuple[int, int, int, int] | None
    mask: MaskJson | None
    outline: Several[Ring]
    look: int | None = None


class MeasureJson(Strict):
    """A household measure of a food and what one of it weighs."""

    name: str
    grams: float


class ItemJson(DetectedJson):
    """A food in the photo, weighed and looked up; without a database row it has no `nutrition`.

    All amounts are of what is eaten, the share `eaten` of what was served. `sure` is false where the name
    should be asked for. `count` is the number of pieces where the food comes in pieces.
    """

    named_by: Author
    weighed_by: Author
    outlined_by: Author = "model"
    sure: bool
    count: int | None
    measures: Several[MeasureJson]
    area_cm2: Tenths
    mass_g: Tenths
    mass_g_range: TenthsRange
    eaten: Annotated[float, Field(gt=0, le=1)]
    nutrition: NutritionJson | None
    source: SourceJson | None


class ImageJson(Strict):
    """Size in pixels of the upright photo, after photos of over 12.6 megapixels were reduced to that.

    `key` names its file's content, the SHA-256 of that, to `POST /api/segment`.
    """

    width: int
    height: int
    key: str | None


class ScaleJson(Strict):
    """Centimetres a pixel at the food, where they come from in words, and what else tells of sizes.

    `tilt_deg` is the camera's angle from straight down, `rim_px` the diameter of the plate's rim, if there is
    one, and `objects_px` the size of things of known kinds, such as a coin.
    """

    source: str
    cm_per_px: float
    cm_per_px_range: tuple[float, float]
    tilt_deg: float
    rim_px: float | None
    objects_px: dict[str, float]


class ProductJson(Strict):
    """A packaged food as a `source` under a `licence` describes it; nutrients are those known there."""

    name: str
    brand: str
    quantity: str
    nutrition_per_100g: dict[str, FiniteFloat]
    source: str
    licence: str
    url: str


class BarcodeJson(Strict):
    """A packaged food's barcode, such as of format "EAN-13", and its product where that was looked up."""

    format: str
    text: str
    box: tuple[int, int, int, int]
    product: ProductJson | None = None


class DetectionResponse(Strict):
    """What `/detect` returns."""

    detected_items: list[DetectedJson]
    barcodes: list[BarcodeJson]
    image: ImageJson
    models: dict[str, str]
    versions: Annotated[dict[str, str], Field(default_factory=dict)]
    timings_ms: dict[str, Tenths]
    warnings: list[str]


class AnalysisResponse(Strict):
    """What `/analyze`, `/recalculate` and their routes below `/api` return.

    `nutrition` is null when nothing was counted. `models` and `versions` name what answered, part by part.
    """

    mode: Mode
    detected_items: Several[ItemJson]
    barcodes: Annotated[Several[BarcodeJson], Field(default_factory=list)]
    nutrition: TotalsJson | None
    insights: str
    insights_source: str
    image: ImageJson
    scale: ScaleJson | None
    models: dict[str, str]
    versions: Annotated[dict[str, str], Field(default_factory=dict)]
    timings_ms: dict[str, Tenths]
    warnings: Several[str]

    def saying(self, insights: str, source: str = "builtin", version: str = "builtin") -> Self:
        """The result with another insight, unless told otherwise by the part that needs no model."""
        versions = {**self.versions, "insights": version}
        return self.model_copy(update={"insights": insights, "insights_source": source, "versions": versions})


class FoodRow(Strict):
    """A row of the food composition database; `portions_g` maps household portions to grams.

    `score` is 1 where the words looked up are the food's, and less the more they differ.
    """

    food_id: int
    description: str
    category: str
    nutrition_per_100g: NutritionJson
    portions_g: dict[str, float]
    score: Share


class LookupResponse(Strict):
    """What `/lookup` returns: the rows that fit best first."""

    foods: list[FoodRow]


class SegmentResponse(Strict):
    """What `/segment` returns: the one food that points or a box mean."""

    image: ImageJson
    item: DetectedJson


class TeachResponse(Strict):
    """What `/teach` returns: what the recognizer sees in a crop, float16 as base64, and which recognizer."""

    features: Annotated[str, Field(max_length=MOST_FEATURES)]
    recognizer: Annotated[str, Field(max_length=64)]


class TaughtJson(TeachResponse):
    """A food that a person taught: its name, and what `/teach` returned for it."""

    name: Annotated[str, Field(min_length=1, max_length=200)]


Taught = Annotated[list[TaughtJson], Field(max_length=MOST_TAUGHT)]
"""What a visitor taught, kept by the visitor; several may have one name."""


class FoodMatch(Strict):
    """A food that fits what was typed: its `name` in the language asked for, and the `food` of an edit."""

    name: str
    food: str
    calories_per_100g: Whole
    score: Share


class FoodsResponse(Strict):
    """What `GET /api/foods` returns, the best fit first."""

    foods: list[FoodMatch]


class ReferenceJson(Strict):
    """A thing of known size, to judge sizes in a photo by."""

    name: str
    kind: str
    size_cm: float


class ReferencesResponse(Strict):
    """What `GET /api/references` returns."""

    references: list[ReferenceJson]


class TrialStatus(Strict):
    """A version on trial for `percent` of the visitors, or in the shadow; `message` says why it stopped."""

    version: str
    percent: float
    shadow: bool
    state: Literal["loading", "on", "stopped"]
    message: str = ""


PartState = Literal["waiting", "loading", "ready", "failed"]


class PartStatus(Strict):
    """How far a replaceable part is; `message` says what is amiss, if anything.

    `version` names the weights that answer.
    """

    part: Literal["segmenter", "recognizer", "nutrition", "insights"]
    state: PartState
    model: str
    version: str = ""
    message: str = ""
    trial: TrialStatus | None = None


class StageTimes(Strict):
    """Median and 95th percentile of a stage over the last `count` runs, in milliseconds."""

    p50: Tenths
    p95: Tenths
    count: int


class HealthResponse(Strict):
    """What `/health` and `GET /api/health` return."""

    status: Literal["ready", "loading", "failed"]
    parts: list[PartStatus]
    device: str
    memory_mb: Whole
    uptime_s: Whole
    counts: dict[str, int]
    timings_ms: dict[str, StageTimes]
    versions: dict[str, str]


class ErrorResponse(Strict):
    """What a request gets that can't be served."""

    error: str
