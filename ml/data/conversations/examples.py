"""Making conversations: a photo of known foods, the facts of such a meal, questions and our answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from numpy.random import Generator

from ml.analyzer import NutritionAnalyzer
from ml.data.conversations.answers import WRITERS, allowed
from ml.data.conversations.ask import Ask, Example
from ml.data.conversations.meals import random_meal
from ml.data.conversations.questions import SPOKEN, Part, choose, filling, word_follow_up, word_question
from ml.insights.checks import checked
from ml.insights.checks.known import KnownMeal
from ml.insights.checks.sentences import sentences
from ml.nutrition.diets import ALLERGENS, SUITS
from ml.nutrition.foods import FoodTable
from ml.nutrition.meal import Meal
from ml.types import UNKNOWN_FOOD, MealFacts
from ml.words import listing

FOODS_ON_A_PLATE = (0.45, 0.3, 0.2, 0.05)
FOODS_IN_A_CAPTION = (0.7, 0.2, 0.1)
"""Shares of plates with one food, two, three and so on."""
CAPTIONS = ("a photo of {}.", "this is {}.", "a plate of {}.", "the food in this photo is {}.")
NO_FACTS, WRONG_FACTS, UNNAMED, TWICE = 0.15, 0.15, 0.04, 0.2
"""Shares of meals that nothing is known of, where the facts name another food than the photo shows (of those
with one food), with an item more that has no name, and with one of the foods twice."""
FOLLOW_UPS = 0.25

WEIGHTS = {
    "amount": 4.0,
    "amount_in_food": 3.0,
    "most": 3.0,
    "absent": 2.5,
    "really": 2.5,
    "see": 2.0,
    "describe": 2.0,
    "goal": 2.0,
    "healthy": 2.0,
    "off_topic": 2.0,
    "suits": 2.0,
    "holds": 2.0,
    "day": 1.5,
    "medical": 1.5,
    "two_amounts": 1.5,
    "split": 1.5,
    "hello": 0.6,
    "thanks": 0.4,
    "unmeasured": 4.0,
}
"""How often intents are asked, 1 if not named."""

NAMING = ("describe", "see")
"""Intents of questions about the photo itself."""

UNWORDED = ("describe", "list_foods")
"""Intents without a question; the second has a prompt of its own."""


@dataclass(frozen=True, eq=False)
class Conversation:
    """`chains` of turns about one photo of the foods `seen`; each turn's history holds those before it."""

    seen: tuple[str, ...]
    facts: MealFacts
    chains: tuple[tuple[Example, ...], ...]


class ConversationMaker:
    """Makes conversations about the foods in `labels`, worded as `part` of the questions."""

    def __init__(
        self, analyzer: NutritionAnalyzer, foods: FoodTable, labels: Sequence[str], part: Part = "train"
    ) -> None:
        self._analyzer, self._foods, self._labels, self._part = analyzer, foods, labels, part

    def make(self, rng: Generator, chains: int) -> Conversation:
        """A conversation with this many chains of one or two turns."""
        seen = self._seen(rng, FOODS_ON_A_PLATE)
        facts = self._facts(rng, seen)
        meal = Meal(facts)
        made: list[tuple[Example, ...]] = []
        while len(made) < chains:
            chain = self._chain(rng, meal, seen)
            if all(_is_grounded(example, facts) for example in chain):
                made.append(chain)
        return Conversation(seen, facts, tuple(made))

    def caption(self, rng: Generator) -> tuple[tuple[str, ...], str]:
        """The foods of a photo that nothing is known of, and a caption of it."""
        seen = self._seen(rng, FOODS_IN_A_CAPTION)
        return seen, choose(rng, CAPTIONS).format(listing(seen))

    def naming(self, rng: Generator) -> Conversation:
        """One question, what a photo shows that nothing else is known of."""
        seen = self._seen(rng, FOODS_IN_A_CAPTION)
        facts = random_meal(rng, self._analyzer, self._foods, ())
        ask = Ask(choose(rng, NAMING), seen=seen)
        return Conversation(seen, facts, ((self._example(rng, Meal(facts), ask),),))

    def _seen(self, rng: Generator, shares: Sequence[float]) -> tuple[str, ...]:
        count = 1 + int(rng.choice(len(shares), p=shares))
        return tuple(sorted(str(label) for label in rng.choice(self._labels, count, replace=False)))

    def _facts(self, rng: Generator, seen: Sequence[str]) -> MealFacts:
        kind = rng.random()
        labels = list(seen)
        if kind < NO_FACTS:
            labels = []
        elif kind < NO_FACTS + WRONG_FACTS and len(seen) == 1:
            labels = [choose(rng, [label for label in self._labels if label not in seen])]
        elif kind > 1 - UNNAMED:
            labels.append(UNKNOWN_FOOD)
        elif kind > 1 - UNNAMED - TWICE:
            labels.append(choose(rng, labels))
        return random_meal(rng, self._analyzer, self._foods, labels)

    def _chain(self, rng: Generator, meal: Meal, seen: tuple[str, ...]) -> tuple[Example, ...]:
        """A question, sometimes followed by the same about another food, or by one about something else."""
        first = self._example(rng, meal, self._random_ask(rng, meal, seen))
        if rng.random() > FOLLOW_UPS or first.question is None:
            return (first,)
        history = ((first.question, first.answer),)
        others = [h.label for h in meal.named if h.label not in first.ask.foods]
        if first.ask.intent == "amount_in_food" and others:
            ask = replace(first.ask, foods=(choose(rng, others),))
            question = word_follow_up(rng, ask, self._part)
            return first, Example(ask, question, WRITERS[ask.intent](rng, meal, ask), history)
        second = self._example(rng, meal, self._random_ask(rng, meal, seen))
        if second.question is None:
            return (first,)
        return first, replace(second, history=history)

    def _example(self, rng: Generator, meal: Meal, ask: Ask) -> Example:
        question = None if ask.intent in UNWORDED else word_question(rng, ask, self._part)
        return Example(ask, question, WRITERS[ask.intent](rng, meal, ask))

    def _random_ask(self, rng: Generator, meal: Meal, seen: tuple[str, ...]) -> Ask:
        intents = allowed(meal)
        is_wrong = bool(meal.named) and not {h.label for h in meal.named} <= set(seen)
        weights = [WEIGHTS.get(intent, 1.0) for intent in intents]
        if is_wrong:
            weights = [w * 8 if i in ("see", "really") else w for w, i in zip(weights, intents, strict=True)]
        intent = str(rng.choice(intents, p=[weight / sum(weights) for weight in weights]))
        return self._fill(rng, meal, Ask(intent, seen=seen))

    def _fill(self, rng: Generator, meal: Meal, ask: Ask) -> Ask:
        """The ask with the nutrients, foods and words that its intent needs, at random."""
        nutrients = tuple(str(name) for name in rng.permutation(list(SPOKEN)))
        ask = replace(ask, nutrients=nutrients[:2] if ask.intent == "two_amounts" else nutrients[:1])
        match ask.intent:
            case "amount" | "day" if ask.intent == "day" or rng.random() < 0.3:
                return replace(ask, nutrients=(choose(rng, list(meal.daily_percent)),))
            case "amount_in_food" | "weight_of_food" | "about_food" | "really":
                return replace(ask, foods=(choose(rng, [h.label for h in meal.named]),))
            case "suits":
                return replace(ask, word=choose(rng, SUITS))
            case "holds" | "allergic":
                return replace(ask, word=choose(rng, ALLERGENS))
            case "unknown" | "missing":
                return replace(ask, word=filling(rng, ask.intent, self._part))
            case "medical":
                return replace(ask, word=filling(rng, "condition", self._part))
            case "absent":
                here = {h.label for h in meal.helpings} | set(ask.seen)
                return replace(ask, word=choose(rng, [label for label in self._labels if label not in here]))
            case "list_foods":
                foods = [self._foods.get(label) for label in ask.seen]
                return replace(ask, servings_g=tuple(food.serving_g if food else 100.0 for food in foods))
            case "goal":
                return replace(ask, goal_g=int(rng.integers(3, 11)) * 5)
        return ask


def _is_grounded(example: Example, facts: MealFacts) -> bool:
    """Whether every sentence of the answer may be shown as it is."""
    meal = KnownMeal(facts, example.question)
    return all(checked(text, meal) == text for text in sentences([example.answer]) if text)
