"""How much of a food there is: as much as is said, another amount, and the nutrients that follow from it."""

from __future__ import annotations

from dataclasses import replace
from math import isclose

from ml.corrections.quantities import Quantity
from ml.corrections.rows import CorrectionError
from ml.nutrition.search import FoodSearch
from ml.portion.pieces import SERVING_SPREAD
from ml.portion.scale import log_interval
from ml.types import AnalyzedFood, Candidate, Food, FoodItem, FoodRecord, Interval, Portion
from ml.words import singular

WATER_G_CM3 = 1.0
"""Density taken of a food whose own nobody knows."""
USUAL_G = 100.0
"""Taken of a food whose serving nobody knows, where its category says no less."""
_SERVED = {
    1: ("Sugar substitutes",),
    4: ("Sugars and honey",),
    14: ("Butter and animal fats", "Margarine", "Salad dressings and vegetable oils"),
    15: (
        "Bacon",
        "Cream and cream substitutes",
        "Mayonnaise",
        "Mustard and other condiments",
        "Soy-based condiments",
        "Tomato-based condiments",
    ),
    20: ("Jams, syrups, toppings",),
    30: (
        "Candy containing chocolate",
        "Candy not containing chocolate",
        "Cheese",
        "Cookies and brownies",
        "Crackers, excludes saltines",
        "Cream cheese, sour cream, whipped cream",
        "Dips, gravies, other sauces",
        "Nuts and seeds",
        "Olives, pickles, pickled vegetables",
        "Popcorn",
        "Potato chips",
        "Pretzels/snack mix",
        "Tortilla, corn, other chips",
    ),
    40: ("Cereal bars", "Dried fruits", "Nutrition bars"),
    50: ("Rolls and buns", "Yeast breads"),
    55: ("Cold cuts and cured meats", "Doughnuts, sweet rolls, pastries", "Frankfurters", "Sausages"),
    140: (
        "Burgers",
        "Burritos and tacos",
        "Chicken fillet sandwiches",
        "Egg/breakfast sandwiches",
        "Frankfurter sandwiches",
        "Meat and BBQ sandwiches",
        "Pizza",
        "Seafood sandwiches",
        "Turnovers and other grain-based items",
        "Vegetable sandwiches/burgers",
    ),
    150: ("Liquor and cocktails", "Wine"),
    170: ("Yogurt, Greek", "Yogurt, regular"),
    240: (
        "Apple juice",
        "Bean, pea, legume dishes",
        "Citrus juice",
        "Coffee",
        "Fried rice and lo/chow mein",
        "Fruit drinks",
        "Macaroni and cheese",
        "Meat mixed dishes",
        "Milk, nonfat",
        "Milk, reduced fat",
        "Other fruit juice",
        "Pasta mixed dishes, excludes macaroni and cheese",
        "Plant-based milk",
        "Poultry mixed dishes",
        "Rice mixed dishes",
        "Seafood mixed dishes",
        "Smoothies and grain drinks",
        "Stir-fry and soy-based sauce mixtures",
        "Tea",
        "Vegetable juice",
    ),
    245: ("Soups, broth-based", "Soups, cream-based"),
    360: (
        "Beer",
        "Diet soft drinks",
        "Diet sport and energy drinks",
        "Flavored or carbonated water",
        "Soft drinks",
        "Sport and energy drinks",
    ),
}
CATEGORY_G = {category: float(grams) for grams, categories in _SERVED.items() for category in categories}
"""Grams of what is eaten in other amounts, by the database's categories: the reference amounts of
21 CFR 101.12(b), of meat those of 9 CFR 317.312(b), a millilitre as a gram, a cup of a dish as 240 g, a
tablespoon by USDA's weights. Our own are a packet of sweetener, a teaspoon of sugar, dressings as oils, all
condiments as ketchup, toppings as jam, olives as pickles, a cup of coffee and tea, beer as soft drinks, and
150 g of wine and cocktails; spirits are reviewed foods."""


PARTS = frozenset({"bar", "cube", "slice", "stick", "strip", "wedge"})
"""Words after a food that say of what there is so many: ten cucumber slices are no ten cucumbers."""


def usual(name: str, search: FoodSearch) -> AnalyzedFood:
    """A usual serving of the food that a name means. Raises `UnknownFoodError`."""
    label, food, record = search.resolve(name)
    item = FoodItem(label, 1.0, (Candidate(label, 1.0),))
    return AnalyzedFood(item, serving(food, record), food, record, None)


def grams_of(said: Quantity, food: AnalyzedFood) -> float | None:
    """What so much of a food weighs; None for usual servings of it. Raises `CorrectionError`."""
    if said.many is None or said.grams is not None:
        return said.grams
    table, known = food.food, {measure.name: measure.grams for measure in food.measures}
    if table is not None and table.piece_g is not None:
        known.setdefault("piece", table.piece_g)
    last = singular(said.food.casefold().split()[-1])
    part = said.measure or (last if last in PARTS else "")
    for measure in [part] if part else [last, singular(food.item.label.split()[-1]), "piece"]:
        if measure in known:
            return said.many * known[measure]
    if part in ("", "serving") and (table is not None or said.many == 1):
        return None
    grams = max(round(food.portion.mass_g.value), 1)
    raise CorrectionError(f"How much is that? Say grams, such as {grams} g of {said.food}.")


def serving(food: Food | None, record: FoodRecord | None) -> Portion:
    """A usual serving of a food whose size nobody saw."""
    return portion_of(log_interval(food.serving_g if food else _usual_g(record), SERVING_SPREAD), food)


def portion_of(mass_g: Interval, food: Food | None, area_cm2: float = 0.0) -> Portion:
    """A food that weighs so much."""
    density = food.density_g_cm3 if food else WATER_G_CM3
    return Portion(area_cm2, _times(mass_g, 1 / density), mass_g)


def served(food: AnalyzedFood, portion: Portion) -> AnalyzedFood:
    """The food when `portion` of it was served; of that the same share as before is eaten."""
    return times(replace(food, portion=portion), food.eaten)


def eaten(food: AnalyzedFood, share: float) -> AnalyzedFood:
    """The food when only this share (above 0, at most 1) of what was served is eaten."""
    return replace(times(food, share / food.eaten), eaten=share)


def times(food: AnalyzedFood, factor: float) -> AnalyzedFood:
    """So many times as much of the food, its nutrients by its row of the database.

    It is no number of pieces any more where that is not whole.
    """
    portion, record = food.portion, food.record
    mass, volume = _times(portion.mass_g, factor), _times(portion.volume_cm3, factor)
    return replace(
        food,
        portion=replace(portion, mass_g=mass, volume_cm3=volume, count=_pieces(portion.count, factor)),
        nutrients=record.per_100g.scaled(mass.value / 100) if record else None,
    )


def _usual_g(record: FoodRecord | None) -> float:
    if record is None:
        return USUAL_G
    return next((grams for _, grams in record.portions), CATEGORY_G.get(record.category, USUAL_G))


def _pieces(count: int | None, factor: float) -> int | None:
    """So many times as many pieces, where these are whole."""
    pieces = (count or 0) * factor
    return round(pieces) if round(pieces) and isclose(pieces, round(pieces)) else None


def _times(amount: Interval, factor: float) -> Interval:
    return Interval(amount.value * factor, amount.low * factor, amount.high * factor)
