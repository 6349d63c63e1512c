"""What a person says of a meal, made true: another name, another weight, another outline.

Each method takes the facts of a meal and gives those of the meal corrected; no model runs. What a person
does not speak of stays as it is, but for a new scale, by which every food is weighed anew that no person weighed.
Each raises `CorrectionError`, or another `NoonError`, with one plain sentence for what can't be done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ml.corrections.amounts import eaten, portion_of, times, with_portion
from ml.corrections.masks import split
from ml.corrections.rows import (
    MOST_FOODS,
    CorrectionError,
    covariance,
    find,
    next_id,
    with_food,
    with_further,
    without,
)
from ml.nutrition.facts import add_up
from ml.nutrition.foods import FoodTable
from ml.nutrition.search import FoodSearch
from ml.portion.mass import SERVING_SPREAD, weigh_again, weigh_outlines
from ml.portion.shapes import outline
from ml.segmentation.masks import mask_to_box
from ml.types import AnalyzedFood, Candidate, FoodItem, Interval, MealFacts, Scale

MOST_G = 5000.0
"""Of one food of a meal."""
USUAL_G = 100.0
"""Taken of a food whose serving nobody knows."""
NOT_A_WEIGHT = f"A food weighs more than 0 and at most {MOST_G:,.0f} g; correct the amount."


class MealEditor:
    """Corrects meals by the food table and the search over it and the database."""

    def __init__(self, foods: FoodTable, search: FoodSearch) -> None:
        self._foods = foods
        self._search = search

    def rename(self, meal: MealFacts, number: int, name: str) -> MealFacts:
        """A food is another one: its density, shape and nutrients follow; its outline stays."""
        label, food, record = self._search.resolve(name)
        row, old = find(meal, number)
        item = replace(old.item, label=label, confidence=1.0)
        renamed = replace(old, item=item, food=food, named_by="person")
        if old.weighed_by == "model" and old.outline is not None and meal.scale is not None:
            portion, spread = weigh_again(old.outline, food, meal.scale)
            served = with_portion(replace(renamed, eaten=1.0), portion, record)
            return with_food(meal, row, eaten(served, old.eaten), spread)
        return with_food(meal, row, with_portion(renamed, old.portion, record))

    def weigh(self, meal: MealFacts, number: int, grams: float) -> MealFacts:
        """So many grams of a food are eaten, without a range."""
        if not 0 < grams <= MOST_G:
            raise CorrectionError(NOT_A_WEIGHT)
        row, old = find(meal, number)
        factor = grams / old.portion.mass_g.value
        weighed = replace(times(old, factor), eaten=1.0, weighed_by="person")
        exact = replace(weighed.portion, mass_g=Interval(grams, grams, grams))
        return with_food(meal, row, replace(weighed, portion=exact), 0.0)

    def measure(self, meal: MealFacts, number: int, amount: float, measure: str) -> MealFacts:
        """So many of a food's household measures are eaten, such as 2 slices."""
        label = find(meal, number)[1].item.label
        grams = {known.name: known.grams for known in self._foods.measures(label)}.get(measure)
        if grams is None:
            raise CorrectionError(f'There is no measure "{measure}" for {label}; give its grams instead.')
        return self.weigh(meal, number, amount * grams)

    def multiply(self, meal: MealFacts, number: int, factor: float) -> MealFacts:
        """There is so many times as much of a food."""
        row, old = find(meal, number)
        if not 0 < factor * old.portion.mass_g.value <= MOST_G:
            raise CorrectionError(NOT_A_WEIGHT)
        return with_food(meal, row, times(old, factor))

    def eat(self, meal: MealFacts, number: int | None, share: float) -> MealFacts:
        """Only a share (above 0, at most 1) of a food was eaten, or of all if `number` is None."""
        if not 0 < share <= 1:
            raise CorrectionError("What was eaten is more than nothing and at most all; else remove the food.")
        for food in meal.foods if number is None else [find(meal, number)[1]]:
            meal = with_food(meal, find(meal, food.id)[0], eaten(food, share))
        return meal

    def remove(self, meal: MealFacts, number: int) -> MealFacts:
        """A food isn't there."""
        return without(meal, find(meal, number)[0])

    def add(self, meal: MealFacts, name: str, grams: float | None = None) -> MealFacts:
        """A food that the photo doesn't show, such as oil; without `grams` a usual serving of it."""
        label, food, record = self._search.resolve(name)
        item = FoodItem(label, 1.0, (Candidate(label, 1.0),))
        usual = food.serving_g if food else next((grams for _, grams in record.portions), USUAL_G)
        portion = portion_of(usual, SERVING_SPREAD, food)
        new = AnalyzedFood(item, portion, food, record, None, next_id(meal), named_by="person")
        meal = with_further(meal, with_portion(new, portion, record), SERVING_SPREAD)
        return meal if grams is None else self.weigh(meal, new.id, grams)

    def outline(self, meal: MealFacts, number: int | None, item: FoodItem) -> MealFacts:
        """A food is where `item`, which has a mask, is; without a `number` it is a new food of the item's name."""
        assert item.mask is not None
        if number is None:
            food = self._foods.get(item.label)
            record = self._search.resolve(food.label)[2] if food else None
            portion = portion_of(USUAL_G, SERVING_SPREAD, food)
            new = AnalyzedFood(item, portion, food, record, None, number := next_id(meal))
            meal = with_further(meal, with_portion(new, portion, record), SERVING_SPREAD)
        row, old = find(meal, number)
        size = outline(item.mask)
        moved = replace(old, item=replace(old.item, mask=item.mask, bbox=item.bbox), outline=size)
        if old.weighed_by == "person" or meal.scale is None:
            return with_food(meal, row, moved)
        portion, spread = weigh_again(size, old.food, meal.scale)
        served = with_portion(replace(moved, eaten=1.0), portion, old.record)
        return with_food(meal, row, eaten(served, old.eaten), spread)

    def merge(self, meal: MealFacts, numbers: Sequence[int]) -> MealFacts:
        """Foods, all with masks, are one: called as the heaviest of them, it weighs as much as all."""
        rows, parts = zip(*(find(meal, number) for number in dict.fromkeys(numbers)), strict=True)
        masks = [part.item.mask for part in parts if part.item.mask is not None]
        if len(parts) < 2 or len(masks) < len(parts):
            raise CorrectionError("Choose two or more foods that are outlined in the photo to make them one.")
        first = max(parts, key=lambda part: part.portion.mass_g.value)
        grams = np.array([part.portion.mass_g.value for part in parts])
        shares = grams / grams.sum()
        spread = float(shares @ covariance(meal)[np.ix_(rows, rows)] @ shares) ** 0.5
        area = sum(part.portion.area_cm2 for part in parts)
        mask = np.any(masks, axis=0)
        whole = replace(
            first,
            item=replace(first.item, mask=mask, bbox=mask_to_box(mask)),
            outline=outline(mask),
            eaten=1.0,
            weighed_by="person" if all(part.weighed_by == "person" for part in parts) else "model",
        )
        portion = replace(portion_of(float(grams.sum()), spread, first.food), area_cm2=area)
        meal = with_food(meal, find(meal, first.id)[0], with_portion(whole, portion, first.record), spread)
        for part in parts:
            if part is not first:
                meal = self.remove(meal, part.id)
        return meal

    def split(self, meal: MealFacts, number: int) -> MealFacts:
        """A food is several: the separate pieces of its mask, or its halves, each with its area's share."""
        row, old = find(meal, number)
        if old.item.mask is None:
            raise CorrectionError("Only a food that is outlined in the photo can be split.")
        masks = split(old.item.mask)
        if len(masks) + len(meal.foods) > MOST_FOODS:
            raise CorrectionError("This food has too many pieces to be split; outline its parts one by one.")
        areas = np.array([np.count_nonzero(mask) for mask in masks])
        spread = float(covariance(meal)[row, row]) ** 0.5
        for part, (mask, share) in enumerate(zip(masks, (areas / areas.sum()).tolist(), strict=True)):
            item = replace(old.item, mask=mask, bbox=mask_to_box(mask))
            area = old.portion.area_cm2 * share
            piece = replace(times(old, share), item=item, outline=outline(mask))
            piece = replace(piece, portion=replace(piece.portion, area_cm2=area))
            if part == 0:
                meal = with_food(meal, row, piece)
            else:
                meal = with_further(meal, replace(piece, id=next_id(meal)), spread)
        return meal

    def rescale(self, meal: MealFacts, scale: Scale) -> MealFacts:
        """The photo has another scale: outlined foods that no person weighed are weighed anew by it."""
        rows = [i for i, f in enumerate(meal.foods) if f.outline is not None and f.weighed_by == "model"]
        sizes = [size for i in rows if (size := meal.foods[i].outline) is not None]
        if not rows:
            raise CorrectionError("No food here is weighed by its size in the photo: a scale changes nothing.")
        weighing = weigh_outlines(sizes, [meal.foods[i].food for i in rows], scale)
        foods, values = list(meal.foods), covariance(meal)
        for row, portion in zip(rows, weighing.portions, strict=True):
            served = with_portion(replace(foods[row], eaten=1.0), portion, foods[row].record)
            foods[row] = eaten(served, foods[row].eaten)
            values[row, :] = values[:, row] = 0.0
        values[np.ix_(rows, rows)] = weighing.log_covariance
        return add_up(foods, values, weighing.scale, meal.known_foods)
