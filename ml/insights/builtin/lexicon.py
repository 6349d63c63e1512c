"""The words of lexicon.toml, by which questions are understood."""

from __future__ import annotations

import tomllib
from pathlib import Path

from ml.words import normalize

Phrases = tuple[tuple[str, tuple[str, ...]], ...]
"""Normalized phrases, each with its concepts, long phrases first."""


def _phrases(*tables: str) -> Phrases:
    concepts: dict[str, tuple[str, ...]] = {}
    for table in tables:
        for concept, phrases in _TABLES[table].items():
            for phrase in map(normalize, phrases.split(",")):
                concepts[phrase] = (*concepts.get(phrase, ()), concept)
    return tuple(sorted(concepts.items(), key=lambda pair: -len(pair[0])))


_TABLES = tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text(encoding="utf-8"))

NUTRIENTS = tuple(_TABLES["nutrients"])
NUTRIENT_GROUPS = tuple(_TABLES["nutrient_groups"])
DIETS = tuple(_TABLES["diets"])
UNTOLD_DIETS = tuple(_TABLES["untold_diets"])
MISSING = tuple(_TABLES["missing"])
MEDICAL_NUTRIENTS: dict[str, list[str]] = _TABLES["medical_nutrients"]

CONTENT_PHRASES = _phrases("missing", "medical", "untold_diets", "nutrient_groups", "nutrients", "diets")
EMERGENCY_PHRASES = _phrases("emergencies")
TOPIC_PHRASES = _phrases("topics")
FOREIGN_PHRASES = _phrases("foreign")
ENGLISH, PREPARATIONS, GENERIC_NOUNS = (
    frozenset(normalize(word) for word in words.split(",")) for words in _TABLES["words"].values()
)
