"""Numbers with a unit, in any language that writes digits and kcal, g or %."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ml.nutrition.factors import KJ_PER_KCAL
from ml.words import decimal

Unit = Literal["kcal", "g", "%"]
Bound = Literal["", "<", ">", "per"]

TOLERANCE = 0.05
"""How far a number may be from the truth, as a share of that: what a person rounds away."""

_NUMBER = r"(?<![A-Za-z0-9.,])(?:\d{1,3}(?:[,\u202f\u00a0]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:[.,]\d+)?)"
_UNITS: dict[str, tuple[Unit, float]] = {
    r"kcal|(?:kilo)?calor[ií]\w*|(?:kilo)?kalor\w*|cals?|ккал|калори\w*|千卡|大卡|卡路里": ("kcal", 1.0),
    r"kj|kilojoules?|кдж": ("kcal", 1 / KJ_PER_KCAL),
    r"mg|milligram\w*|miligram\w*|мг|毫克": ("g", 0.001),
    r"g|gr|gram\w*|г|克": ("g", 1.0),
    r"%|percent|per cent|prozent|por ciento|pour cent": ("%", 1.0),
}
_UNIT = "|".join(f"(?P<u{index}>{pattern})" for index, pattern in enumerate(_UNITS))
_CLAIM = re.compile(rf"(?P<number>{_NUMBER})[\s\u00a0-]?(?:{_UNIT})(?![a-zа-я])", re.IGNORECASE)
_RANGE_START = re.compile(rf"(?P<number>{_NUMBER})\s*(?:–|-|to|and|bis|und|à|et|y|a)\s*$", re.IGNORECASE)
_CALORIES_FIRST = re.compile(
    rf"\b(?:kcal|calories)(?:\s+(?:is|are|of|about|around|roughly)|\s*[:=~])*\s+(?P<number>{_NUMBER})(?!\s*[\w%])",
    re.IGNORECASE,
)
_BOUNDS: dict[Bound, re.Pattern[str]] = {
    "<": re.compile(r"(?:less than|under|below|at most|no more than|up to)\s*$", re.IGNORECASE),
    ">": re.compile(r"(?:more than|over|above|at least)\s*$", re.IGNORECASE),
    "per": re.compile(r"(?:\bper|\b(?:in|for) (?:every|each)|/)\s*$", re.IGNORECASE),
}


@dataclass(frozen=True)
class Claim:
    """A number with a unit; `value` is in kcal, grams or percent, `start:end` spans the digits in the text.

    `factor` turns the number as written, with its `decimals`, into `value`; the unit ends at `unit_end`.
    `bound` is "<" after words such as "less than", ">" after "more than", and "per" after "per" or a slash.
    """

    value: float
    unit: Unit
    start: int
    end: int
    unit_end: int
    factor: float
    decimals: int
    bound: Bound

    def agrees(self, value: float) -> bool:
        """Whether this states `value`, by `TOLERANCE` or half a unit of its last digit, whichever is more."""
        slack = max(TOLERANCE * abs(value), 0.5 * 10**-self.decimals * self.factor)
        if self.bound == "<":
            return bool(value <= self.value + slack)
        if self.bound == ">":
            return bool(value >= self.value - slack)
        return bool(abs(self.value - value) <= slack)


def claims(sentence: str) -> list[Claim]:
    """Every number with a unit, and the first number of a range such as "95 to 200 g", in reading order.

    >>> [(claim.value, claim.unit) for claim in claims("1,200 mg of salt in 95–200 g")]
    [(1.2, 'g'), (95.0, 'g'), (200.0, 'g')]
    """
    found: list[Claim] = []
    for match in _CLAIM.finditer(sentence):
        unit, factor = next(
            known for index, known in enumerate(_UNITS.values()) if match[f"u{index}"] is not None
        )
        first = _RANGE_START.search(sentence, 0, match.start("number"))
        if first is not None and not any(claim.start == first.start("number") for claim in found):
            found.append(_claim(sentence, first, unit, factor, first.end("number")))
        found.append(_claim(sentence, match, unit, factor, match.end()))
    taken = {claim.start for claim in found}
    for match in _CALORIES_FIRST.finditer(sentence):
        if match.start("number") not in taken:
            found.append(_claim(sentence, match, "kcal", 1.0, match.end()))
    return sorted(found, key=lambda claim: claim.start)


def _claim(sentence: str, match: re.Match[str], unit: Unit, factor: float, unit_end: int) -> Claim:
    written = decimal(match["number"])
    start, end = match.span("number")
    bound: Bound = next((sign for sign, words in _BOUNDS.items() if words.search(sentence, 0, start)), "")
    decimals = len(written.partition(".")[2])
    return Claim(float(written) * factor, unit, start, end, unit_end, factor, decimals, bound)
