"""How much a person says there is: "2 eggs", "half an avocado", "1 tbsp of olive oil", "200 g of rice".

Numbers may be in English words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from ml.words import NUMBERS, decimal, singular

GRAMS = {
    **{"g": 1.0, "gram": 1.0, "kg": 1000.0, "oz": 28.35, "ounce": 28.35, "lb": 453.6, "pound": 453.6},
    **{"ml": 1.0, "cl": 10.0, "l": 1000.0, "liter": 1000.0, "litre": 1000.0},
}
"""Of one unit; avoirdupois ounces and pounds by NIST Handbook 44, litres as if of water."""
SHORT = {"tbsp": "tablespoon", "tbs": "tablespoon", "tsp": "teaspoon", "portion": "serving"}
MEASURES = "tablespoon|tbsp|tbs|teaspoon|tsp|cup|glass|mug|bowl|plate|slice|piece|handful|scoop|can|bottle"
"""Those that need no "of": "2 cups rice"."""
VALUES = {word: float(value) for value, word in enumerate(NUMBERS) if value} | {
    **{"a": 1.0, "an": 1.0, "another": 1.0, "half": 0.5, "a half": 0.5, "one half": 0.5},
    **{"a third": 1 / 3, "one third": 1 / 3, "two thirds": 2 / 3},
    **{"a quarter": 0.25, "one quarter": 0.25, "three quarters": 0.75},
}
_WORDS = "|".join(sorted(VALUES, key=len, reverse=True))
NUMBER = rf"(?:\d+\s*/\s*[1-9]\d*|\d+(?:[.,]\d+)?|(?:{_WORDS})(?!\w))"
UNIT = rf"(?:{'|'.join(GRAMS)})s?\b"
_QUANTITY = re.compile(
    rf"(?P<many>{NUMBER})(?:\s+(?:of|more)\b)?\s*(?:(?P<unit>{UNIT})\s*(?:of\s+)?|\s(?:an?\s+)?(?:"
    rf"(?P<listed>{MEASURES})(?:e?s)?\s+(?:of\s+)?|(?P<measure>[^\W\d]+)\s+of\s+)?)(?:(?:an?|the)\s+)?(?P<food>(?!and\b)\S.*)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Quantity:
    """So many of a `measure` of a `food`; without a measure so many of the food.

    The measure is a unit of `GRAMS`, or a household measure in the singular. `many` is None where no number
    is said.
    """

    food: str
    many: float | None = None
    measure: str = ""

    @property
    def grams(self) -> float | None:
        """What it weighs, where a unit of weight says so."""
        return None if self.many is None or self.measure not in GRAMS else self.many * GRAMS[self.measure]


def read_quantity(text: str) -> Quantity:
    """The food that a text names, and how much of it.

    >>> read_quantity("half a cup of rice")
    Quantity(food='rice', many=0.5, measure='cup')
    """
    match = _QUANTITY.fullmatch(text.strip())
    if match is None:
        return Quantity(text.strip())
    said = singular((match["unit"] or match["listed"] or match["measure"] or "").casefold())
    return Quantity(match["food"], number(match["many"]), SHORT.get(said, said))


def number(written: str) -> float:
    """The value of a match of `NUMBER`: "2", "1,5", "2/3", "half", "ten"."""
    word = " ".join(written.casefold().split())
    return VALUES[word] if word in VALUES else float(Fraction(decimal(word.replace(" ", ""))))
