"""A sentence as the checks see it, read once."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ml.insights.checks.claims import Claim
from ml.nutrition.nutrient_names import NAMES_IN_TEXTS

_NAMES = "|".join(rf"(?P<{key}>\b(?:{words})\b)" for key, words in NAMES_IN_TEXTS.items())
_QUANTITY = re.compile(_NAMES, re.IGNORECASE)
DIRECTLY_AFTER = re.compile(rf"[\s-]*(?:of\s+)?(?:(?:dietary|total|added)\s+)?(?:{_NAMES})", re.IGNORECASE)
"""The quantity that an amount is of, right after its unit."""
_UNSURE = re.compile(r"\b(?:not|if|would|could|certain|sure|more than|less than)\b|n't\b", re.IGNORECASE)


@dataclass(frozen=True)
class Mention:
    """`subject` is the label of a food, in the meal or not, or `MEAL`; its words are `text[start:end]`.

    `count` is the number of it that the text states, such as 1 in "an egg" and None in "the rice";
    `is_one` says that the text speaks of one of several, as in "each egg has 80 kcal".
    """

    start: int
    end: int
    subject: str
    is_found: bool = True
    count: int | None = None
    is_one: bool = False


@dataclass(frozen=True)
class Quantity:
    """`name` is a key of `NAMES_IN_TEXTS`; its words are `text[start:end]`."""

    start: int
    end: int
    name: str


@dataclass(frozen=True)
class Sentence:
    """A text with its numbers, the foods and the meal where it names them, and the quantities it speaks of.

    All three in reading order.
    """

    text: str
    claims: tuple[Claim, ...]
    mentions: tuple[Mention, ...]
    quantities: tuple[Quantity, ...]

    @property
    def is_unsure(self) -> bool:
        """Whether it compares nothing plainly."""
        return _UNSURE.search(self.text) is not None

    @property
    def quantity_names(self) -> set[str]:
        """The keys of `NAMES_IN_TEXTS` that it speaks of."""
        return {quantity.name for quantity in self.quantities}


def quantities(text: str) -> tuple[Quantity, ...]:
    """What a text speaks of."""
    return tuple(Quantity(*match.span(), str(match.lastgroup)) for match in _QUANTITY.finditer(text))
