"""From a question to what it asks for, by the words of the lexicon; small typos are forgiven."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from rapidfuzz import fuzz

from ml.insights.builtin.lexicon import (
    DIETS,
    ENGLISH,
    FOREIGN,
    MEDICAL,
    MISSING,
    NUTRIENTS,
    TOPICS,
    UNTOLD_DIETS,
)
from ml.insights.builtin.meal import Helping

Key = TypeVar("Key")

MAX_QUESTION_CHARS = 2000
FUZZY_LENGTH, FUZZY_CUTOFF = 6, 84.0
"""Words this long may be misspelt this much (rapidfuzz ratio): "protien" is protein."""
COMMON_FOOD_WORDS = frozenset(
    [
        "and",
        "with",
        "fried",
        "grilled",
        "baked",
        "roast",
        "red",
        "hot",
        "sweet",
        "sour",
        "french",
        "greek",
        "plain",
        "white",
    ]
)
_GRAMS = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:g|grams?|gr)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Intent:
    """What a question asks for. `topics` are keys of the lexicon's TOPICS, the others of its other tables."""

    topics: frozenset[str] = frozenset()
    nutrients: tuple[str, ...] = ()
    diets: tuple[str, ...] = ()
    untold_diets: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    medical: tuple[str, ...] = ()
    """Nutrients that the condition is about; empty when the question is not medical."""
    foods: tuple[Helping, ...] = ()
    target_g: float | None = None
    is_english: bool = True

    @property
    def names_content(self) -> bool:
        """Whether it says what about the meal is asked, not just about which food."""
        return bool(self.nutrients or self.diets or self.untold_diets or self.missing or self.medical)


def understand(question: str, helpings: Sequence[Helping], history: Sequence[tuple[str, str]] = ()) -> Intent:
    """The intent of a question about `helpings`; "and the rice?" takes its content from the question before."""
    intent = _read(question, helpings)
    if history and intent.foods and not intent.names_content and not intent.topics - {"what", "contains"}:
        before = _read(history[-1][0], helpings)
        return replace(before, foods=intent.foods, is_english=intent.is_english)
    return intent


def normalize(text: str) -> str:
    """Lower-case words without accents and apostrophes, separated by single spaces.

    >>> normalize("What's gluten-free? Süß!")
    'whats gluten free suss'
    """
    plain = unicodedata.normalize("NFKD", text.casefold().replace("'", "").replace("’", ""))
    return " ".join(re.findall(r"[^\W_]+", "".join(c for c in plain if not unicodedata.combining(c))))


def _read(question: str, helpings: Sequence[Helping]) -> Intent:
    text = normalize(question[:MAX_QUESTION_CHARS])
    words = text.split()
    topics = frozenset(_find(text, TOPICS)[0])
    foods, rest = _foods(words, helpings)
    content = text if "contains" in topics else " ".join(rest)
    found, _ = _find(content, {**MISSING, **MEDICAL, **UNTOLD_DIETS, **NUTRIENTS, **DIETS}, consume=True)
    foreign = {} if found else dict.fromkeys(_find(text, FOREIGN, consume=True)[0])
    concepts = [*found, *foreign]
    medical = [nutrient for key in concepts if isinstance(key, tuple) for nutrient in key]
    target = _GRAMS.search(question)
    return Intent(
        topics=topics | {key for key in foreign if key in TOPICS},
        nutrients=tuple(key for key in NUTRIENTS if key in concepts),
        diets=tuple(key for key in DIETS if key in concepts),
        untold_diets=tuple(key for key in UNTOLD_DIETS if key in concepts),
        missing=tuple(key for key in MISSING if key in concepts),
        medical=tuple(dict.fromkeys(medical)),
        foods=foods,
        target_g=float(target[1].replace(",", ".")) if target else None,
        is_english=not foreign and (bool(found) or bool(topics) or any(word in ENGLISH for word in words)),
    )


def _find(text: str, table: Mapping[Key, Sequence[str]], consume: bool = False) -> tuple[list[Key], str]:
    """Keys whose phrases occur in `text`, long phrases first; with `consume`, no word counts twice."""
    rest = f" {text} "
    found: list[Key] = []
    for phrase, key in sorted(_phrases(table), key=lambda pair: -len(pair[0])):
        match = _occurrence(phrase, rest)
        if match is None:
            continue
        found.append(key)
        if consume:
            rest = rest.replace(match, " ")
    return list(dict.fromkeys(found)), rest


def _phrases(table: Mapping[Key, Sequence[str]]) -> Iterator[tuple[str, Key]]:
    return ((normalize(phrase), key) for key, phrases in table.items() for phrase in phrases)


def _occurrence(phrase: str, text: str) -> str | None:
    """The part of `text` that is `phrase`: whole words, a slightly misspelt word, or a run of CJK characters."""
    if not phrase.isascii() and not phrase[0].isspace() and phrase in text:
        return phrase
    if f" {phrase} " in text:
        return phrase if " " in phrase else f" {phrase} "
    if len(phrase) >= FUZZY_LENGTH and " " not in phrase:
        for word in text.split():
            if len(word) >= FUZZY_LENGTH - 1 and fuzz.ratio(word, phrase) >= FUZZY_CUTOFF:
                return f" {word} "
    return None


def _foods(words: Sequence[str], helpings: Sequence[Helping]) -> tuple[tuple[Helping, ...], list[str]]:
    """The helpings that `words` name, in their order, and the words that name none."""
    named = {
        h.label: {word for word in words if any(_same(word, part) for part in _names(h))} for h in helpings
    }
    best = {
        label: hits
        for label, hits in named.items()
        if hits and not any(hits < other for other in named.values())
    }
    used = set().union(*best.values())
    foods = sorted(
        (h for h in helpings if h.label in best),
        key=lambda h: min(words.index(word) for word in best[h.label]),
    )
    return tuple(foods), [word for word in words if word not in used]


def _names(helping: Helping) -> set[str]:
    parent = helping.food.parent if helping.food and helping.food.parent else ""
    return {word for word in normalize(f"{helping.label} {parent}").split() if word not in COMMON_FOOD_WORDS}


def _same(word: str, part: str) -> bool:
    if len(word) < 3:
        return False
    singular = word.removesuffix("s")
    return singular == part.removesuffix("s") or (
        len(word) >= 5 and (fuzz.ratio(word, part) >= FUZZY_CUTOFF or part.endswith(singular))
    )
