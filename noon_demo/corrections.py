"""A result with a person's edits: from JSON to the records of the models, corrected, and to JSON again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from noon_demo import edits
from noon_demo.errors import RequestError
from noon_demo.ml_inference import (
    LABEL_ID,
    NO_FOOD,
    NO_SCALE,
    UNKNOWN_FOOD,
    AnalyzedFood,
    Candidate,
    FoodItem,
    FoodRecord,
    Interval,
    MealFacts,
    Models,
    NoonError,
    Nutrients,
    Portion,
    Scale,
    outline,
    scale_by_distance,
    scale_by_object,
    scale_by_plate,
    totals,
)
from noon_demo.results import formatting, masks
from noon_demo.schemas import AnalysisResponse, ItemJson, MaskJson, ScaleJson

DAMAGED = "This result is damaged: its parts don't fit together; analyse the photo again."


@dataclass(frozen=True, eq=False)
class ReadMeal:
    """A meal as it was read from a result: its facts, and by id each food with its JSON."""

    facts: MealFacts
    items: dict[int, tuple[AnalyzedFood, ItemJson]]


def read(
    models: Models, result: AnalysisResponse, with_masks: frozenset[int] | None = frozenset()
) -> ReadMeal:
    """The meal of a result, with the masks of these foods, or of all with None. Raises `RequestError`."""
    items = {
        item.id: (_food(models, item, result, with_masks is None or item.id in with_masks), item)
        for item in result.detected_items
    }
    if len(items) < len(result.detected_items):
        raise RequestError(DAMAGED)
    scale = None if result.scale is None else _scale(result.scale)
    return ReadMeal(models.meal([food for food, _ in items.values()], scale), items)


def needed_masks(changes: Sequence[edits.Edit]) -> frozenset[int] | None:
    """Ids of the foods whose masks some edits need; None for all."""
    ids: set[int] = set()
    for edit in changes:
        match edit:
            case edits.Rescale():
                return None
            case edits.Rename() | edits.Split():
                ids.add(edit.id)
            case edits.Merge():
                ids.update(edit.ids)
    return frozenset(ids)


def apply(models: Models, result: AnalysisResponse, facts: MealFacts, edit: edits.Edit) -> MealFacts:
    """The meal after one edit, by the editor's method of its name. Raises `RequestError` or `NoonError`."""
    editor = models.editor
    match edit:
        case edits.Angle() | edits.Leftovers():
            arguments: list[Any] = [read(models, edit.result).facts]
        case edits.Label():
            arguments = [edit.name, edit.grams, Nutrients(**vars(edit.per_100g))]
        case edits.Outline():
            arguments = [edit.id, _outlined(edit, result)]
        case edits.Rescale():
            return editor.rescale(facts, _rescaled(facts, edit))
        case _:
            arguments = [getattr(edit, name) for name in type(edit).model_fields if name != "edit"]
    corrected: MealFacts = getattr(editor, edit.edit)(facts, *arguments)
    return corrected


def recalculate(models: Models, result: AnalysisResponse, changes: Sequence[edits.Edit]) -> AnalysisResponse:
    """The result after all edits, in order. Raises `RequestError`."""
    meal = read(models, result, needed_masks(changes))
    facts = meal.facts
    for edit in changes:
        try:
            facts = apply(models, result, facts, edit)
        except NoonError as error:
            raise RequestError(str(error)) from None
    return write(models, result, meal, facts)


def write(models: Models, before: AnalysisResponse, meal: ReadMeal, facts: MealFacts) -> AnalysisResponse:
    """The result `before` with the corrected facts, and what the built-in part writes of them."""
    return before.saying(models.describe(facts)).model_copy(
        update={
            "detected_items": [_item(food, meal, before.models["nutrition"]) for food in facts.foods],
            "nutrition": totals(facts),
            "scale": formatting.scale(facts.scale),
            "warnings": [*_still_true(before.warnings, meal.facts, facts), *facts.warnings],
        }
    )


def _still_true(warnings: Sequence[str], before: MealFacts, after: MealFacts) -> Iterator[str]:
    """What was said of the photo and not of its foods, but for what the corrections made up for."""
    gone = set(before.warnings)
    if after.foods:
        gone.add(NO_FOOD)
    if after.scale != before.scale:
        gone |= NO_SCALE
    return (warning for warning in warnings if warning not in gone)


def _food(models: Models, item: ItemJson, result: AnalysisResponse, with_mask: bool) -> AnalyzedFood:
    food = models.foods.get().get(item.label)
    record = _record(models, item)
    mask = _mask(item.mask, result) if with_mask and item.mask else None
    density = food.density_g_cm3 if food else 1.0
    mass = Interval(item.mass_g, *item.mass_g_range)
    volume = Interval(*(grams / density for grams in vars(mass).values()))
    candidates = tuple(Candidate(known.label, known.confidence) for known in item.candidates)
    return AnalyzedFood(
        item=FoodItem(item.label, item.confidence, candidates, mask, item.bbox, item.look),
        portion=Portion(item.area_cm2, volume, mass, item.count),
        food=food,
        record=record,
        nutrients=Nutrients(**vars(item.nutrition)) if item.nutrition else None,
        id=item.id,
        outline=None if mask is None else outline(mask),
        eaten=item.eaten,
        named_by=item.named_by,
        weighed_by=item.weighed_by,
        outlined_by=item.outlined_by,
    )


def _record(models: Models, item: ItemJson) -> FoodRecord | None:
    """The database row of a food, or its label. Raises `RequestError`."""
    if item.source is None:
        return None
    if item.source.food_id != LABEL_ID:
        return models.database.get().by_id(item.source.food_id)
    try:
        if item.source.per_100g is not None:
            per_100g = Nutrients(**item.source.per_100g)
        else:  # of a result that an earlier version wrote: as its rounded nutrition tells it
            per_100g = Nutrients(**vars(item.nutrition)).scaled(100 / item.mass_g)
    except (TypeError, ZeroDivisionError):
        raise RequestError(DAMAGED) from None
    return FoodRecord(LABEL_ID, item.source.description, "", per_100g)


def _outlined(edit: edits.Outline, result: AnalysisResponse) -> FoodItem:
    mask = _mask(edit.mask, result)
    candidates = tuple(Candidate(known.label, known.confidence) for known in edit.candidates)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    bbox = int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
    return FoodItem(edit.label or UNKNOWN_FOOD, edit.confidence, candidates, mask, bbox)


def _rescaled(facts: MealFacts, edit: edits.Rescale) -> Scale:
    """The scale by what a person knows. Raises `RequestError` or `NoonError`."""
    known = [value for value in (edit.plate_diameter_cm, edit.distance, edit.object) if value is not None]
    if len(known) != 1:
        raise RequestError("Please give one of these: the plate's diameter, a distance, or an object.")
    if facts.scale is None:
        raise RequestError("This meal was not weighed by its size in the photo: there is no scale to change.")
    if edit.plate_diameter_cm is not None:
        return scale_by_plate(facts.scale, edit.plate_diameter_cm)
    if edit.distance is not None:
        return scale_by_distance(facts.scale, edit.distance.start, edit.distance.end, edit.distance.cm)
    return scale_by_object(facts.scale, str(edit.object))


def _scale(scale: ScaleJson) -> Scale:
    per_px = Interval(scale.cm_per_px, *scale.cm_per_px_range)
    return Scale(per_px, scale.source, scale.tilt_deg, scale.rim_px, scale.objects_px)


def _mask(mask: MaskJson, result: AnalysisResponse) -> masks.Mask:
    """A mask of the photo's size. Raises `RequestError`."""
    if mask.size != (result.image.height, result.image.width):
        raise RequestError(DAMAGED)
    return masks.decode(mask)


def _item(food: AnalyzedFood, meal: ReadMeal, database: str) -> ItemJson:
    """A food's JSON; what has not changed stays to the letter."""
    before, json = meal.items.get(food.id, (None, None))
    if json and before is food:
        return json
    item = formatting.food(food, database)
    if json and before and food.item.mask is before.item.mask and food.item.bbox == before.item.bbox:
        return item.model_copy(update={"mask": json.mask, "outline": json.outline, "bbox": json.bbox})
    return item
