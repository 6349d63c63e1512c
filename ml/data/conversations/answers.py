"""Which of our answers belongs to which intent."""

from __future__ import annotations

from collections.abc import Callable

from numpy.random import Generator

from ml.data.conversations import amounts, descriptions, judgements, refusals
from ml.data.conversations.ask import Ask
from ml.insights.intents import Intent
from ml.nutrition.meal import Meal

Writer = Callable[[Generator, Meal, Ask], str]

WRITERS: dict[Intent, Writer] = {
    Intent.DESCRIBE: descriptions.describe,
    Intent.SEE: descriptions.see,
    Intent.MEDICAL: refusals.medical,
    Intent.OFF_TOPIC: refusals.off_topic,
    Intent.INJECTION: refusals.off_topic,
    Intent.FOREIGN: refusals.foreign,
    Intent.HELLO: refusals.hello,
    Intent.THANKS: refusals.thanks,
    Intent.UNMEASURED: descriptions.unmeasured,
    Intent.LIST_FOODS: descriptions.list_foods,
    Intent.AMOUNT: amounts.in_meal,
    Intent.AMOUNT_IN_FOOD: amounts.in_food,
    Intent.TWO_AMOUNTS: amounts.two,
    Intent.HEALTHY: judgements.healthy,
    Intent.ADD: judgements.add,
    Intent.CUT: judgements.cut,
    Intent.GOAL: amounts.goal,
    Intent.DAY: amounts.day,
    Intent.SPLIT: amounts.split,
    Intent.SUITS: judgements.suits,
    Intent.HOLDS: judgements.holds,
    Intent.ALLERGY: judgements.allergens,
    Intent.ALLERGIC: judgements.holds,
    Intent.UNKNOWN: refusals.unknown,
    Intent.MISSING: refusals.missing,
    Intent.WEIGHT: amounts.weigh,
    Intent.WEIGHT_OF_FOOD: amounts.weigh,
    Intent.COUNT: amounts.how_many,
    Intent.WHAT: descriptions.what,
    Intent.ABOUT_FOOD: descriptions.about_food,
    Intent.METHOD: refusals.method,
    Intent.SURE: refusals.sure,
    Intent.ABSENT: refusals.absent,
    Intent.REALLY: descriptions.really,
    Intent.MOST: amounts.ranking,
    Intent.LEAST: amounts.ranking,
    Intent.HEALTHIEST: judgements.healthiest,
}
