"""Corrections said in words, such as "it's tacos, not pizza", "the rice weighs 150 g", "I only ate half".

English only, as what is written about meals. A sentence that asks something corrects nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ml.corrections import phrases
from ml.corrections.amounts import grams_of, usual
from ml.corrections.listed import listed
from ml.corrections.plate import Plate, plain_name
from ml.corrections.quantities import GRAMS, MEASURES, Quantity, number, read_quantity
from ml.corrections.rows import CorrectionError
from ml.nutrition.search import FoodSearch
from ml.types import AnalyzedFood, MealFacts
from ml.words import decimal, listing, singular

MOST_CHARS = 300
"""Longer messages are no corrections."""


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
    if not text or len(text) > MOST_CHARS or text.endswith("?") or phrases.NO_CORRECTION.search(text):
        return None
    text = re.sub(r"\s*per\s?cent\b", "%", text)
    opening = phrases.OPENING.match(text)
    text = text[opening.end() if opening else 0 :].removesuffix(" please").rstrip(", ")
    plate = Plate(meal, search)
    for pattern, reading in READINGS:
        if (match := pattern.fullmatch(text)) and (spoken := reading(match, plate)):
            return spoken
    return None


def _renamed(match: re.Match[str], plate: Plate) -> Spoken | None:
    """Another food, or another weight: "not 160 g of rice but 200 g"."""
    new, foods = plain_name(match["new"]), plate.named(read_quantity(match["old"]).food)
    if not foods:
        return None
    if amount := re.fullmatch(phrases.AMOUNT, new):
        return _weigh(_grams(amount), foods)
    return _rename(foods, new) if plate.is_clear(new) else _unclear(new, plate)


def _swapped(match: re.Match[str], plate: Plate) -> Spoken | None:
    """Only for a certain food: "swap the fries for something healthier" asks for advice."""
    spoken = _renamed(match, plate)
    return spoken if spoken and spoken.edits else None


def _rename(foods: Sequence[AnalyzedFood], new: str) -> Spoken:
    edits = tuple({"edit": "rename", "id": food.id, "food": new} for food in foods)
    return Spoken(edits, f"{_labels(foods)} {_is(foods)} now {new}")


def _said_to_be(match: re.Match[str], plate: Plate) -> Spoken | None:
    """Only where another food follows: "the fries are good" and "the bacon is meat" correct nothing."""
    label = plate.label(plain_name(match["new"]))
    if label is None or any(plate.is_a(food, label) for food in plate.named(match["old"])):
        return None
    return _renamed(match, plate)


def _named_anew(match: re.Match[str], plate: Plate) -> Spoken | None:
    new = plain_name(match["new"])
    if not plate.label(new) or not plate.foods:
        return None
    if len(plate.foods) != 1:
        return _which(f"the {plate.foods[0].item.label} is actually {new}", plate)
    return _rename(plate.foods, new)


def _weighed(match: re.Match[str], plate: Plate) -> Spoken | None:
    grams, name = _grams(match), plain_name(match["food"])
    if foods := plate.named(name):
        return _weigh(grams, foods)
    if plate.foods and re.fullmatch(phrases.IT, name):
        return _which(f"the {plate.foods[0].item.label} weighs {grams:g} g", plate)
    return _absent(name, grams, plate)


def _absent(name: str, grams: float, plate: Plate) -> Spoken | None:
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


def _much_of(match: re.Match[str], plate: Plate) -> Spoken | None:
    """So many grams or measures of a food, such as "half a cup of rice"."""
    said = read_quantity(match["food"])
    foods = plate.named(said.food) if said.measure else []
    if said.grams is not None:
        return _weigh(said.grams, foods) if foods else _absent(said.food, said.grams, plate)
    if not foods:
        return None
    question = f'How much is that? Say for example "the {foods[0].item.label} weighs 100 g"'
    return _measure(said, foods, match["food"]) or Spoken((), question)


def _amounts_to(match: re.Match[str], plate: Plate) -> Spoken | None:
    """ "The rice was one cup", but not "the rice was a disaster", nor "it's a pizza" of a pizza."""
    words = f"{match['much']} of {plain_name(match['food'])}"
    said = read_quantity(words)
    if said.measure not in MEASURES and re.match(r"an?\s", match["much"]):
        return None
    return _measure(said, plate.named(match["food"]), words)


def _measure(said: Quantity, foods: Sequence[AnalyzedFood], words: str) -> Spoken | None:
    """So many of a measure that the only food has."""
    if len(foods) != 1 or said.measure not in {measure.name for measure in foods[0].measures}:
        return None
    edit = {"edit": "measure", "id": foods[0].id, "amount": said.many, "measure": said.measure}
    return Spoken((edit,), f"{foods[0].item.label} is now {words}")


def _eaten(match: re.Match[str], plate: Plate) -> Spoken | None:
    """A share of the meal or of foods: "half the tea and all of the rice"."""
    parts = [_part(part, plate) for part in phrases.NEXT_PART.split(match["parts"])]
    found = [part for part in parts if part is not None]
    if len(found) < len(parts):
        return None
    edits = tuple(edit for part in found for edit in part.edits)
    return Spoken(edits, listing([part.said for part in found]))


def _part(text: str, plate: Plate) -> Spoken | None:
    match = phrases.PART.fullmatch(text)
    if match is None or _says_how_many(match["share"]):
        return None
    share, name = _share_of(match["share"]), plain_name(match["food"])
    if not name or name in {"it", "that", "this", "them", "meal", "plate", "food", "everything"}:
        return _eat(share, None, match["share"])
    return _eat(share, plate.named(name), match["share"])


def _some_of(match: re.Match[str], plate: Plate) -> Spoken | None:
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


def _left(match: re.Match[str], plate: Plate) -> Spoken | None:
    """So much was not eaten; "I didn't eat all of the bread" does not say how much."""
    part = phrases.PART.fullmatch(match["part"])
    foods = plate.named(part["food"]) if part else []
    if part is None or not foods or _says_how_many(part["share"]):
        return None
    left = _share_of(part["share"])
    if left == 1:
        if re.match(phrases.DID_NOT_EAT, match[0]):
            example = f"I ate half of the {foods[0].item.label}"
            return Spoken((), f'How much of it did you eat? Say for example "{example}"')
        return _remove(foods)
    return _eat(1 - left, foods, f"{100 * (1 - left):.0f} %")


def _gone(match: re.Match[str], plate: Plate) -> Spoken | None:
    """Foods are taken out, but not "some rice", nor "an egg" of several."""
    name, foods = match["food"], plate.named(match["food"])
    if foods and not re.match("some " if len(foods) == 1 else "(?:some|an?) ", name):
        return _remove(foods)
    if not plate.foods:
        return None
    labels = plate.labels_in(name)
    named = [food for food in plate.foods if any(plate.is_a(food, label) for label in labels)]
    label = (foods or named or plate.foods)[0].item.label
    if re.fullmatch(phrases.IT, name):
        return _which(f"remove the {label}", plate)
    if not match.groupdict().get("verb") and not labels:
        return None
    examples = f'"remove the {label}" or "I ate half of the {label}"'
    return Spoken((), f"Only a whole food can be taken out; say for example {examples}")


def _only(match: re.Match[str], plate: Plate) -> Spoken | None:
    """ "There is no salmon, only rice": the rice is there already, or is what the salmon is."""
    foods = plate.named(match["old"])
    return _remove(foods) if foods and plate.named(match["new"]) else _renamed(match, plate)


def _remove(foods: Sequence[AnalyzedFood]) -> Spoken:
    edits = tuple({"edit": "remove", "id": food.id} for food in foods)
    return Spoken(edits, f"{_labels(foods)} {_is(foods)} taken out")


def _more(match: re.Match[str], plate: Plate) -> Spoken | None:
    names = _added(match["food"], plate) or _added(phrases.TO_THE_MEAL.sub("", match["food"]), plate)
    if not names:
        return _unclear(plain_name(read_quantity(phrases.TO_THE_MEAL.sub("", match["food"])).food), plate)
    edits = []
    for name in names:
        said = read_quantity(name)
        try:
            grams_of(said, usual(said.food, plate.search))
        except CorrectionError as error:
            return Spoken((), str(error))
        food = name if said.grams is None else said.food
        edits.append({"edit": "add", "food": food, "grams": said.grams})
    return Spoken(tuple(edits), f"{listing(names)} added")


def _added(text: str, plate: Plate) -> list[str]:
    """The names of foods, with their amounts, that a text lists; [] unless each is clear."""
    for names in (listed(text, plate.search), [text], phrases.AND.split(text)):
        plain = [re.sub(r"^(?:some|the|my|more|extra)\s+", "", name) for name in names]
        if all(plate.is_clear(read_quantity(name).food) for name in plain):
            return plain
    return []


def _which(example: str, plate: Plate) -> Spoken:
    """Asks which food of the meal is meant."""
    foods = listing(list(dict.fromkeys(f"the {food.item.label}" for food in plate.foods)), "or")
    return Spoken((), f'Which do you mean, {foods}? Say for example "{example}"')


def _unclear(name: str, plate: Plate) -> Spoken:
    """Asks which food in the world is meant."""
    nearest = plate.search.search(name, limit=1)
    hint = f'the nearest is "{nearest[0].name}"' if nearest else "try a plainer one"
    return Spoken((), f'No food is known for sure by the name "{name}"; {hint}')


READINGS = (
    (phrases.ONLY, _only),
    (phrases.OTHER, _renamed),
    (phrases.OLD_IS_NOT, _swapped),
    (phrases.NOT_OLD, _renamed),
    (phrases.SWAP, _swapped),
    (phrases.WEIGHS, _weighed),
    (phrases.GRAMS_OF, _much_of),
    (phrases.AMOUNTS_TO, _amounts_to),
    (phrases.ATE_MUCH, _much_of),
    (phrases.SOME_OF, _some_of),
    (phrases.ATE_ALL_BUT, _gone),
    (phrases.ATE_ALL, lambda _, plate: _eat(1.0, None, "all") if plate.foods else None),
    (phrases.ATE, _eaten),
    (phrases.LEFT, _left),
    (phrases.GONE, _gone),
    (phrases.TAKE_OUT, _gone),
    (phrases.MORE, _more),
    (phrases.THE_OLD_IS, _said_to_be),
    (phrases.ONLY_NEW, _named_anew),
)
"""The first that fits counts."""


def _labels(foods: Sequence[AnalyzedFood]) -> str:
    return listing(list(dict.fromkeys(food.item.label for food in foods)))


def _is(foods: Sequence[AnalyzedFood]) -> str:
    last = foods[-1].item.label.split()[-1]
    return "are" if _are_several(foods) or singular(last) != last else "is"


def _are_several(foods: Sequence[AnalyzedFood]) -> bool:
    return len({food.item.label for food in foods}) > 1


def _grams(match: re.Match[str]) -> float:
    return float(decimal(match["number"])) * GRAMS[match["unit"].removesuffix("s")]


def _says_how_many(share: str) -> bool:
    """Whether it is a count, as in "one cookie" and "two of the cookies", and no share."""
    return share not in phrases.SHARES and not share.endswith("%") and number(share) >= 1


def _share_of(words: str) -> float:
    """The value of a match of `phrases.SHARE`."""
    if words in phrases.SHARES:
        return phrases.SHARES[words]
    return float(words.rstrip("% ")) / 100 if words.endswith("%") else number(words)
