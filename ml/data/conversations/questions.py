"""The wordings of `questions.toml`, filled in."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeVar

from numpy.random import Generator

from ml.data.conversations.ask import Ask

Split = Literal["train", "held_out"]
Option = TypeVar("Option", bound=str)

_TABLES = tomllib.loads(Path(__file__).with_name("questions.toml").read_text(encoding="utf-8"))
INTENTS = tuple(_TABLES["train"])

SPOKEN: dict[str, tuple[str, ...]] = {
    "calories": ("calories", "kcal", "energy"),
    "protein_g": ("protein",),
    "carb_g": ("carbs", "carbohydrates"),
    "fat_g": ("fat",),
    "saturated_fat_g": ("saturated fat",),
    "fiber_g": ("fibre", "fiber"),
    "sugar_g": ("sugar",),
    "sodium_mg": ("sodium", "salt"),
}
"""How questions call the nutrients, by the names of `Nutrients`."""
PLURAL = {"calories", "carbs", "carbohydrates", "kcal"}
ADJECTIVES: dict[str, tuple[str, ...]] = {
    "calories": ("calorific", "rich in energy", "fattening"),
    "protein_g": ("rich in protein", "high-protein"),
    "carb_g": ("rich in carbs", "high-carb", "starchy"),
    "fat_g": ("fatty", "greasy", "rich in fat"),
    "saturated_fat_g": ("rich in saturated fat",),
    "fiber_g": ("rich in fibre", "high in fiber"),
    "sugar_g": ("sugary", "sweet", "full of sugar"),
    "sodium_mg": ("salty", "rich in salt", "high in sodium"),
}
"""What questions call a food with much of a nutrient."""

LOWER_CASE, NO_END, SLIP = 0.15, 0.15, 0.06
"""Shares of the questions to learn from that are typed without capitals, without their last mark, and with
two letters of a word swapped."""


def choose(rng: Generator, options: Sequence[Option]) -> Option:
    """One of them."""
    return options[int(rng.integers(len(options)))]


def filling(rng: Generator, table: str, split: Split) -> str:
    """A thing, or a condition, that questions of a split are about."""
    options: Sequence[str] = _TABLES["fill"][table]
    cut = len(options) * 4 // 5
    return choose(rng, options[:cut] if split == "train" else options[cut:])


def word_question(rng: Generator, ask: Ask, split: Split) -> str:
    """A question that asks for this; one to learn from as hastily typed as people's are."""
    question = _fill(rng, choose(rng, _TABLES[split][ask.intent]), ask)
    return _typed(rng, question) if split == "train" else question


def word_follow_up(rng: Generator, ask: Ask, split: Split) -> str:
    """The same about another food, after a question that named the nutrient."""
    return _fill(rng, choose(rng, _TABLES["follow_up"][split]), ask)


def _fill(rng: Generator, wording: str, ask: Ask) -> str:
    words = [choose(rng, SPOKEN[nutrient]) for nutrient in ask.nutrients] + ["energy", "energy"]
    adjective = choose(rng, ADJECTIVES[ask.nutrients[0]]) if ask.nutrients else ""
    how_much = [f"how {'many' if word in PLURAL else 'much'} {word}" for word in words]
    question = wording.format(
        how_much=how_much[0],
        how_much_other=how_much[1],
        nutrient=words[0],
        other_nutrient=words[1],
        adjective=adjective,
        food=ask.foods[0] if ask.foods else "",
        diet=ask.word,
        thing=ask.word,
        condition=ask.word,
        goal=ask.goal_g,
    )
    return question[0].upper() + question[1:] if rng.random() < 0.85 else question


def _typed(rng: Generator, question: str) -> str:
    if rng.random() < LOWER_CASE:
        question = question.lower()
    if rng.random() < NO_END:
        question = question.rstrip("?.!")
    words = question.split(" ")
    long = [k for k, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if long and rng.random() < SLIP:
        k = long[int(rng.integers(len(long)))]
        at = int(rng.integers(1, len(words[k]) - 2))
        words[k] = words[k][:at] + words[k][at + 1] + words[k][at] + words[k][at + 2 :]
    return " ".join(words)
