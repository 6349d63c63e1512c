"""Insights without a model: sentences written from the computed facts, by what the question asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ml.insights.base import History, Request
from ml.insights.builtin import choices, diets, nutrients, other
from ml.insights.builtin.intents import Intent, understand
from ml.insights.builtin.overview import overview
from ml.nutrition.meal import Meal

Writer = Callable[[Meal, Intent], Iterator[str]]


class BuiltinInsights:
    """Answers in plain English, with no number that is not in the facts.

    >>> insights = BuiltinInsights()
    >>> text = "".join(insights.answer(Request(image, "How much protein?", facts)))  # doctest: +SKIP
    """

    name = "builtin"
    answers_on_diets = True

    def answer(self, request: Request) -> Iterator[str]:
        """Yield the answer sentence by sentence; see `ml.insights.base.Insights`."""
        separator = ""
        for sentence in _sentences(request.question, Meal(request.facts), request.history):
            if request.stop.is_set():
                return
            yield f"{separator}{sentence}"
            separator = " "


def _sentences(question: str | None, meal: Meal, history: History) -> Iterator[str]:
    if not meal.helpings:
        yield other.NO_FOOD
        return
    if question is None or not question.strip():
        yield from overview(meal)
        return
    intent = understand(question, meal.helpings, history)
    if not intent.is_english:
        yield other.ENGLISH_ONLY
        if not (intent.names_content or intent.topics or intent.foods):
            yield from overview(meal)
            return
    if intent.absent_food is not None:
        yield other.absent(meal, intent.absent_food)
    for writer in _writers(meal, intent):
        yield from writer(meal, intent)


def _writers(meal: Meal, intent: Intent) -> list[Writer]:
    """Who answers: the parts of a question that have an answer of their own, the most telling first."""
    topics = intent.topics
    if topics & {"injection", "off_topic"}:
        return [other.unclear]
    if intent.medical and meal.counted:
        return [other.medical]
    writers: list[Writer] = []
    if intent.diets or intent.untold_diets:
        writers.append(diets.about_diets)
    elif "allergy" in topics:
        writers.append(diets.about_allergies)
    if intent.missing:
        writers.append(other.missing)
    if meal.counted:
        writers += _measured(intent, bool(writers))
    if not writers:
        writers += [writer for topic, writer in ABOUT_THE_ANALYSIS.items() if topic in topics][:1]
    if not writers and not meal.counted:
        return [other.what]
    if intent.foods and writers in ([], [other.what]):
        return [other.foods]
    if not writers and intent.absent_food is not None:
        return []
    return writers or [other.greeting if topics & {"thanks", "hello"} else other.unclear]


def _measured(intent: Intent, answered: bool) -> list[Writer]:
    """Writers that need amounts; only those of nutrients join an `answered` question."""
    topics = intent.topics
    if "enough" in topics and not answered:
        return [nutrients.enough]
    if "share" in topics and not intent.foods:
        return [other.shares]
    if intent.nutrients:
        compares = "which" in topics or len(intent.foods) > 1
        return [nutrients.compare if compares else nutrients.about_nutrients]
    if answered:
        return []
    return next(([writer] for topic, writer in ABOUT_AMOUNTS.items() if topic in topics), [])


ABOUT_AMOUNTS: dict[str, Writer] = {
    "healthiest": choices.healthiest,
    "add": choices.what_to_add,
    "cut": choices.what_to_cut,
    "healthy": choices.healthy,
    "day": other.daily,
}
ABOUT_THE_ANALYSIS: dict[str, Writer] = {
    "weight": other.weight,
    "count": other.how_many,
    "sure": other.sure,
    "method": other.method,
    "what": other.what,
}
