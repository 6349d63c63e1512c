"""Reading a question by the words of the lexicon; small typos are forgiven."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from rapidfuzz import fuzz

from ml.insights.base import History
from ml.insights.builtin.lexicon import (
    CONTENT_PHRASES,
    DIETS,
    EMERGENCY_PHRASES,
    ENGLISH,
    FOREIGN_PHRASES,
    GENERIC_NOUNS,
    MEDICAL_NUTRIENTS,
    MISSING,
    NUTRIENT_GROUPS,
    NUTRIENTS,
    PREPARATIONS,
    TOPIC_PHRASES,
    UNTOLD_DIETS,
    Phrases,
)
from ml.insights.intents import Intent
from ml.nutrition.meal import Helping, Meal
from ml.nutrition.nutrient_names import NUTRIENT
from ml.types import HEADLINE
from ml.words import decimal, normalize, singular

MAX_QUESTION_CHARS = 2000
FUZZY_LENGTH, FUZZY_CUTOFF = 6, 84.0
"""Words this long may be misspelt this much (rapidfuzz ratio): "protien" is protein."""
MAX_SEARCH_WORDS = 2
"""A question this short needs no English grammar to be taken for English."""
_GRAMS = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:g|grams?|gr)\b", re.IGNORECASE)
_KILOJOULES = frozenset({"kj", "kilojoule", "kilojoules"})
_ARTICLES = (["the"], ["my"], ["this"], ["that"], ["these"], ["those"])
_NOUN = re.compile(
    r"\b(?:in|of|from|does|do|is|are|about|than) (?:the|my|that|those) (?=((?:[a-z]+ ?){1,3}))"
)


@dataclass(frozen=True)
class Question:
    """What a question speaks of; the strings are concepts of the lexicon's tables.

    `topics` are intents and "which" and "contains".
    """

    topics: frozenset[str] = frozenset()
    nutrients: tuple[str, ...] = ()
    nutrient_groups: tuple[str, ...] = ()
    diets: tuple[str, ...] = ()
    untold_diets: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    medical: tuple[str, ...] = ()
    """Nutrients that the condition is about; empty when the question is not medical."""
    is_emergency: bool = False
    """Whether it tells of signs of an allergic reaction."""
    foods: tuple[Helping, ...] = ()
    absent_food: str | None = None
    """What it asks about as if it were on the plate, but is not."""
    target_g: float | None = None
    in_kilojoules: bool = False
    is_english: bool = True

    @property
    def names_content(self) -> bool:
        """Whether it says what about the meal is asked, not just about which food."""
        amounts = self.nutrients or self.nutrient_groups
        return bool(amounts or self.diets or self.untold_diets or self.missing or self.medical)

    @property
    def needs_the_table(self) -> bool:
        """Whether it is about diets, allergens, a reaction to one, vitamins or minerals.

        Models are told of none but the headline nutrients, or slip where that does harm.
        """
        about_diets = self.diets or self.untold_diets or Intent.ALLERGY in self.topics or self.is_emergency
        return bool(about_diets or self.nutrient_groups or set(self.nutrients) - set(HEADLINE))


def read_question(question: str, meal: Meal, history: History = ()) -> Question:
    """What a question about a meal asks for.

    "And the rice?" and "is that a lot?" take it from the question before.
    """
    asked = _read(question, meal)
    if not history or asked.names_content:
        return asked
    before = _read(history[-1][0], meal)
    if asked.foods and not asked.topics - {Intent.WHAT, "contains"}:
        return replace(before, foods=asked.foods, is_english=asked.is_english)
    if asked.topics == {Intent.DAY} and before.names_content:
        return before
    return asked


def _read(question: str, meal: Meal) -> Question:
    text = normalize(_in_labels(question[:MAX_QUESTION_CHARS], meal))
    words = text.split()
    topics = frozenset(_find(text, TOPIC_PHRASES))
    is_emergency = any(f" {phrase} " in f" {text} " for phrase, _ in EMERGENCY_PHRASES)
    is_allergic = is_emergency or Intent.ALLERGY in topics
    if "contains" in topics or is_allergic:
        foods, rest = _foods_that_hold(words, meal.helpings, is_allergic)
    else:
        meant = [
            h for h in meal.helpings if not NUTRIENT.fullmatch(h.label) or f" the {h.label} " in f" {text} "
        ]
        foods, rest = _foods(words, meant)
    found = _find(" ".join(rest), CONTENT_PHRASES, consume=True)
    foreign = [] if found else _find(text, FOREIGN_PHRASES, consume=True)
    concepts = [*found, *foreign]
    medical = [nutrient for concept in concepts for nutrient in MEDICAL_NUTRIENTS.get(concept, ())]
    target = _GRAMS.search(question)
    known = bool(found or topics or foods) and len(words) <= MAX_SEARCH_WORDS
    return Question(
        topics=topics | set(foreign),
        nutrients=tuple(name for name in NUTRIENTS if name in concepts),
        nutrient_groups=tuple(name for name in NUTRIENT_GROUPS if name in concepts),
        diets=tuple(name for name in DIETS if name in concepts),
        untold_diets=tuple(name for name in UNTOLD_DIETS if name in concepts),
        missing=tuple(name for name in MISSING if name in concepts),
        medical=tuple(dict.fromkeys(medical)),
        is_emergency=is_emergency,
        foods=foods,
        absent_food=None if foods else _absent_food(text),
        target_g=float(decimal(target[1])) if target else None,
        in_kilojoules=not _KILOJOULES.isdisjoint(words),
        is_english=not foreign and (known or any(word in ENGLISH for word in words)),
    )


def _in_labels(text: str, meal: Meal) -> str:
    """The text with the foods of the meal called by their labels: "coke" is "cola" where there is one."""
    labels, parts, at = {helping.label for helping in meal.helpings}, [], 0
    for start, end, label in meal.facts.known_foods.find(text):
        if label in labels and not _find(normalize(text[start:end]), CONTENT_PHRASES):
            parts += [text[at:start], label]
            at = end
    return "".join([*parts, text[at:]])


def _foods_that_hold(
    words: Sequence[str], helpings: Sequence[Helping], is_allergic: bool
) -> tuple[tuple[Helping, ...], list[str]]:
    """The helpings that a question about contents is about, and its other words.

    "Is the oat milk dairy free?" is about one food by its whole name, "I'm allergic to milk" about all: by
    itself a word for what a food may hold names no food, and where an allergy is told of no part of a name.
    """
    named, rest = [], list(words)
    for helping in helpings:
        label = normalize(helping.label).split()
        for at in range(0 if is_allergic else len(rest) - len(label) + 1):
            is_label = list(map(singular, rest[at : at + len(label)])) == list(map(singular, label))
            if is_label and (len(label) > 1 or rest[at - 1 : at] in _ARTICLES):
                named.append(helping)
                del rest[at : at + len(label)]
                break
    plain = [word for word in rest if not _find(word, CONTENT_PHRASES)]
    others, unnamed = _foods(plain, [helping for helping in helpings if helping not in named])
    used = set(plain) - set(unnamed)
    return (*named, *others), [word for word in rest if word not in used]


def _find(text: str, phrases: Phrases, consume: bool = False) -> list[str]:
    """Concepts whose phrases occur in `text`; with `consume`, no word counts for two of them."""
    rest = f" {text} "
    found: list[str] = []
    for phrase, concepts in phrases:
        occurrence = _occurrence(phrase, rest)
        if occurrence is None:
            continue
        found += concepts
        if consume:
            rest = rest.replace(occurrence, " ")
    return list(dict.fromkeys(found))


def _occurrence(phrase: str, text: str) -> str | None:
    """The part of `text` that is `phrase`: whole words, one misspelt word, or any run of CJK characters."""
    if f" {phrase} " in text:
        return f" {phrase} "
    if phrase[0] > "\u2e7f":
        return phrase if phrase in text else None
    if len(phrase) < FUZZY_LENGTH or " " in phrase:
        return None
    for word in text.split():
        if len(word) >= FUZZY_LENGTH - 1 and fuzz.ratio(word, phrase) >= FUZZY_CUTOFF:
            return f" {word} "
    return None


def _foods(words: Sequence[str], helpings: Sequence[Helping]) -> tuple[tuple[Helping, ...], list[str]]:
    """The helpings that `words` name, in their order, and the words that name none."""
    named = {h.label: {w for w in words if any(_same(w, part) for part in _names(h))} for h in helpings}
    best = {
        label: hits
        for label, hits in named.items()
        if hits and not any(hits < other for other in named.values())
    }
    used: set[str] = set().union(*best.values())
    chosen = [h for h in helpings if h.label in best]
    chosen.sort(key=lambda h: min(words.index(word) for word in best[h.label]))
    return tuple(chosen), [word for word in words if word not in used]


def _names(helping: Helping) -> set[str]:
    parent = helping.food.parent if helping.food and helping.food.parent else ""
    return set(normalize(f"{helping.label} {parent}").split()) - PREPARATIONS


def _same(word: str, part: str) -> bool:
    if len(word) < 3:
        return False
    singular = word.removesuffix("s")
    if singular == part.removesuffix("s"):
        return True
    return len(word) >= 5 and (fuzz.ratio(word, part) >= FUZZY_CUTOFF or part.endswith(singular))


def _absent_food(text: str) -> str | None:
    """The noun of "in the rice", unless it is a generic one or a word that the lexicon knows."""
    for match in _NOUN.finditer(text):
        words = match[1].split()
        name = " ".join(takewhile(lambda word: word not in ENGLISH | GENERIC_NOUNS, words))
        if name and not _find(name, CONTENT_PHRASES) and not _find(name, TOPIC_PHRASES):
            return name
    return None
