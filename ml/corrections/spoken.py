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

from ml.corrections.quantities import GRAMS, NUMBER, UNIT, number, read_quantity
from ml.nutrition.search import FoodSearch
from ml.types import AnalyzedFood, MealFacts
from ml.words import decimal, listing, singular

SAME_NAME = 85.0
"""Token set ratio of rapidfuzz from which two names mean one food: "the brocolli" and "broccoli"."""
CLEAR = 0.9
"""Score of the search from which a name that the food table lacks means a food for sure."""
MOST_CHARS = 300
"""Longer messages are no corrections."""
SHARES = {"all": 1.0, "the whole": 1.0, "everything": 1.0, "most": 3 / 4}
"""Words for shares beside those for numbers."""
ONLY_WHOLE = 'Only a whole food can be taken out; say "remove the toast" or "I ate half of the toast"'
HOW_MUCH = 'How much of it did you eat? Say for example "I ate half of the toast"'

IT = r"(?:it|that|this|they|these|those|them)"
IS = r"(?:\s+(?:is|are|was|were)|['’]?(?:s|re))"
ISNT = rf"(?:{IT}(?:{IS}\s+not|\s+(?:is|are|was|were)n['’]?t)|not)"
THERE_IS_NO = r"there(?:\s*['’]?s\s+no|\s+(?:is|are|was|were)(?:\s+no|n['’]?t(?:\s+any)?))"
OFTEN = r"(?:\s+(?:actually|really|in fact|just|only|about|exactly))*"
AMOUNT = rf"(?P<number>\d+(?:[.,]\d+)?)\s*(?P<unit>{UNIT})"
SHARE = rf"(?:\d+\s*%|(?:{NUMBER}|{'|'.join(SHARES)})(?!\w))"
I_ATE = rf"(?:i|we|he|she)\s*(?:['’]?ve)?{OFTEN}\s+(?:ate|had|eaten|finished|drank){OFTEN}"
REMOVE = r"(?:remove|delete|take\s+(?:out|off|away)|leave\s+out|do(?:n['’]?t|\s+not)\s+count)"
DID_NOT_EAT = r"(?:i|we|he|she)\s+did(?:n['’]?t| not)\s+(?:eat|have|drink)"

OPENING = re.compile(r"(?:(?:no|oh|sorry|actually|well),|please,?)\s+")
OTHER = re.compile(
    rf"(?:{ISNT}|{THERE_IS_NO}|no)\s+(?P<old>.+?)[,;]?\s+(?:but|{IT}{IS}){OFTEN}\s+(?P<new>.+)"
)
OLD_IS_NOT = re.compile(
    r"(?:the\s+)?(?P<old>.+?)\s+(?:is|are|was|were)(?:n['’]?t|\s+not)\s+.+?[,;]?\s+"
    rf"(?:but|{IT}{IS}){OFTEN}\s+(?P<new>.+)"
)
NOT_OLD = re.compile(rf"{IT}{IS}{OFTEN}\s+(?P<new>.+?),?\s+(?:and\s+)?not\s+(?P<old>.+)")
SWAP = re.compile(
    r"(?:swap|replace|change|exchange|switch|rename|set)\s+(?P<old>.+?)\s+(?:for|with|to|by|into)\s+(?P<new>.+)"
)
THE_OLD_IS = re.compile(
    rf"(?:the\s+)?(?P<old>.+?)(?:\s+(?:is|are|was|were)|['’](?:s|re)){OFTEN}\s+(?P<new>.+)"
)
ONLY_NEW = re.compile(rf"{IT}{IS}{OFTEN}\s+(?P<new>.+)")
WEIGHS = re.compile(rf"(?P<food>.+?)(?:\s+(?:weighs?|weighed)|{IS}|:)?{OFTEN}\s+{AMOUNT}(?:,?\s+not\s+.+)?")
GRAMS_OF = re.compile(rf"(?:{IT}{IS}{OFTEN}\s+)?(?P<food>\d+(?:[.,]\d+)?\s*{UNIT}\s+.+?)(?:,?\s+not\s+.+)?")
ATE_MUCH = re.compile(rf"{I_ATE}\s+(?P<food>.+)")
SOME_OF = re.compile(
    rf"(?:{I_ATE}\s+)?(?P<part>{NUMBER})\s+of\s+(?:the\s+)?(?P<whole>{NUMBER})\s+(?P<food>.+)"
)
ATE_ALL_BUT = re.compile(
    rf"{I_ATE}\s+(?:all|everything)\s+(?:but|except|apart\s+from)(?:\s+for)?\s+(?P<food>.+)"
)
ATE = re.compile(rf"{I_ATE}\s+(?P<parts>{SHARE}.*)")
NEXT_PART = re.compile(rf"(?:,|,?\s+and)\s+(?={SHARE}\s)")
PART = re.compile(rf"(?P<share>{SHARE})(?:\s+of\b)?(?P<food>.*)")
LEFT = re.compile(rf"(?:(?:i|we|he|she){OFTEN}\s+left{OFTEN}|{REMOVE}|{DID_NOT_EAT})\s+(?P<part>{SHARE}.*)")
ONLY = re.compile(rf"(?:{THERE_IS_NO}|no)\s+(?P<old>.+?)[,;]\s+(?:only|just)\s+(?P<new>.+)")
GONE = re.compile(
    rf"(?:{THERE_IS_NO}|no|(?:it['’]?s\s+)?without|{DID_NOT_EAT}|{I_ATE}\s+(?:no|none\s+of)"
    rf"|(?P<verb>{REMOVE}))\s+(?P<food>.+?)(?:\s+(?:on|in)\s+(?:the|my|this)\s+(?:plate|photo|picture|meal))?"
)
TAKE_OUT = re.compile(r"(?P<verb>take|leave)\s+(?P<food>.+?)\s+(?:out|off|away)")
MORE = re.compile(
    r"(?:add|i\s+also\s+(?:had|ate|drank)|there\s*(?:['’]?s|\s+is|\s+was)\s+also)\s+(?P<food>.+)"
)
TO_THE_MEAL = re.compile(r"\s+(?:to|on|in|into)\s+(?:it|this|that|the\s.+|my\s.+)$")
AND = re.compile(r",?\s+(?:and|or|nor)\s+|,\s*")


@dataclass(frozen=True)
class Spoken:
    """The edits of the API that a message asks for, and what to say of them."""

    edits: tuple[dict[str, Any], ...]
    said: str


def read(message: str, meal: MealFacts, search: FoodSearch) -> Spoken | None:
    """What a message corrects in a meal; None if nothing. Without edits, `said` asks back.

    Foods that are not in the meal are those of `search`.
    """
    text = message.strip().casefold().rstrip(".! ")
    if not text or len(text) > MOST_CHARS or text.endswith("?"):
        return None
    opening = OPENING.match(text)
    text = text[opening.end() if opening else 0 :].removesuffix(" please").rstrip(", ")
    plate = _Plate(meal, search)
    for pattern, reading in READINGS:
        if (match := pattern.fullmatch(text)) and (spoken := reading(match, plate)):
            return spoken
    return None


class _Plate:
    """The foods that words may mean: those of a meal, and those of a search."""

    def __init__(self, meal: MealFacts, search: FoodSearch) -> None:
        self.foods = meal.foods
        self._names = meal.known_foods
        self._search = search

    def named(self, name: str) -> list[AnalyzedFood]:
        """The foods of the meal that a name, or several ("the rice and the egg"), mean; "it" is the only one.

        None does where the name is of a part ("the pizza crust") or says where ("the sugar in the tea").
        """
        plain = _plain(name)
        if re.fullmatch(IT, plain):
            return list(self.foods) if len(self.foods) == 1 else []
        if foods := self._called(plain):
            return foods
        parts = [self._called(_plain(part)) for part in AND.split(plain)]
        meant = [food for part in parts for food in part]
        return [food for food in self.foods if food in meant] if all(parts) else []

    def _called(self, name: str) -> list[AnalyzedFood]:
        label = self.label(name)
        if exact := [food for food in self.foods if food.item.label == label]:
            return exact
        return [food for food in self.foods if self._may_be(name, label, food)]

    def _may_be(self, name: str, label: str | None, food: AnalyzedFood) -> bool:
        """Whether a food is of a broader name, such as "the salad", or a misspelt one."""
        called, its_own = _singular(name), _singular(food.item.label)
        if label is not None:
            parent = food.food.parent if food.food else None
            return label == parent or f" {its_own}".endswith(f" {called}")
        likeness = fuzz.token_set_ratio(called, its_own, processor=default_process)
        return likeness >= SAME_NAME and len(called.split()) <= len(its_own.split())

    def label(self, name: str) -> str | None:
        """The label of the food table that the whole of a name means."""
        found = {(start, end): label for start, end, label in self._names.find(name)}
        return found.get((0, len(name)))

    def speaks_of_food(self, text: str) -> bool:
        """Whether a food that Noon knows is named anywhere."""
        return any(self._names.find(text))

    def is_clear(self, name: str) -> bool:
        """Whether a name means a food for sure."""
        if self.label(name) is not None:
            return True
        best = self._search.search(name, limit=1)
        return bool(best) and best[0].score >= CLEAR

    def which(self, example: str) -> Spoken:
        """Asks which food of the meal is meant."""
        foods = listing(list(dict.fromkeys(f"the {food.item.label}" for food in self.foods)), "or")
        return Spoken((), f'Which do you mean, {foods}? Say for example "{example}"')

    def unclear(self, name: str) -> Spoken:
        """Asks which food in the world is meant."""
        nearest = self._search.search(name, limit=1)
        hint = f'the nearest is "{nearest[0].name}"' if nearest else "try a plainer one"
        return Spoken((), f'No food is known for sure by the name "{name}"; {hint}')


def _renamed(match: re.Match[str], plate: _Plate) -> Spoken | None:
    """Another food, or another weight: "not 160 g of rice but 200 g"."""
    new, foods = _plain(match["new"]), plate.named(read_quantity(match["old"]).food)
    if not foods:
        return None
    if amount := re.fullmatch(AMOUNT, new):
        return _weigh(_grams(amount), foods)
    return _rename(foods, new) if plate.is_clear(new) else plate.unclear(new)


def _swapped(match: re.Match[str], plate: _Plate) -> Spoken | None:
    """Only for a certain food: "swap the fries for something healthier" asks for advice."""
    spoken = _renamed(match, plate)
    return spoken if spoken and spoken.edits else None


def _rename(foods: Sequence[AnalyzedFood], new: str) -> Spoken:
    edits = tuple({"edit": "rename", "id": food.id, "food": new} for food in foods)
    return Spoken(edits, f"{_labels(foods)} {_is(foods)} now {new}")


def _said_to_be(match: re.Match[str], plate: _Plate) -> Spoken | None:
    """Only where a food follows: "the fries are really good" corrects nothing."""
    return _renamed(match, plate) if plate.label(_plain(match["new"])) else None


def _named_anew(match: re.Match[str], plate: _Plate) -> Spoken | None:
    new = _plain(match["new"])
    if not plate.label(new) or not plate.foods:
        return None
    if len(plate.foods) != 1:
        return plate.which(f"the {plate.foods[0].item.label} is actually {new}")
    return _rename(plate.foods, new)


def _weighed(match: re.Match[str], plate: _Plate) -> Spoken | None:
    grams, name = _grams(match), _plain(match["food"])
    if foods := plate.named(name):
        return _weigh(grams, foods)
    if plate.foods and re.fullmatch(IT, name):
        return plate.which(f"the {plate.foods[0].item.label} weighs {grams:g} g")
    return _absent(name, grams, plate)


def _absent(name: str, grams: float, plate: _Plate) -> Spoken | None:
    if plate.label(name) is None:
        return None
    return Spoken((), f'This meal has no {name}; say "add {grams:g} g of {name}" if it was there')


def _weigh(grams: float, foods: Sequence[AnalyzedFood]) -> Spoken:
    """Several foods weigh so much together, each its share of that."""
    whole = sum(food.portion.mass_g.value for food in foods)
    shares = {food.id: food.portion.mass_g.value / whole for food in foods}
    together = " together" if _are_several(foods) else ""
    edits = tuple({"edit": "weigh", "id": id_, "grams": grams * share} for id_, share in shares.items())
    return Spoken(edits, f"{_labels(foods)} {_is(foods)} now {grams:g} g{together}")


def _much_of(match: re.Match[str], plate: _Plate) -> Spoken | None:
    """So many grams or measures of a food, such as "half a cup of rice"."""
    said = read_quantity(match["food"])
    foods = plate.named(said.food) if said.measure else []
    if said.grams is not None:
        return _weigh(said.grams, foods) if foods else _absent(said.food, said.grams, plate)
    if not foods:
        return None
    food, *others = foods
    if others or said.measure not in {measure.name for measure in food.measures}:
        return Spoken((), f'How much is that? Say for example "the {food.item.label} weighs 100 g"')
    edit = {"edit": "measure", "id": food.id, "amount": said.many, "measure": said.measure}
    return Spoken((edit,), f"{food.item.label} is now {match['food']}")


def _eaten(match: re.Match[str], plate: _Plate) -> Spoken | None:
    """A share of the meal or of foods: "half the tea and all of the rice"."""
    parts = [_part(part, plate) for part in NEXT_PART.split(match["parts"])]
    found = [part for part in parts if part is not None]
    if len(found) < len(parts):
        return None
    edits = tuple(edit for part in found for edit in part.edits)
    return Spoken(edits, listing([part.said for part in found]))


def _part(text: str, plate: _Plate) -> Spoken | None:
    match = PART.fullmatch(text)
    if match is None:
        return None
    share, name = _share_of(match["share"]), _plain(match["food"])
    if not name or name in {"it", "that", "this", "them", "meal", "plate", "food", "everything"}:
        return _eat(share, None, match["share"])
    return _eat(share, plate.named(name), match["share"])


def _some_of(match: re.Match[str], plate: _Plate) -> Spoken | None:
    part, whole = (number(match[group]) for group in ("part", "whole"))
    words = f"{match['part']} of {match['whole']}"
    return _eat(part / whole, plate.named(match["food"]), words) if 0 < part <= whole else None


def _eat(share: float, foods: Sequence[AnalyzedFood] | None, words: str) -> Spoken | None:
    """So much of these foods, or of the whole meal if None, was eaten."""
    if not 0 < share <= 1 or foods == []:
        return None
    ids = [None] if foods is None else [food.id for food in foods]
    whole = "meal" if foods is None else _labels(foods)
    words = "all" if share == 1 else words
    return Spoken(
        tuple({"edit": "eat", "id": id_, "share": share} for id_ in ids), f"{words} of the {whole} counts now"
    )


def _left(match: re.Match[str], plate: _Plate) -> Spoken | None:
    """So much was not eaten; "I didn't eat all of the bread" does not say how much."""
    part = PART.fullmatch(match["part"])
    foods = plate.named(part["food"]) if part else []
    if part is None or not foods:
        return None
    left = _share_of(part["share"])
    if left == 1:
        return Spoken((), HOW_MUCH) if re.match(DID_NOT_EAT, match[0]) else _remove(foods)
    return _eat(1 - left, foods, f"{100 * (1 - left):.0f} %")


def _gone(match: re.Match[str], plate: _Plate) -> Spoken | None:
    name = match["food"]
    if not name.startswith("some ") and (foods := plate.named(name)):
        return _remove(foods)
    if re.fullmatch(IT, name) and plate.foods:
        return plate.which(f"remove the {plate.foods[0].item.label}")
    is_meant = match.groupdict().get("verb") or plate.speaks_of_food(name)
    return Spoken((), ONLY_WHOLE) if is_meant and plate.foods else None


def _only(match: re.Match[str], plate: _Plate) -> Spoken | None:
    """ "There is no salmon, only rice": the rice is there already, or is what the salmon is."""
    foods = plate.named(match["old"])
    return _remove(foods) if foods and plate.named(match["new"]) else _renamed(match, plate)


def _remove(foods: Sequence[AnalyzedFood]) -> Spoken:
    edits = tuple({"edit": "remove", "id": food.id} for food in foods)
    return Spoken(edits, f"{_labels(foods)} {_is(foods)} taken out")


def _more(match: re.Match[str], plate: _Plate) -> Spoken | None:
    names = _added(match["food"], plate) or _added(TO_THE_MEAL.sub("", match["food"]), plate)
    if not names:
        return plate.unclear(_plain(read_quantity(TO_THE_MEAL.sub("", match["food"])).food))
    edits = []
    for name in names:
        said = read_quantity(name)
        food = name if said.grams is None else said.food
        edits.append({"edit": "add", "food": food, "grams": said.grams})
    return Spoken(tuple(edits), f"{listing(names)} added")


def _added(text: str, plate: _Plate) -> list[str]:
    """The names of foods, with their amounts, that a text lists; [] unless each is clear."""
    for names in ([text], AND.split(text)):
        plain = [re.sub(r"^(?:some|the|my)\s+", "", name) for name in names]
        if all(plate.is_clear(read_quantity(name).food) for name in plain):
            return plain
    return []


READINGS = (
    (ONLY, _only),
    (OTHER, _renamed),
    (OLD_IS_NOT, _renamed),
    (NOT_OLD, _renamed),
    (SWAP, _swapped),
    (WEIGHS, _weighed),
    (GRAMS_OF, _much_of),
    (ATE_MUCH, _much_of),
    (SOME_OF, _some_of),
    (ATE_ALL_BUT, _gone),
    (ATE, _eaten),
    (LEFT, _left),
    (GONE, _gone),
    (TAKE_OUT, _gone),
    (MORE, _more),
    (THE_OLD_IS, _said_to_be),
    (ONLY_NEW, _named_anew),
)
"""The first that fits counts."""


def _plain(name: str) -> str:
    """A name without article and space around it."""
    return re.sub(r"^(?:of\s+)?(?:(?:an?|the|some|my|our|any|both)\s+)?", "", name.strip(" ,"))


def _singular(name: str) -> str:
    return " ".join(map(singular, name.split()))


def _labels(foods: Sequence[AnalyzedFood]) -> str:
    return listing(list(dict.fromkeys(food.item.label for food in foods)))


def _is(foods: Sequence[AnalyzedFood]) -> str:
    last = foods[-1].item.label.split()[-1]
    return "are" if _are_several(foods) or singular(last) != last else "is"


def _are_several(foods: Sequence[AnalyzedFood]) -> bool:
    return len({food.item.label for food in foods}) > 1


def _grams(match: re.Match[str]) -> float:
    return float(decimal(match["number"])) * GRAMS[match["unit"].removesuffix("s")]


def _share_of(words: str) -> float:
    """The value of a match of `SHARE`."""
    if words in SHARES:
        return SHARES[words]
    return float(words.rstrip("% ")) / 100 if words.endswith("%") else number(words)
