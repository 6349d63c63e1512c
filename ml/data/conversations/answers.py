"""Which of our answers belongs to which intent, and which questions a meal allows."""

from __future__ import annotations

from collections.abc import Callable

from numpy.random import Generator

from ml.data.conversations import amounts, judgements, refusals, sights
from ml.data.conversations.ask import Ask
from ml.nutrition.meal import Meal

Writer = Callable[[Generator, Meal, Ask], str]

ANYTIME: dict[str, Writer] = {
    "describe": sights.describe,
    "see": sights.see,
    "medical": refusals.medical,
    "off_topic": refusals.off_topic,
    "injection": refusals.off_topic,
    "foreign": refusals.foreign,
    "hello": refusals.hello,
    "thanks": refusals.thanks,
}
"""Intents that need no facts."""

WITHOUT_FACTS: dict[str, Writer] = {
    "unmeasured": sights.unmeasured,
    "list_foods": sights.list_foods,
}

WITH_FOOD: dict[str, Writer] = {
    "amount": amounts.in_meal,
    "amount_in_food": amounts.in_food,
    "two_amounts": amounts.two,
    "healthy": judgements.healthy,
    "add": judgements.add,
    "cut": judgements.cut,
    "goal": amounts.goal,
    "day": amounts.day,
    "split": amounts.split,
    "suits": judgements.suits,
    "holds": judgements.holds,
    "allergy": judgements.allergens,
    "allergic": judgements.holds,
    "unknown": refusals.unknown,
    "missing": refusals.missing,
    "weight": amounts.weigh,
    "weight_of_food": amounts.weigh,
    "count": amounts.how_many,
    "what": sights.what,
    "about_food": sights.about_food,
    "method": refusals.method,
    "sure": refusals.sure,
    "absent": refusals.absent,
    "really": sights.really,
}
WITH_TWO: dict[str, Writer] = {
    "most": amounts.ranking,
    "least": amounts.ranking,
    "healthiest": judgements.healthiest,
}
"""Intents that compare foods."""

WRITERS = ANYTIME | WITHOUT_FACTS | WITH_FOOD | WITH_TWO


def allowed(meal: Meal) -> tuple[str, ...]:
    """The intents that questions about this meal may have."""
    intents = [*ANYTIME, *(WITH_FOOD if meal.counted else WITHOUT_FACTS if not meal.helpings else ())]
    return (*intents, *WITH_TWO) if len(meal.counted) > 1 else tuple(intents)
