"""What a number in a sentence is about: which quantity, of which food or of the whole meal."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ml.insights.claims import Claim
from ml.insights.facts import MEAL, Fact
from ml.types import UNKNOWN_FOOD

QUANTITIES = {
    "saturated_fat_g": r"saturated(?: fats?| fatty acids)?|saturates",
    "fat_g": r"fats?",
    "protein_g": r"proteins?",
    "carb_g": r"carbs?|carbohydrates?",
    "fiber_g": r"fib(?:re|er)s?",
    "sugar_g": r"sugars?",
    "sodium_mg": r"sodium",
    "salt_g": r"salt",
    "mass_g": r"weighs?|weight|portion|serving",
    "calories": r"calories|energy|kcal",
}
_QUANTITY = re.compile("|".join(rf"(?P<{key}>\b(?:{words})\b)" for key, words in QUANTITIES.items()), re.I)
_DIRECTLY_AFTER = re.compile(rf"[\s-]*(?:of\s+)?(?:(?:dietary|total|added)\s+)?(?:{_QUANTITY.pattern})", re.I)
_MEAL_WORDS = r"meal|plate|totals?|together|altogether|overall|in all"


def quantities_named(sentence: str) -> set[str]:
    """The keys of `QUANTITIES` that a sentence speaks of."""
    return {str(match.lastgroup) for match in _QUANTITY.finditer(sentence)}


class Mentions:
    """Finds the foods by what a person calls them, and the words that mean the whole meal."""

    def __init__(self, labels: Sequence[str]) -> None:
        self._labels = sorted(set(labels), key=len, reverse=True)
        names = {label: _names(label) for label in self._labels}
        uses = Counter(name for called in names.values() for name in called)
        groups = []
        for index, (label, called) in enumerate(names.items()):
            clear = [_singular_or_plural(name) for name in called if uses[name] == 1 or name == label]
            groups.append(rf"(?P<f{index}>\b(?:{'|'.join(clear)})\b)")
        self._pattern = re.compile("|".join([*groups, rf"\b(?:{_MEAL_WORDS})\b"]), re.IGNORECASE)

    def find(self, sentence: str) -> list[tuple[int, int, str]]:
        """(start, end, label or `MEAL`) of each mention, in reading order."""
        return [
            (*match.span(), self._labels[int(match.lastgroup[1:])] if match.lastgroup else MEAL)
            for match in self._pattern.finditer(sentence)
        ]


class Context:
    """The quantities and subjects that the words around a claim allow.

    `found` are all claims of the sentence. `foods` are the labels that the sentence names; `is_plain` says
    that the claim's subject and quantity leave no doubt.
    """

    def __init__(self, sentence: str, found: Sequence[Claim], claim: Claim, mentions: Mentions) -> None:
        named = mentions.find(sentence)
        before = [subject for _, end, subject in named if end <= claim.start]
        after = [(start, subject) for start, _, subject in named if start >= claim.unit_end]
        next_claim = min((other.start for other in found if other.start > claim.start), default=len(sentence))
        following = [subject for start, subject in after if start < next_claim]
        self.foods = {subject for *_, subject in named if subject != MEAL}
        food_follows = any(sentence[claim.unit_end : start].strip(" -") in {"", "of"} for start, _ in after)
        if food_follows:
            self.subjects = set(following[:1])
        elif named:
            self.subjects = {*(before[-1:] or [MEAL]), *following[:1]}
        else:
            self.subjects = set()
        self.quantities, is_certain = _quantities(sentence, found, claim, food_follows)
        self.is_plain = is_certain and len(self.subjects) == 1

    def allows(self, fact: Fact) -> bool:
        """Whether the claim may speak of this fact; without any subject named, it may be any."""
        return fact.quantity in self.quantities and (not self.subjects or fact.subject in self.subjects)


def _quantities(
    sentence: str, found: Sequence[Claim], claim: Claim, food_follows: bool
) -> tuple[set[str], bool]:
    """The quantities that a claim may state, and whether they are certain."""
    if claim.unit == "kcal":
        return {"calories"}, True
    anywhere = quantities_named(sentence)
    if claim.unit == "%":
        if "salt_g" in anywhere:
            anywhere.add("sodium_mg")
        return anywhere - {"mass_g"} or set(QUANTITIES), False
    anywhere.discard("calories")
    if directly_after := _DIRECTLY_AFTER.match(sentence, claim.unit_end):
        return {str(directly_after.lastgroup)}, True
    if food_follows:
        return {"mass_g"}, True
    previous_end = max((other.unit_end for other in found if other.start < claim.start), default=0)
    between = [str(match.lastgroup) for match in _QUANTITY.finditer(sentence, previous_end, claim.start)]
    if between:
        return {between[-1]}, True
    return ({"mass_g"} | anywhere if anywhere else set(QUANTITIES)), False


def _names(label: str) -> list[str]:
    """What a food is called: its label, the last word of that, and endings of this such as "burger"."""
    if label == UNKNOWN_FOOD:
        return [label]
    head = label.rsplit(maxsplit=1)[-1]
    return list(dict.fromkeys([label, *(head[start:] for start in range(max(1, len(head) - 4)))]))


def _singular_or_plural(name: str) -> str:
    return re.escape(name.removesuffix("s")) + "(?:s|es)?"
