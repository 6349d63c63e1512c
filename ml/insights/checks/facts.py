"""The numbers a text about a meal may hold, and what each of them is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from ml.insights.checks.claims import Unit
from ml.nutrition.alcohol import ALCOHOL_KCAL_G, alcohol_g
from ml.nutrition.daily_values import DAILY_VALUES, percent_daily_value
from ml.nutrition.factors import KCAL_PER_G, SALT_PER_SODIUM
from ml.nutrition.facts import by_label, whole_mass
from ml.types import HEADLINE, Interval, MealFacts, Nutrients

MEAL = ""
"""The subject of facts about the whole meal; the others are about the food of that label."""

Kind = Literal["estimate", "low", "high", "share"]
"""A best estimate, the ends of its range, or a percentage."""


@dataclass(frozen=True)
class Fact:
    """`value` is in kcal, grams or percent.

    `quantity` is a name of `Nutrients`, "salt_g", "alcohol_g" or "mass_g".
    """

    subject: str
    quantity: str
    unit: Unit
    value: float
    kind: Kind


def facts_of(meal: MealFacts) -> tuple[Fact, ...]:
    """Masses and amounts with their ranges, shares of the daily value, of the meal and of the energy."""
    facts: list[Fact] = []
    for food in meal.foods:
        label = food.item.label
        facts += _mass(label, food.portion.mass_g)
        if food.nutrients is not None:
            facts += _amounts(label, food.nutrients, "estimate")
            facts += _shares(label, food.nutrients, alcohol_g(food))
            facts += _shares_of_meal(label, food.nutrients, meal.total)
    for label, same in by_label(meal.foods).items():
        if len(same) > 1:
            facts += _ends(label, whole_mass(same, meal.scale))
    if meal.foods:
        facts += _mass(MEAL, whole_mass(meal.foods, meal.scale))
    facts += _amounts(MEAL, meal.total, "estimate")
    facts += _amounts(MEAL, meal.total_low, "low")
    facts += _amounts(MEAL, meal.total_high, "high")
    facts += _shares(MEAL, meal.total, sum(map(alcohol_g, meal.foods)))
    return tuple(facts)


@cache
def daily_values() -> tuple[Fact, ...]:
    """The daily values themselves, which may be cited beside any meal."""
    values = {name: value for name, value in vars(DAILY_VALUES).items() if name in HEADLINE}
    return tuple(Fact(MEAL, name, *_in_unit(name, value), "estimate") for name, value in values.items())


def facts_per_grams(meal: MealFacts, grams: float) -> tuple[Fact, ...]:
    """What so much of each food, and of the meal, holds."""
    counted = [food for food in meal.foods if food.nutrients is not None]
    facts: list[Fact] = []
    for food in counted:
        assert food.nutrients is not None
        amounts = food.nutrients.scaled(grams / food.portion.mass_g.value)
        facts += _amounts(food.item.label, amounts, "estimate")
    if counted:
        whole = sum(food.portion.mass_g.value for food in counted)
        facts += _amounts(MEAL, meal.total.scaled(grams / whole), "estimate")
    return tuple(facts)


def _mass(subject: str, mass: Interval) -> Iterator[Fact]:
    yield Fact(subject, "mass_g", "g", mass.value, "estimate")
    yield from _ends(subject, mass)


def _ends(subject: str, mass: Interval) -> Iterator[Fact]:
    yield Fact(subject, "mass_g", "g", mass.low, "low")
    yield Fact(subject, "mass_g", "g", mass.high, "high")


def _amounts(subject: str, nutrients: Nutrients, kind: Kind) -> Iterator[Fact]:
    for name in HEADLINE:
        yield Fact(subject, name, *_in_unit(name, getattr(nutrients, name)), kind)
    yield Fact(subject, "salt_g", "g", SALT_PER_SODIUM * nutrients.sodium_mg / 1000, kind)


def _shares(subject: str, nutrients: Nutrients, alcohol: float) -> Iterator[Fact]:
    for name, percent in percent_daily_value(nutrients).items():
        if percent is not None and name in HEADLINE:
            yield Fact(subject, name, "%", percent, "share")
    energy = {name: factor * getattr(nutrients, name) for name, factor in KCAL_PER_G.items()}
    if alcohol:
        energy["alcohol_g"] = ALCOHOL_KCAL_G * alcohol
        yield Fact(subject, "alcohol_g", "g", alcohol, "estimate")
    if whole := sum(energy.values()):
        yield from (Fact(subject, name, "%", 100 * part / whole, "share") for name, part in energy.items())


def _shares_of_meal(subject: str, nutrients: Nutrients, total: Nutrients) -> Iterator[Fact]:
    for name in HEADLINE:
        if whole := getattr(total, name):
            yield Fact(subject, name, "%", 100 * getattr(nutrients, name) / whole, "share")


def _in_unit(name: str, value: float) -> tuple[Unit, float]:
    if name == "calories":
        return "kcal", value
    return "g", value / 1000 if name.endswith("_mg") else value
