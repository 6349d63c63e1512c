"""Insights without a model: sentences written from the computed facts, by what the question asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ml.insights.base import History, Request
from ml.insights.builtin import choices, descriptions, diets, nutrients, refusals
from ml.insights.builtin.overview import overview
from ml.insights.builtin.question import Question, read_question
from ml.insights.intents import Intent
from ml.nutrition.factors import KCAL_PER_G
from ml.nutrition.meal import Meal

Writer = Callable[[Meal, Question], Iterator[str]]


class BuiltinInsights:
    """Answers in plain English, with no number that is not in the facts.

    >>> insights = BuiltinInsights()
    >>> text = "".join(insights.answer(Request(image, "How much protein?", facts)))  # doctest: +SKIP
    """

    name = version = "builtin"
    answers_on_diets = True

    def answer(self, request: Request) -> Iterator[str]:
        """Yield the answer sentence by sentence; see `ml.insights.base.Insights`."""
        separator = ""
        for sentence in _sentences(request.question, Meal(request.facts), request.history):
            if request.stop.is_set():
                return
            yield f"{separator}{sentence}"
            separator = " "


def _sentences(asked: str | None, meal: Meal, history: History) -> Iterator[str]:
    question = read_question(asked or "", meal, history)
    if not meal.helpings:
        yield refusals.EMERGENCY if question.is_emergency else refusals.NO_FOOD
        return
    if asked is None or not asked.strip():
        yield from overview(meal)
        return
    if not question.is_english:
        yield refusals.ENGLISH_ONLY
        if not (question.names_content or question.topics or question.foods):
            yield from overview(meal)
            return
    if question.absent_food is not None:
        yield refusals.absent(meal, question.absent_food)
    for intent in intents_of(question, meal):
        yield from WRITERS[intent](meal, question)


def intents_of(question: Question, meal: Meal) -> list[Intent]:
    """What a question wants to know that has an answer of its own, the most telling first."""
    topics = question.topics
    if topics & {Intent.INJECTION, Intent.OFF_TOPIC}:
        return [Intent.OFF_TOPIC]
    intents: list[Intent] = []
    if question.is_emergency:
        intents.append(Intent.MEDICAL)
    if question.diets or question.untold_diets:
        intents.append(Intent.SUITS)
    elif Intent.ALLERGY in topics:
        intents.append(Intent.ALLERGY)
    if question.is_emergency or (question.medical and meal.counted):
        return list(dict.fromkeys((*intents, Intent.MEDICAL)))
    if question.missing:
        intents.append(Intent.MISSING)
    if meal.counted:
        intents += _measured(question, bool(intents))
    if not intents:
        intents += [intent for intent in ABOUT_THE_ANALYSIS if intent in topics][:1]
    if not intents and not meal.counted:
        return [Intent.WHAT]
    if question.foods and intents in ([], [Intent.WHAT]):
        return [Intent.ABOUT_FOOD]
    if not intents and question.absent_food is not None:
        return []
    return intents or [Intent.HELLO if topics & {Intent.THANKS, Intent.HELLO} else Intent.OFF_TOPIC]


def _measured(question: Question, is_answered: bool) -> list[Intent]:
    """Intents that need amounts; only those of nutrients join a question that `is_answered`."""
    topics = question.topics
    if Intent.GOAL in topics and not is_answered:
        return [Intent.GOAL]
    if Intent.SPLIT in topics and not question.foods and _asks_for_the_split(question):
        return [Intent.SPLIT]
    if question.nutrient_groups:
        return [Intent.AMOUNT]
    if question.nutrients:
        return [Intent.MOST if "which" in topics or len(question.foods) > 1 else Intent.AMOUNT]
    if is_answered:
        return []
    return [intent for intent in ABOUT_AMOUNTS if intent in topics][:1]


def _asks_for_the_split(question: Question) -> bool:
    """Not so "What percentage of my daily sodium?", which is of a day's reference."""
    asked = set(question.nutrients)
    return (
        not asked or "calories" in asked or (asked <= set(KCAL_PER_G) and Intent.DAY not in question.topics)
    )


ABOUT_AMOUNTS = (Intent.HEALTHIEST, Intent.ADD, Intent.CUT, Intent.HEALTHY, Intent.DAY)
ABOUT_THE_ANALYSIS = (Intent.WEIGHT, Intent.COUNT, Intent.SURE, Intent.METHOD, Intent.WHAT)
"""Of several, the first counts."""

WRITERS: dict[Intent, Writer] = {
    Intent.OFF_TOPIC: refusals.unclear,
    Intent.MEDICAL: refusals.medical,
    Intent.SUITS: diets.about_diets,
    Intent.ALLERGY: diets.about_allergies,
    Intent.MISSING: refusals.missing,
    Intent.GOAL: nutrients.enough,
    Intent.SPLIT: nutrients.shares,
    Intent.MOST: nutrients.compare,
    Intent.AMOUNT: nutrients.about_nutrients,
    Intent.HEALTHIEST: choices.healthiest,
    Intent.ADD: choices.what_to_add,
    Intent.CUT: choices.what_to_cut,
    Intent.HEALTHY: choices.healthy,
    Intent.DAY: nutrients.daily,
    Intent.WEIGHT: descriptions.weight,
    Intent.COUNT: descriptions.how_many,
    Intent.SURE: descriptions.sure,
    Intent.METHOD: descriptions.method,
    Intent.WHAT: descriptions.what,
    Intent.ABOUT_FOOD: descriptions.foods,
    Intent.HELLO: refusals.greeting,
}
"""Each writes about all of its kind: two amounts, the most or the least, diets or allergens."""
