"""The wordings of `questions.toml`, filled in."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from numpy.random import Generator

from ml.data.conversations.ask import Ask

Part = Literal["train", "held_out"]

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


def choose(rng: Generator, options: Sequence[str]) -> str:
    """One of them."""
    return options[int(rng.integers(len(options)))]


def filling(rng: Generator, table: str, part: Part) -> str:
    """A thing, or a condition, that questions of this part are about."""
    options = _TABLES["fill"][table]
    cut = len(options) * 4 // 5
    return choose(rng, options[:cut] if part == "train" else options[cut:])


def word_question(rng: Generator, ask: Ask, part: Part) -> str:
    """A question that asks for this."""
    return _fill(rng, choose(rng, _TABLES[part][ask.intent]), ask)


def word_follow_up(rng: Generator, ask: Ask, part: Part) -> str:
    """The same about another food, after a question that named the nutrient."""
    return _fill(rng, choose(rng, _TABLES["follow_up"][part]), ask)


def _fill(rng: Generator, wording: str, ask: Ask) -> str:
    words = [choose(rng, SPOKEN[nutrient]) for nutrient in ask.nutrients] + ["energy", "energy"]
    how_much = [f"how {'many' if word in PLURAL else 'much'} {word}" for word in words]
    question = wording.format(
        how_much=how_much[0],
        how_much_other=how_much[1],
        nutrient=words[0],
        other_nutrient=words[1],
        food=ask.foods[0] if ask.foods else "",
        diet=ask.word,
        thing=ask.word,
        condition=ask.word,
        goal=ask.goal_g,
    )
    return question[0].upper() + question[1:] if rng.random() < 0.85 else question
