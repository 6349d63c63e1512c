"""What the embedded LLaVA is asked in its evaluation: held-out photos, meals and wordings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ml.analyzer import NutritionAnalyzer
from ml.data.conversations.ask import Example, Sight
from ml.data.conversations.examples import FOODS_ON_A_PLATE, ConversationMaker
from ml.data.conversations.plates import lay_plate
from ml.data.crops import SETS, Crop, load, read_crops
from ml.data.titled import LEFT_OUT, REVIEWED
from ml.insights.checks.checker import checked
from ml.insights.checks.claims import claims
from ml.insights.checks.facts import daily_values, facts_of
from ml.insights.checks.grounding import grounded
from ml.insights.checks.grounding_counts import GroundingCounts
from ml.insights.checks.known_meal import KnownMeal
from ml.insights.checks.sentence_stream import sentences
from ml.insights.errors import InsightsError
from ml.insights.intents import Intent
from ml.nutrition.foods import FoodTable
from ml.types import NOT_FOOD, Image, MealFacts

CHAINS = 2
"""Conversations about each photo."""


@dataclass(frozen=True, eq=False)
class Case:
    """A photo of the foods `in_photo`, the facts of a meal, what is asked, and our own answer in the turn."""

    image: Image
    in_photo: tuple[str, ...]
    facts: MealFacts
    turn: Example


def held_out_crops(root: Path, titled: Path | None) -> list[Crop]:
    """The foods that no training saw, of people's photos those with a reviewed title; and what is no food."""
    crops = [crop for crop in read_crops(root, titled=titled) if crop.validation]
    return [
        crop
        for crop in crops
        if crop.source in (*SETS, REVIEWED) or (crop.label == NOT_FOOD and crop.source == LEFT_OUT)
    ]


def make_cases(
    crops: Sequence[Crop], analyzer: NutritionAnalyzer, foods: FoodTable, count: int, seed: int
) -> list[Case]:
    """So many questions in held-out wordings, `CHAINS` about each photo; the last of each chain counts."""
    labels = tuple(sorted({crop.label for crop in crops} - {NOT_FOOD}))
    maker = ConversationMaker(analyzer, foods, labels, "held_out")
    rng = np.random.default_rng(seed)
    cases: list[Case] = []
    while len(cases) < count:
        sight = Sight(maker.draw(rng, FOODS_ON_A_PLATE))
        made = maker.make(rng, sight.foods, sight, CHAINS)
        same = [[crop for crop in crops if crop.label == label] for label in sight.foods or (NOT_FOOD,)]
        photo = lay_plate(rng, [load(each[int(rng.integers(len(each)))]) for each in same])
        cases += [
            Case(photo, sight.foods, made.facts, chain[-1])
            for chain in made.chains
            if chain[-1].ask.intent != Intent.LIST_FOODS
        ]
    return cases[:count]


def shown(text: str, case: Case) -> str:
    """What is left of a text once its numbers are checked; "" if nothing is."""
    try:
        return "".join(grounded([text], KnownMeal(case.facts, case.turn.question), GroundingCounts()))
    except InsightsError:
        return ""


def numbers_passed(text: str, case: Case) -> tuple[int, int]:
    """How many of the numbers stand in sentences that pass the check as they are, and how many there are."""
    meal = KnownMeal(case.facts, case.turn.question)
    found = [(len(claims(part)), checked(part, meal) == part) for part in sentences([text]) if part]
    return sum(count for count, passes in found if passes), sum(count for count, _ in found)


def numbers_known(text: str, case: Case) -> tuple[int, int]:
    """How many of the numbers are of the meal's facts, a daily value or the question, whatever they are said
    to be of, and how many there are: a second opinion on what the check lets through."""
    known = [(fact.unit, fact.value) for fact in (*facts_of(case.facts), *daily_values())]
    known += [(claim.unit, claim.value) for claim in claims(case.turn.question or "")]
    found = claims(text)
    right = [any(claim.unit == unit and claim.agrees(value) for unit, value in known) for claim in found]
    return sum(right), len(found)
