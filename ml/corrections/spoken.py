"""Corrections said in words, such as "it's tacos, not pizza", "the rice weighs 150 g", "I only ate half".

English only, as what is written about meals. A sentence that asks something corrects nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

from ml.types import AnalyzedFood, MealFacts
from ml.words import decimal, listing, singular

SAME_NAME = 85.0
"""Token set ratio of rapidfuzz from which two names mean one food: "the friez" and "french fries"."""
MOST_CHARS = 300
"""Longer messages are no corrections."""
GRAMS = {"g": 1.0, "gram": 1.0, "kg": 1000.0, "oz": 28.35, "ounce": 28.35, "ml": 1.0}
"""Of one unit; an avoirdupois ounce by NIST Handbook 44, a millilitre as if of water."""
NUMBERS = {
    word: value
    for value, words in enumerate(
        ("no zero", "a an one", "two", "three", "four", "five", "six", "seven", "eight")
    )
    for word in words.split()
}
SHARES = {
    "all": 1.0,
    "half": 1 / 2,
    "a third": 1 / 3,
    "two thirds": 2 / 3,
    "a quarter": 1 / 4,
    "three quarters": 3 / 4,
    "most": 3 / 4,
}
IT = r"(?:it|that|this|they|these|those|them)"
IS = r"(?:\s+(?:is|are|was|were)|['’]?(?:s|re))"
OFTEN = r"(?:\s+(?:actually|really|in fact|just|only|about|exactly))*"
AMOUNT = r"(?P<number>\d+(?:[.,]\d+)?)\s*(?P<unit>g|grams?|kg|oz|ounces?|ml)\b"
NUMBER = rf"(?:\d+|{'|'.join(NUMBERS)})"
SHARE = rf"(?P<share>{'|'.join(SHARES)}|\d+\s*%)(?!\w)"
EATEN = rf"(?:i|we|he|she)\s*(?:['’]?ve)?{OFTEN}\s+(?:ate|had|eaten|finished|drank){OFTEN}"

NOT_OLD = re.compile(rf"{IT}{IS}{OFTEN}\s+(?P<new>.+?),?\s+(?:and\s+)?not\s+(?P<old>.+)")
OLD_BUT = re.compile(rf"(?:{IT}{IS}\s+)?not\s+(?P<old>.+?),?\s+but\s+(?P<new>.+)")
ACTUALLY = re.compile(rf"(?:the\s+)?(?P<old>.+?){IS}\s+(?:actually|really|in fact)\s+(?P<new>.+)")
ONLY_NEW = re.compile(rf"{IT}{IS}{OFTEN}\s+(?P<new>.+)")
WEIGHS = re.compile(rf"(?P<food>.+?)(?:\s+(?:weighs?|weighed)|{IS}){OFTEN}\s+{AMOUNT}")
SOME_OF = re.compile(
    rf"(?:{EATEN}\s+)?(?P<part>{NUMBER})\s+of\s+(?:the\s+)?(?P<whole>{NUMBER})\s+(?P<food>.+)"
)
ATE = re.compile(rf"{EATEN}\s+{SHARE}(?:\s+of)?(?P<food>.*)")
GONE = re.compile(
    r"(?:there\s*(?:['’]?s|\s+is|\s+are|\s+was)\s+no|i\s+did(?:n['’]?t| not)\s+(?:eat|have)|remove|delete)"
    r"\s+(?P<food>.+)"
)
MORE = re.compile(
    rf"(?:add|i\s+also\s+(?:had|ate|drank)|there\s*(?:['’]?s|\s+is|\s+was)\s+also)\s+(?:{AMOUNT}\s+)?(?P<food>.+)"
)


@dataclass(frozen=True)
class Spoken:
    """The edits of the API that a message asks for, and what to say of them."""

    edits: tuple[dict[str, Any], ...]
    said: str


def read(message: str, meal: MealFacts) -> Spoken | None:
    """What a message corrects in a meal; None if nothing. Without edits, `said` asks which food is meant."""
    text = message.strip().casefold().rstrip(".! ")
    if not text or len(text) > MOST_CHARS or text.endswith("?"):
        return None
    for pattern, reading in READINGS:
        if (match := pattern.fullmatch(text)) and (spoken := reading(match, meal)):
            return spoken
    return None


def _renamed(match: re.Match[str], meal: MealFacts) -> Spoken | None:
    new, old = _plain(match["new"]), _named(match["old"], meal)
    if not old:
        return None
    edits = tuple({"edit": "rename", "id": food.id, "food": new} for food in old)
    return Spoken(edits, f"{old[0].item.label} is now {new}")


def _actually(match: re.Match[str], meal: MealFacts) -> Spoken | None:
    """Only where a food follows: "the fries are really good" corrects nothing."""
    return _renamed(match, meal) if _is_food(_plain(match["new"]), meal) else None


def _named_anew(match: re.Match[str], meal: MealFacts) -> Spoken | None:
    new = _plain(match["new"])
    if not _is_food(new, meal) or not meal.foods:
        return None
    if len(meal.foods) != 1:
        return Spoken((), _which(meal, f"the {meal.foods[0].item.label} is actually {new}"))
    return Spoken(
        ({"edit": "rename", "id": meal.foods[0].id, "food": new},),
        f"{meal.foods[0].item.label} is now {new}",
    )


def _weighed(match: re.Match[str], meal: MealFacts) -> Spoken | None:
    grams = _grams(match)
    foods = _named(match["food"], meal)
    if not foods:
        if not meal.foods or not re.fullmatch(IT, match["food"]):
            return None
        return Spoken((), _which(meal, f"the {meal.foods[0].item.label} weighs {grams:g} g"))
    edits = tuple({"edit": "weigh", "id": food.id, "grams": grams / len(foods)} for food in foods)
    return Spoken(edits, f"{foods[0].item.label} is now {grams:g} g")


def _eaten(match: re.Match[str], meal: MealFacts) -> Spoken | None:
    words = match["share"]
    share = SHARES[words] if words in SHARES else float(words.rstrip("% ")) / 100
    name = _plain(match["food"])
    if not name or name in {"it", "that", "this", "them", "meal", "plate", "food", "everything"}:
        return Spoken(({"edit": "eat", "id": None, "share": share},), f"{words} of the meal counts now")
    return _share(share, _named(name, meal), words)


def _some_of(match: re.Match[str], meal: MealFacts) -> Spoken | None:
    part, whole = (_number(match[group]) for group in ("part", "whole"))
    if not 0 < part <= whole:
        return None
    return _share(part / whole, _named(match["food"], meal), f"{match['part']} of {match['whole']}")


def _share(share: float, foods: Sequence[AnalyzedFood], words: str) -> Spoken | None:
    edits = tuple({"edit": "eat", "id": food.id, "share": share} for food in foods)
    return Spoken(edits, f"{words} of the {foods[0].item.label} counts now") if foods else None


def _gone(match: re.Match[str], meal: MealFacts) -> Spoken | None:
    foods = _named(match["food"], meal)
    edits = tuple({"edit": "remove", "id": food.id} for food in foods)
    return Spoken(edits, f"{foods[0].item.label} is taken out") if foods else None


def _more(match: re.Match[str], meal: MealFacts) -> Spoken | None:
    name = _plain(match["food"])
    grams = _grams(match) if match["number"] else None
    return Spoken(({"edit": "add", "food": name, "grams": grams},), f"{name} is added")


READINGS = (
    (OLD_BUT, _renamed),
    (NOT_OLD, _renamed),
    (WEIGHS, _weighed),
    (SOME_OF, _some_of),
    (ATE, _eaten),
    (GONE, _gone),
    (MORE, _more),
    (ACTUALLY, _actually),
    (ONLY_NEW, _named_anew),
)
"""The first that fits counts."""


def _named(name: str, meal: MealFacts) -> list[AnalyzedFood]:
    """The foods of the meal that a name means; "it" is the only one."""
    plain = _plain(name)
    if re.fullmatch(IT, plain):
        return list(meal.foods) if len(meal.foods) == 1 else []
    labels = {label for *_, label in meal.known_foods.find(plain)}
    chosen = [food for food in meal.foods if food.item.label in labels]
    return chosen or [
        food
        for food in meal.foods
        if fuzz.token_set_ratio(_singular(plain), _singular(food.item.label), processor=default_process)
        >= SAME_NAME
    ]


def _is_food(name: str, meal: MealFacts) -> bool:
    """Whether the name is, from its beginning to its end, that of a food."""
    return (0, len(name)) in {(start, end) for start, end, _ in meal.known_foods.find(name)}


def _which(meal: MealFacts, example: str) -> str:
    foods = listing(list(dict.fromkeys(f"the {food.item.label}" for food in meal.foods)), "or")
    return f'Which do you mean, {foods}? Say for example "{example}"'


def _plain(name: str) -> str:
    """A name without article and space around it."""
    return re.sub(r"^(?:of\s+)?(?:(?:an?|the|some|my|any)\s+)?", "", name.strip(" ,"))


def _singular(name: str) -> str:
    return " ".join(map(singular, name.split()))


def _grams(match: re.Match[str]) -> float:
    return float(decimal(match["number"])) * GRAMS[match["unit"].removesuffix("s")]


def _number(word: str) -> int:
    return int(word) if word.isdecimal() else NUMBERS[word]
