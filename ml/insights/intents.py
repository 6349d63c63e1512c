"""What people ask about a meal: the built-in answers, generated questions and their scoring go by these."""

from __future__ import annotations

from enum import StrEnum

from ml.nutrition.meal import Meal


class Intent(StrEnum):
    """What a question wants to know.

    Those from `DESCRIBE` on may be asked of any photo, from `UNMEASURED` on of one without nutrients,
    from `AMOUNT` on of one with nutrients, and from `MOST` on of one with nutrients of several foods.
    """

    DESCRIBE = "describe"
    SEE = "see"
    MEDICAL = "medical"
    OFF_TOPIC = "off_topic"
    INJECTION = "injection"
    FOREIGN = "foreign"
    HELLO = "hello"
    THANKS = "thanks"

    UNMEASURED = "unmeasured"
    LIST_FOODS = "list_foods"

    AMOUNT = "amount"
    AMOUNT_IN_FOOD = "amount_in_food"
    TWO_AMOUNTS = "two_amounts"
    HEALTHY = "healthy"
    ADD = "add"
    CUT = "cut"
    GOAL = "goal"
    DAY = "day"
    SPLIT = "split"
    SUITS = "suits"
    HOLDS = "holds"
    ALLERGY = "allergy"
    ALLERGIC = "allergic"
    UNKNOWN = "unknown"
    MISSING = "missing"
    WEIGHT = "weight"
    WEIGHT_OF_FOOD = "weight_of_food"
    COUNT = "count"
    WHAT = "what"
    ABOUT_FOOD = "about_food"
    METHOD = "method"
    SURE = "sure"
    ABSENT = "absent"
    REALLY = "really"

    MOST = "most"
    LEAST = "least"
    HEALTHIEST = "healthiest"


_ALL = tuple(Intent)
_OF_NOTHING, _OF_FOOD, _OF_SEVERAL = map(_ALL.index, (Intent.UNMEASURED, Intent.AMOUNT, Intent.MOST))


def askable(meal: Meal) -> tuple[Intent, ...]:
    """The intents that questions about this meal may have."""
    if not meal.counted:
        return _ALL[:_OF_FOOD]
    intents = (*_ALL[:_OF_NOTHING], *_ALL[_OF_FOOD:_OF_SEVERAL])
    return (*intents, *_ALL[_OF_SEVERAL:]) if len(meal.counted) > 1 else intents
