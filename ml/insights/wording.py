"""Amounts, shares and foods as a person writes them."""

from __future__ import annotations

from math import floor, log10

from ml.nutrition.daily_values import DAILY_VALUES
from ml.nutrition.meal import Helping
from ml.nutrition.nutrient_names import NUTRIENT_NAMES, unit
from ml.types import UNKNOWN_FOOD, Interval
from ml.words import count, items, plural, singular, with_article

COUNTABLE_SHAPES = ("sphere", "ellipsoid", "cylinder")
COUNTABLE_ENDINGS = ("burger", "sandwich", "cake", "pie", "pizza", "omelette", "waffle", "quiche", "taco")
UNCOUNTABLE_ENDINGS = (
    "chicken",
    "garlic",
    "ginger",
    "dough",
    "sushi",
    "kebab",
    "gyoza",
    "takoyaki",
    "falafel",
)
"""What comes in pieces takes an article and a plural: by shape or by name."""


def number(value: float) -> str:
    """Two significant figures, which is as much as a portion seen in a photo bears.

    From ten on they are those of the whole number, which is what a result holds and the page rounds.

    >>> number(1396.2), number(274.6), number(4.83), number(0.31)
    ('1,400', '280', '4.8', '0.3')
    """
    if value < 0.05:
        return "0"
    digits = min(1, 1 - floor(log10(value)))
    rounded = round(round(value) if value >= 10 else value, digits)
    return f"{rounded:,.1f}".removesuffix(".0") if rounded < 10 else f"{rounded:,.0f}"


def nutrient_name(nutrient: str) -> str:
    """Such as "fibre", "calcium" or "vitamin B12" for a field of `Nutrients`."""
    name = nutrient.rpartition("_")[0].replace("_", " ")
    kind, _, letter = name.partition(" ")
    return NUTRIENT_NAMES.get(nutrient) or f"{kind} {letter.upper()}".strip()


def amount(nutrient: str, value: float) -> str:
    """Such as "440 kcal", "980 mg" or "almost 0 g"."""
    written = number(value)
    return f"almost 0 {unit(nutrient)}" if written == "0" else f"{written} {unit(nutrient)}"


def about(nutrient: str, value: float) -> str:
    """Such as "about 440 kcal" or "almost 0 g"."""
    written = amount(nutrient, value)
    return written if written.startswith("almost") else f"about {written}"


def amount_of(nutrient: str, value: float) -> str:
    """Such as "440 kcal" or "28 g of protein"."""
    written = amount(nutrient, value)
    return written if nutrient == "calories" else f"{written} of {nutrient_name(nutrient)}"


def reference(nutrient: str) -> str:
    """The Daily Value as labels print it, such as "2,300 mg"."""
    return f"{getattr(DAILY_VALUES, nutrient):,.1f}".removesuffix(".0") + f" {unit(nutrient)}"


def between(low: float, high: float, unit_name: str) -> str:
    """Such as "700 to 1,400 kcal"; one number when both round to the same."""
    first, last = number(low), number(high)
    return f"{last} {unit_name}" if first == last else f"{first} to {last} {unit_name}"


def grams(mass: Interval) -> str:
    """Such as "about 140 g (95 to 200 g)"."""
    return f"about {number(mass.value)} g ({between(mass.low, mass.high, 'g')})"


def percent(value: float) -> str:
    """Such as "52 %"; a share too small to show is "under 1 %"."""
    return "under 1 %" if value < 0.5 else f"{value:.0f} %" if value < 100 else f"{number(value)} %"


def is_plural(helping: Helping) -> bool:
    """Whether verbs after "the <label>" take the plural."""
    head = helping.label.split()[-1]
    return helping.count > 1 or singular(head) != head


def verb(helping: Helping, singular: str, plural: str) -> str:
    """The form of a verb that fits a helping."""
    return plural if is_plural(helping) else singular


def the(helping: Helping) -> str:
    """Such as "the rice", "the two apples" or "the item without a name"."""
    if helping.label == UNKNOWN_FOOD:
        return (
            "the item without a name" if helping.count == 1 else f"the {items(helping.count)} without a name"
        )
    return f"the {_several(helping)}" if helping.count > 1 else f"the {helping.label}"


def bare(helping: Helping) -> str:
    """Such as "rice", "an apple" or "two apples"."""
    if helping.count > 1:
        return _several(helping)
    if not _is_countable(helping):
        return helping.label
    return with_article(helping.label)


def _several(helping: Helping) -> str:
    if not _is_countable(helping):
        return f"{count(helping.count)} portions of {helping.label}"
    return f"{count(helping.count)} {plural(helping.label)}"


def _is_countable(helping: Helping) -> bool:
    label = helping.label
    if label.endswith(("s", *UNCOUNTABLE_ENDINGS)):
        return False
    return label.endswith(COUNTABLE_ENDINGS) or (
        helping.food is not None and helping.food.shape in COUNTABLE_SHAPES
    )
