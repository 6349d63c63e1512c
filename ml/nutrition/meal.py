"""The meal as a person would speak of it: equal foods together, the richest in energy first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ml.nutrition.alcohol import ALCOHOL_KCAL_G, alcohol_g
from ml.nutrition.daily_values import percent_daily_value
from ml.nutrition.factors import KCAL_PER_G
from ml.nutrition.facts import by_label, whole_mass
from ml.nutrition.levels import ENCOURAGED, HIGH_PERCENT, LIMITED, LOW_PERCENT
from ml.types import (
    HEADLINE,
    NO_NUTRIENTS,
    UNKNOWN_FOOD,
    AnalyzedFood,
    Food,
    Interval,
    MealFacts,
    Nutrients,
    Scale,
)

LEAST_KCAL = 5.0
"""Of a helping; what has less counts as without energy, as labels may call it (21 CFR 101.60)."""


@dataclass(frozen=True)
class Helping:
    """All of one food in the meal."""

    label: str
    count: int
    mass_g: Interval
    food: Food | None
    nutrients: Nutrients | None
    is_sure: bool = True
    """Whether its name needs no question."""
    alcohol_g: float = 0.0


class Meal:
    """What the sentences are written from: `facts` with equal foods merged."""

    def __init__(self, facts: MealFacts) -> None:
        self.facts = facts
        merged = [_merge(label, same, facts.scale) for label, same in by_label(facts.foods).items()]
        self.helpings = sorted(
            merged, key=lambda h: h.nutrients.calories if h.nutrients else -1, reverse=True
        )
        self.counted = [h for h in self.helpings if h.nutrients is not None]
        self.named = [h for h in self.helpings if h.label != UNKNOWN_FOOD]
        self.unnamed = sum(h.count for h in self.helpings if h.label == UNKNOWN_FOOD)
        self.uncounted = [h for h in self.helpings if h.nutrients is None]

    @cached_property
    def daily_percent(self) -> dict[str, float]:
        """Percent of the Daily Value of the headline nutrients that have one."""
        percents = percent_daily_value(self.facts.total)
        return {name: percent for name in HEADLINE if (percent := percents[name]) is not None}

    @cached_property
    def energy_percent(self) -> dict[str, float]:
        """Percent of the energy from carbohydrates, fat and protein, by Atwater's 4, 9 and 4 kcal a gram.

        Of a meal with alcohol also that from "alcohol", by 7 kcal a gram.
        """
        energy = {name: factor * getattr(self.facts.total, name) for name, factor in KCAL_PER_G.items()}
        if alcohol := sum(helping.alcohol_g for helping in self.helpings):
            energy["alcohol"] = ALCOHOL_KCAL_G * alcohol
        total = sum(energy.values())
        return {name: 100 * part / total for name, part in energy.items()} if total else {}

    @cached_property
    def high(self) -> list[str]:
        """What there should be little of and is much of, by the names of `Nutrients`, the most first."""
        shares = self.daily_percent
        return sorted((n for n in LIMITED if shares[n] >= HIGH_PERCENT), key=lambda name: -shares[name])

    @cached_property
    def short(self) -> list[str]:
        """What there should be much of and isn't, by the names of `Nutrients`, the least first."""
        shares = self.daily_percent
        return sorted((n for n in ENCOURAGED if shares[n] < HIGH_PERCENT), key=lambda name: shares[name])

    def in_order(self, helpings: Sequence[Helping]) -> list[Helping]:
        """Helpings as the facts list them."""
        order = [food.item.label for food in self.facts.foods]
        return sorted(helpings, key=lambda helping: order.index(helping.label))

    def richest(self, nutrient: str, among: Sequence[Helping] = ()) -> list[Helping]:
        """Counted helpings, or those `among` them, from the most of a nutrient to the least.

        Only those of which the amount is known.
        """
        chosen = [h for h in among if h.nutrients is not None] or self.counted
        chosen = [h for h in chosen if getattr(h.nutrients, nutrient) is not None]
        return sorted(chosen, key=lambda h: amount_in(h, nutrient), reverse=True)


def amount_in(helping: Helping, nutrient: str) -> float:
    """How much of a nutrient a helping holds, in the unit of `Nutrients`."""
    return float(getattr(helping.nutrients, nutrient))


def nutrient_score(helping: Helping) -> tuple[bool, bool, float]:
    """Orders helpings from the worst to the best by percent of Daily Values in 100 kcal.

    What has energy comes after what has next to none, such as water; then what brings some protein or fibre
    after what doesn't, such as syrup; then counts protein and fibre less saturated fat and sodium: the
    nutrient-rich foods index of Drewnowski (2009), kept to the nutrients that the data holds; without sugar,
    since the data does not tell added sugar from natural.
    """
    assert helping.nutrients is not None
    shares = percent_daily_value(helping.nutrients.scaled(100 / max(helping.nutrients.calories, 1)))
    brought, limited = (sum(shares[name] or 0 for name in names) for names in (ENCOURAGED, LIMITED))
    return has_energy(helping), brought >= LOW_PERCENT, brought - limited


def has_energy(helping: Helping) -> bool:
    """Whether a helping has nutrients worth a comparison, as water and black coffee have not."""
    return helping.nutrients is not None and helping.nutrients.calories >= LEAST_KCAL


def _merge(label: str, same: Sequence[AnalyzedFood], scale: Scale | None) -> Helping:
    amounts = [food.nutrients for food in same if food.nutrients is not None]
    return Helping(
        label=label,
        count=sum(food.portion.count or 1 for food in same),
        mass_g=whole_mass(same, scale),
        food=same[0].food,
        nutrients=sum(amounts, NO_NUTRIENTS) if amounts else None,
        is_sure=all(food.is_sure for food in same),
        alcohol_g=sum(map(alcohol_g, same)),
    )
