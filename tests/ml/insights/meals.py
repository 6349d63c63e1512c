"""A meal with known numbers, for the tests of what is written about meals."""

from ml.types import (
    AnalyzedFood,
    Candidate,
    Diet,
    Food,
    FoodItem,
    FoodRecord,
    Interval,
    MealFacts,
    Nutrients,
    Portion,
    Scale,
)

VEGAN = Diet("yes", "yes", "no", "no", "no", "no", "no", "no", "no")
FRIES = Nutrients(437, 4.8, 57.9, 20.6, 5.3, 0.4, 294, 3.3)
BURGER = Nutrients(560, 28.0, 42.0, 31.0, 2.0, 8.0, 980, 12.0)


def analyzed(label: str, grams: float, nutrients: Nutrients | None) -> AnalyzedFood:
    """A food of `grams`, known to within a third."""
    portion = Portion(
        90.0, Interval(grams, grams * 0.7, grams * 1.4), Interval(grams, grams * 0.7, grams * 1.4)
    )
    item = FoodItem(label, 0.9, (Candidate(label, 0.9),))
    if nutrients is None:
        return AnalyzedFood(item, portion, None, None, None)
    food = Food(label, None, 1, 0.6, 100.0, "pile", VEGAN)
    record = FoodRecord(1, label, "Meals", nutrients.scaled(100 / grams))
    return AnalyzedFood(item, portion, food, record, nutrients)


def burger_and_fries() -> MealFacts:
    """140 g of french fries (437 kcal) and a 220 g hamburger (560 kcal): 997 kcal, 698 to 1396."""
    total = FRIES + BURGER
    foods = (analyzed("french fries", 140, FRIES), analyzed("hamburger", 220, BURGER))
    scale = Scale(Interval(0.03, 0.025, 0.035), "the plate's rim, taken to be 26 cm across")
    return MealFacts(foods, total, total.scaled(0.7), total.scaled(1.4), scale)
