"""How much a person says there is: "2 eggs", "half an avocado", "1 tbsp of olive oil", "200 g of rice".

Numbers may be words; numbers, measures and units may be English, German or Spanish.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from ml.words import NUMBERS, decimal, singular

GRAMS = {
    **{"g": 1.0, "gram": 1.0, "kg": 1000.0, "oz": 28.35, "ounce": 28.35, "lb": 453.6, "pound": 453.6},
    **{"ml": 1.0, "cl": 10.0, "l": 1000.0, "liter": 1000.0, "litre": 1000.0},
    **{"gramm": 1.0, "gramo": 1.0, "kilo": 1000.0, "litro": 1000.0, "pint": 473.0},
    **dict.fromkeys(("shot", "chupito"), 42.0),
}
"""Of one unit; avoirdupois ounces and pounds and the US pint by NIST Handbook 44, a shot as 1.5 US fluid
ounces of spirits, by USDA 27.8 g each; litres and pints as if of water."""
MEASURES = {
    "tablespoon": "tbsp tbs el esslöffel cucharada cucharadas",
    "teaspoon": "tsp tl teelöffel cucharadita cucharaditas",
    "cup": "tasse tassen taza tazas",
    "glass": "glas gläser vaso vasos copa copas",
    "mug": "",
    "bowl": "schüssel schüsseln schale schalen bol boles cuenco cuencos",
    "plate": "teller plato platos",
    "slice": "rasher rashers scheibe scheiben rebanada rebanadas loncha lonchas rodaja rodajas",
    "piece": "stück stücke trozo trozos pedazo pedazos",
    "handful": "handvoll puñado puñados",
    "scoop": "kugel kugeln bola bolas",
    "can": "tin tins dose dosen lata latas",
    "bottle": "flasche flaschen botella botellas",
    "serving": "portion portions portionen porción porciones ración raciones",
}
"""Those that need no "of" ("2 cups rice"), each with its other names."""
_CALLED = {other: measure for measure, others in MEASURES.items() for other in others.split()}
VALUES = {word: float(value) for value, word in enumerate(NUMBERS) if value} | {
    **dict.fromkeys(("a", "an", "another", "ein", "eine", "einen", "un", "una"), 1.0),
    **{"zwei": 2.0, "drei": 3.0, "vier": 4.0, "fünf": 5.0, "sechs": 6.0},
    **{"dos": 2.0, "tres": 3.0, "cuatro": 4.0, "cinco": 5.0, "seis": 6.0},
    **dict.fromkeys(("a couple", "couple"), 2.0),
    **dict.fromkeys(("a dozen", "dozen", "ein dutzend", "una docena"), 12.0),
    **dict.fromkeys(("half", "a half", "one half", "½", "halbe", "halber", "halbes", "medio", "media"), 0.5),
    **dict.fromkeys(("ein halber", "eine halbe", "ein halbes", "einen halben"), 0.5),
    **dict.fromkeys(("a third", "one third", "⅓"), 1 / 3),
    **dict.fromkeys(("two thirds", "⅔"), 2 / 3),
    **dict.fromkeys(("a quarter", "one quarter", "¼"), 0.25),
    **dict.fromkeys(("three quarters", "¾"), 0.75),
}
_PART = r"(?:[½⅓⅔¼¾]|[1-9]\d*\s*/\s*[1-9]\d*)"
_WORDS = "|".join(sorted(VALUES, key=len, reverse=True))
NUMBER = (
    rf"(?:(?:\d+|(?:{_WORDS})(?!\w))\s+and\s+a\s+half(?!\w)|\d+\s*[½⅓⅔¼¾]|\d+\s+{_PART}|{_PART}"
    rf"|\d+(?:[.,]\d+)?|(?:{_WORDS})(?!\w))"
)
UNIT = rf"(?:{'|'.join(GRAMS)})s?\b"
_LISTED = "|".join(rf"{measure}(?:e?s)?" for measure in MEASURES) + "|" + "|".join(_CALLED)
_QUANTITY = re.compile(
    rf"(?P<many>{NUMBER})(?:\s+(?:of|more|de)\b)?\s*(?:(?P<unit>{UNIT})\s*(?:(?:of|de)\s+)?|\s(?:an?\s+)?(?:"
    rf"(?P<listed>{_LISTED})\s+(?:(?:of|de)\s+)?|(?P<measure>[^\W\d]+)\s+of\s+)?)(?:(?:an?|the)\s+)?"
    r"(?P<food>(?!(?:and|leches)\b)\S.*)",
    re.IGNORECASE,
)
"""Half-and-half and a tres leches cake are no halves and no three."""


@dataclass(frozen=True)
class Quantity:
    """So many of a `measure` of a `food`; without a measure so many of the food.

    The measure is a unit of `GRAMS`, or a household measure in the singular, in English where `MEASURES` has
    it. `many` is None where no number is said.
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
    >>> read_quantity("2 EL Olivenöl")
    Quantity(food='Olivenöl', many=2.0, measure='tablespoon')
    >>> read_quantity("glass of milk")
    Quantity(food='milk', many=1.0, measure='glass')
    """
    match = _QUANTITY.fullmatch(text.strip())
    if match is None and (one := _QUANTITY.fullmatch(f"1 {text.strip()}")) and one["listed"]:
        match = one
    if match is None:
        return Quantity(text.strip())
    said = (match["unit"] or match["listed"] or match["measure"] or "").casefold()
    return Quantity(match["food"], number(match["many"]), _CALLED.get(said) or singular(said))


def number(written: str) -> float:
    """The value of a match of `NUMBER`: "2", "1,5", "2/3", "1 1/2", "2½", "half", "one and a half", "ten"."""
    word = " ".join(written.casefold().split())
    if word in VALUES:
        return VALUES[word]
    whole, _, half = word.partition(" and a ")
    if half:
        return number(whole) + VALUES[half]
    parts = re.findall(r"[½⅓⅔¼¾]|[\d.,]+(?:/\d+)?", re.sub(r"\s*/\s*", "/", word))
    return sum(VALUES[part] if part in VALUES else float(Fraction(decimal(part))) for part in parts)
