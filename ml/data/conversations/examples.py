"""Making conversations: a photo of known foods, the facts of such a meal, questions and our answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from numpy.random import Generator

from ml.analyzer import NutritionAnalyzer
from ml.data.conversations.answers import WRITERS
from ml.data.conversations.ask import Ask, Example, Sight
from ml.data.conversations.descriptions import agrees
from ml.data.conversations.meals import random_meal
from ml.data.conversations.questions import SPOKEN, Split, choose, filling, word_follow_up, word_question
from ml.insights.checks.checker import checked
from ml.insights.checks.known_meal import KnownMeal
from ml.insights.checks.sentence_stream import sentences
from ml.insights.intents import Intent, askable
from ml.nutrition.diets import ALLERGENS, SUITS
from ml.nutrition.foods import FoodTable
from ml.nutrition.meal import Meal
from ml.types import UNKNOWN_FOOD, MealFacts
from ml.words import listing

FOODS_ON_A_PLATE = (0.06, 0.42, 0.28, 0.19, 0.05)
FOODS_IN_A_CAPTION = (0.1, 0.65, 0.17, 0.08)
"""Shares of photos without food, with one food, two, three and so on."""
CAPTIONS = ("a photo of {}.", "this is {}.", "a plate of {}.", "the food in this photo is {}.")
NO_FACTS, WRONG_FACTS, NAMELESS, UNNAMED, TWICE = 0.15, 0.15, 0.06, 0.04, 0.2
"""Shares of meals that nothing is known of, where the facts name another food than the photo shows (of those
with one food), with an item that has no name and nothing else, with an item more that has none, and with one
of the foods twice."""
FOUND_ANYWAY = 0.3
"""Share of photos without food in which the facts name some."""
FOLLOW_UPS = 0.25

WEIGHTS = {
    Intent.AMOUNT: 4.0,
    Intent.AMOUNT_IN_FOOD: 3.0,
    Intent.MOST: 3.0,
    Intent.ABSENT: 2.5,
    Intent.REALLY: 2.5,
    Intent.SEE: 2.0,
    Intent.DESCRIBE: 2.0,
    Intent.GOAL: 2.0,
    Intent.HEALTHY: 2.0,
    Intent.OFF_TOPIC: 2.0,
    Intent.SUITS: 2.0,
    Intent.HOLDS: 2.0,
    Intent.DAY: 1.5,
    Intent.MEDICAL: 1.5,
    Intent.TWO_AMOUNTS: 1.5,
    Intent.SPLIT: 1.5,
    Intent.HELLO: 0.6,
    Intent.THANKS: 0.4,
    Intent.UNMEASURED: 4.0,
}
"""How often intents are asked, 1 if not named."""

NAMING = (Intent.DESCRIBE, Intent.SEE, Intent.LIST_FOODS)
"""Intents of questions about the photo itself; the last is asked only where there is food."""

UNWORDED = (Intent.DESCRIBE, Intent.LIST_FOODS)
"""Intents without a question; the second has a prompt of its own."""


@dataclass(frozen=True, eq=False)
class Conversation:
    """Chains of turns about one photo of the foods `in_photo`; each turn's history holds those before it."""

    in_photo: tuple[str, ...]
    facts: MealFacts
    chains: tuple[tuple[Example, ...], ...]


class ConversationMaker:
    """Makes conversations about the foods in `labels`, worded as the questions of `split`."""

    def __init__(
        self, analyzer: NutritionAnalyzer, foods: FoodTable, labels: Sequence[str], split: Split = "train"
    ) -> None:
        self._analyzer, self._foods, self._labels, self._split = analyzer, foods, labels, split

    def draw(self, rng: Generator, shares: Sequence[float]) -> tuple[str, ...]:
        """Foods for a photo to show, in alphabetical order; `shares` are of none, one, two and so on."""
        count = int(rng.choice(len(shares), p=shares))
        return tuple(sorted(str(label) for label in rng.choice(self._labels, count, replace=False)))

    def make(self, rng: Generator, foods: tuple[str, ...], sight: Sight, chains: int) -> Conversation:
        """A conversation with this many chains of one or two turns, about a photo of `foods`.

        The facts are mostly of these; `sight` is what is seen of them.
        """
        facts = self._facts(rng, foods)
        meal = Meal(facts)
        made: list[tuple[Example, ...]] = []
        while len(made) < chains:
            chain = self._chain(rng, meal, sight)
            if all(_is_grounded(example, facts) for example in chain):
                made.append(chain)
        return Conversation(sight.foods, facts, tuple(made))

    def caption(self, rng: Generator, sight: Sight) -> str:
        """A caption of a photo that nothing is known of."""
        return choose(rng, CAPTIONS).format(listing(sight.foods) or "no food")

    def naming(self, rng: Generator, sight: Sight) -> Conversation:
        """One question, what a photo shows that nothing else is known of."""
        facts = random_meal(rng, self._analyzer, self._foods, ())
        meal, intents = Meal(facts), NAMING if sight.foods else NAMING[:-1]
        ask = Ask(choose(rng, intents), in_photo=sight.foods, is_plain=sight.is_plain)
        return Conversation(sight.foods, facts, ((self._example(rng, meal, self._fill(rng, meal, ask)),),))

    def _facts(self, rng: Generator, in_photo: Sequence[str]) -> MealFacts:
        kind = rng.random()
        labels = list(in_photo)
        if not in_photo:
            labels = [choose(rng, self._labels)] if kind < FOUND_ANYWAY else []
        elif kind < NO_FACTS:
            labels = []
        elif kind < NO_FACTS + WRONG_FACTS and len(in_photo) == 1:
            labels = [choose(rng, [label for label in self._labels if label not in in_photo])]
        elif kind > 1 - NAMELESS:
            labels = [UNKNOWN_FOOD]
        elif kind > 1 - NAMELESS - UNNAMED:
            labels.append(UNKNOWN_FOOD)
        elif kind > 1 - NAMELESS - UNNAMED - TWICE:
            labels.append(choose(rng, labels))
        return random_meal(rng, self._analyzer, self._foods, labels)

    def _chain(self, rng: Generator, meal: Meal, sight: Sight) -> tuple[Example, ...]:
        """A question, sometimes followed by the same about another food, or by one about something else."""
        first = self._example(rng, meal, self._random_ask(rng, meal, sight))
        if rng.random() > FOLLOW_UPS or first.question is None:
            return (first,)
        history = ((first.question, first.answer),)
        others = [h.label for h in meal.named if h.label not in first.ask.foods]
        if first.ask.intent == Intent.AMOUNT_IN_FOOD and others:
            ask = replace(first.ask, foods=(choose(rng, others),))
            question = word_follow_up(rng, ask, self._split)
            return first, Example(ask, question, WRITERS[ask.intent](rng, meal, ask), history)
        second = self._example(rng, meal, self._random_ask(rng, meal, sight))
        if second.question is None:
            return (first,)
        return first, replace(second, history=history)

    def _example(self, rng: Generator, meal: Meal, ask: Ask) -> Example:
        question = None if ask.intent in UNWORDED else word_question(rng, ask, self._split)
        return Example(ask, question, WRITERS[ask.intent](rng, meal, ask))

    def _random_ask(self, rng: Generator, meal: Meal, sight: Sight) -> Ask:
        intents = [i for i in askable(meal) if sight.foods or i != Intent.LIST_FOODS]
        weights = [WEIGHTS.get(intent, 1.0) for intent in intents]
        if not agrees(meal, sight.foods):
            weights = [
                w * 8 if i in (Intent.SEE, Intent.REALLY) else w
                for w, i in zip(weights, intents, strict=True)
            ]
        intent = intents[int(rng.choice(len(intents), p=[weight / sum(weights) for weight in weights]))]
        return self._fill(rng, meal, Ask(intent, in_photo=sight.foods, is_plain=sight.is_plain))

    def _fill(self, rng: Generator, meal: Meal, ask: Ask) -> Ask:
        """The ask with the nutrients, foods and words that its intent needs, at random."""
        nutrients = tuple(str(name) for name in rng.permutation(list(SPOKEN)))
        ask = replace(ask, nutrients=nutrients[:2] if ask.intent == Intent.TWO_AMOUNTS else nutrients[:1])
        match ask.intent:
            case Intent.AMOUNT | Intent.DAY if ask.intent == Intent.DAY or rng.random() < 0.3:
                return replace(ask, nutrients=(choose(rng, list(meal.daily_percent)),))
            case Intent.AMOUNT_IN_FOOD | Intent.WEIGHT_OF_FOOD | Intent.ABOUT_FOOD | Intent.REALLY:
                return replace(ask, foods=(choose(rng, [h.label for h in meal.named]),))
            case Intent.SUITS:
                return replace(ask, word=choose(rng, SUITS))
            case Intent.HOLDS | Intent.ALLERGIC:
                return replace(ask, word=choose(rng, ALLERGENS))
            case Intent.UNKNOWN | Intent.MISSING:
                return replace(ask, word=filling(rng, ask.intent, self._split))
            case Intent.MEDICAL:
                return replace(ask, word=filling(rng, "condition", self._split))
            case Intent.ABSENT:
                here = {h.label for h in meal.helpings} | set(ask.in_photo)
                return replace(ask, word=choose(rng, [label for label in self._labels if label not in here]))
            case Intent.LIST_FOODS:
                foods = [self._foods.get(label) for label in ask.in_photo]
                return replace(ask, servings_g=tuple(food.serving_g if food else 100.0 for food in foods))
            case Intent.GOAL:
                return replace(ask, goal_g=int(rng.integers(3, 11)) * 5)
        return ask


def _is_grounded(example: Example, facts: MealFacts) -> bool:
    """Whether every sentence of the answer may be shown as it is."""
    meal = KnownMeal(facts, example.question)
    return all(checked(text, meal) == text for text in sentences([example.answer]) if text)
