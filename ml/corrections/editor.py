"""What a person says of a meal, made true: another name, another weight, another outline.

Each method takes the facts of a meal and gives those of the meal corrected; no model runs. What a person
does not speak of stays as it is, but for a new scale: by it every food is weighed anew that no person
weighed.
Each raises `CorrectionError`, or another `NoonError`, with one plain sentence for what can't be done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ml.corrections.amounts import eaten, grams_of, portion_of, served, serving, times, usual
from ml.corrections.listed import listed
from ml.corrections.masks import split
from ml.corrections.quantities import Quantity, read_quantity
from ml.corrections.rows import CorrectionError, added, find, next_id, replaced, with_foods
from ml.nutrition.facts import add_up, whole_mass
from ml.nutrition.foods import FoodTable
from ml.nutrition.search import FoodSearch
from ml.portion.estimator import weigh_one, weigh_outlines
from ml.portion.reading import shape_of
from ml.portion.shapes import outline
from ml.recognition.naming import lineage
from ml.segmentation.masks import mask_to_box
from ml.types import (
    LABEL_ID,
    UNKNOWN_FOOD,
    AnalyzedFood,
    Candidate,
    FoodItem,
    FoodRecord,
    Interval,
    MealFacts,
    Nutrients,
    Scale,
)

LEAST_SHARE = 0.05
"""Of a food; where less is gone, nothing was eaten of it: two photos don't tell more."""
MOST_G = 5000.0
"""Of one food of a meal."""
NOT_A_WEIGHT = f"A food weighs more than 0 and at most {MOST_G:,.0f} g; correct the amount."


class MealEditor:
    """Corrects meals by the food table and the search over it and the database."""

    def __init__(self, foods: FoodTable, search: FoodSearch) -> None:
        self._foods = foods
        self._search = search

    def rename(self, meal: MealFacts, number: int, name: str) -> MealFacts:
        """A food is another one: its density, shape and nutrients follow; its outline stays."""
        label, food, record = self._search.resolve(name)
        old = find(meal, number)
        item = replace(old.item, label=label, confidence=1.0)
        new = replace(old, item=item, food=food, record=record, named_by="person")
        if old.weighed_by == "model" and old.outline is not None and meal.scale is not None:
            return replaced(meal, served(new, weigh_one(old.outline, food, meal.scale)))
        portion = portion_of(old.portion.mass_g, food, old.portion.area_cm2)
        return replaced(meal, times(replace(new, portion=portion), 1.0))

    def weigh(self, meal: MealFacts, number: int, grams: float) -> MealFacts:
        """So many grams of a food are eaten, without a range."""
        if not 0 < grams <= MOST_G:
            raise CorrectionError(NOT_A_WEIGHT)
        old = find(meal, number)
        portion = portion_of(Interval(grams, grams, grams), old.food, old.portion.area_cm2)
        return replaced(meal, served(replace(old, eaten=1.0, weighed_by="person"), portion))

    def measure(self, meal: MealFacts, number: int, amount: float, measure: str) -> MealFacts:
        """So many of a food's household measures are eaten, such as 2 slices."""
        food = find(meal, number)
        grams = {known.name: known.grams for known in food.measures}.get(measure)
        if grams is None:
            raise CorrectionError(
                f'There is no measure "{measure}" for {food.item.label}; give grams instead.'
            )
        return self.weigh(meal, number, amount * grams)

    def multiply(self, meal: MealFacts, number: int, factor: float) -> MealFacts:
        """There is so many times as much of a food."""
        old = find(meal, number)
        if not 0 < factor * old.portion.mass_g.value <= MOST_G:
            raise CorrectionError(NOT_A_WEIGHT)
        return replaced(meal, replace(times(old, factor), weighed_by="person"))

    def eat(self, meal: MealFacts, number: int | None, share: float) -> MealFacts:
        """Only a share (above 0, at most 1) of a food was eaten, or of all if `number` is None."""
        if not 0 < share <= 1:
            raise CorrectionError(
                "What was eaten is more than nothing and at most all; else remove the food."
            )
        chosen = meal.foods if number is None else [find(meal, number)]
        return replaced(meal, *(eaten(food, share) for food in chosen))

    def remove(self, meal: MealFacts, number: int) -> MealFacts:
        """A food isn't there."""
        gone = find(meal, number)
        return with_foods(meal, [food for food in meal.foods if food is not gone])

    def add(self, meal: MealFacts, name: str, grams: float | None = None) -> MealFacts:
        """A food that the photo doesn't show, such as "oil", "2 eggs" or "1 tbsp of honey".

        Without `grams` it is as much as the name says, or else a usual serving, and may be several foods.
        """
        for food in [name] if grams else listed(name, self._search):
            meal = self._add(meal, read_quantity(food), grams)
        return meal

    def _add(self, meal: MealFacts, said: Quantity, grams: float | None) -> MealFacts:
        new = replace(usual(said.food, self._search), id=next_id(meal), named_by="person")
        if grams is None:
            grams = grams_of(said, new)
        meal = added(meal, times(new, 1.0))
        if grams is not None:
            return self.weigh(meal, new.id, grams)
        return meal if said.many in (None, 1) else self.multiply(meal, new.id, said.many)

    def label(self, meal: MealFacts, name: str, grams: float, per_100g: Nutrients) -> MealFacts:
        """A packaged food whose nutrition label was typed in; so many grams of it are eaten."""
        item = FoodItem(name, 1.0, (Candidate(name, 1.0),))
        record = FoodRecord(LABEL_ID, name, "", per_100g)
        portion = serving(None, record)
        new = AnalyzedFood(item, portion, None, record, None, next_id(meal), named_by="person")
        return self.weigh(added(meal, times(new, 1.0)), new.id, grams)

    def outline(self, meal: MealFacts, number: int | None, item: FoodItem) -> MealFacts:
        """A food is where `item` has its mask; without a `number` it is a new food of the item's name."""
        assert item.mask is not None
        size = outline(item.mask)
        if number is None:
            food = self._foods.get(item.label)
            record = self._search.resolve(food.label)[2] if food else None
            new = AnalyzedFood(item, serving(food, record), food, record, None, next_id(meal), size)
            new = replace(new, outlined_by="person")
            if meal.scale is not None:
                new = replace(new, portion=weigh_one(size, food, meal.scale))
            return added(meal, times(new, 1.0))
        old = find(meal, number)
        there = replace(old.item, mask=item.mask, bbox=item.bbox)
        moved = replace(old, item=there, outline=size, outlined_by="person")
        if old.weighed_by == "model" and meal.scale is not None:
            moved = served(moved, weigh_one(size, old.food, meal.scale))
        return replaced(meal, moved)

    def merge(self, meal: MealFacts, numbers: Sequence[int]) -> MealFacts:
        """Foods, all with masks, are one: called as the heaviest of them, it weighs as much as all."""
        parts = [find(meal, number) for number in dict.fromkeys(numbers)]
        masks = [part.item.mask for part in parts if part.item.mask is not None]
        if len(parts) < 2 or len(masks) < len(parts):
            raise CorrectionError("Choose two or more foods that are outlined in the photo to make them one.")
        first = max(parts, key=lambda part: part.portion.mass_g.value)
        mask = np.any(masks, axis=0)
        whole = replace(
            first,
            item=replace(first.item, mask=mask, bbox=mask_to_box(mask)),
            portion=portion_of(
                whole_mass(parts, meal.scale),
                first.food,
                sum(part.portion.area_cm2 for part in parts),
            ),
            outline=outline(mask),
            eaten=1.0,
            weighed_by="person" if all(part.weighed_by == "person" for part in parts) else "model",
        )
        others = [food for food in meal.foods if food is first or food not in parts]
        return replaced(with_foods(meal, others), times(whole, 1.0))

    def split(self, meal: MealFacts, number: int) -> MealFacts:
        """A food is several: the separate pieces of its mask, or its halves, each with its area's share."""
        old = find(meal, number)
        if old.item.mask is None:
            raise CorrectionError("Only a food that is outlined in the photo can be split.")
        if np.count_nonzero(old.item.mask) < 2:
            raise CorrectionError("This food's outline is too small to be split.")
        masks = split(old.item.mask)
        areas = np.array([np.count_nonzero(mask) for mask in masks])
        pieces = []
        for mask, share in zip(masks, (areas / areas.sum()).tolist(), strict=True):
            item = replace(old.item, mask=mask, bbox=mask_to_box(mask))
            part = times(replace(old, item=item, outline=outline(mask)), share)
            area = old.portion.area_cm2 * share
            pieces.append(replace(part, portion=replace(part.portion, area_cm2=area, count=None)))
        further = [replace(piece, id=next_id(meal) + i) for i, piece in enumerate(pieces[1:])]
        return added(replaced(meal, pieces[0]), *further)

    def angle(self, meal: MealFacts, other: MealFacts) -> MealFacts:
        """Another photo of the same meal shows foods that the first lacks; none is counted twice."""
        known = [food.item.label for food in meal.foods]
        new = [
            food
            for food in other.foods
            if food.item.label != UNKNOWN_FOOD and not any(self._is_one(food.item.label, k) for k in known)
        ]
        if not new:
            raise CorrectionError("The other photo shows no food that this meal lacks, so nothing is added.")
        return added(
            meal,
            *(
                replace(
                    food,
                    item=replace(food.item, mask=None, bbox=None, look=None),
                    outline=None,
                    id=next_id(meal) + i,
                )
                for i, food in enumerate(new)
            ),
        )

    def leftovers(self, meal: MealFacts, after: MealFacts) -> MealFacts:
        """A photo of the plate afterwards shows what was left; what is all left was not eaten."""
        if not after.foods:
            return self.eat(meal, None, 1.0)
        after = _on_the_same_plate(meal, after)
        served: dict[str, float] = defaultdict(float)
        for food in meal.foods:
            served[food.item.label] += eaten(food, 1.0).portion.mass_g.value
        left: dict[str, float] = defaultdict(float)
        for food in after.foods:
            kin = [label for label in served if self._is_one(food.item.label, label)]
            meant = [label for label in kin if label == food.item.label] or kin
            whole = sum(served[label] for label in meant)
            for label in meant:
                left[label] += food.portion.mass_g.value * served[label] / whole
        for label, grams in served.items():
            share = 1 - left[label] / grams
            for food in [food for food in meal.foods if food.item.label == label]:
                gone = share < LEAST_SHARE
                meal = self.remove(meal, food.id) if gone else self.eat(meal, food.id, share)
        return meal

    def _is_one(self, one: str, other: str) -> bool:
        """Whether two names may be of one food: equal, or one a kind of the other."""
        parents = self._foods.parents
        return one in lineage(other, parents) or other in lineage(one, parents)

    def rescale(self, meal: MealFacts, scale: Scale) -> MealFacts:
        """The photo has another scale: outlined foods that no person weighed are weighed anew by it."""
        seen = [f for f in meal.foods if f.outline is not None and f.weighed_by == "model"]
        if not seen:
            raise CorrectionError(
                "No food here is weighed by its size in the photo: a scale changes nothing."
            )
        sizes = [food.outline for food in seen if food.outline is not None]
        weighing = weigh_outlines(sizes, [food.food for food in seen], scale)
        weighed = [served(*pair) for pair in zip(seen, weighing.portions, strict=True)]
        foods = replaced(meal, *weighed).foods
        return add_up(foods, weighing.scale, meal.known_foods)


def _on_the_same_plate(meal: MealFacts, other: MealFacts) -> MealFacts:
    """Another photo's meal weighed as if its plate were as wide as this one's, where both show a rim."""
    here, there = _plate_cm(meal.scale), _plate_cm(other.scale)
    if here is None or there is None:
        return other
    return replaced(
        other,
        *(
            times(food, (here / there) ** shape_of(food.food).degree)
            for food in other.foods
            if food.item.bbox is not None and food.weighed_by == "model"
        ),
    )


def _plate_cm(scale: Scale | None) -> float | None:
    """How wide the photo's plate is at this scale, None where no rim was found."""
    return None if scale is None or scale.rim_px is None else scale.cm_per_px.value * scale.rim_px
