"""Whether a text answers what a generated question asks for, however it is worded.

A question about numbers is answered by the right number with the right unit, named as what it is; a
comparison by naming the right food first; a diet by the right one of yes, no and maybe; what is not ours to
answer by a refusal or a referral. Nothing is compared with our own wordings.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ml.data.conversations.amounts import helping_of
from ml.data.conversations.ask import Ask
from ml.evaluation import llava_diets
from ml.evaluation.llava_texts import (
    NO_FOOD,
    NOT,
    PERHAPS,
    REFERRAL,
    REFUSAL,
    SENTENCE_END,
    UNABLE,
    names,
    states,
    states_amount,
)
from ml.insights.checks.claims import claims
from ml.insights.intents import Intent
from ml.nutrition.factors import KCAL_PER_G
from ml.nutrition.levels import CLOSE
from ml.nutrition.meal import Meal, amount_in, nutrient_score
from ml.nutrition.nutrient_names import NAMES_IN_TEXTS, NUTRIENT_NAMES
from ml.types import MealFacts
from ml.words import count

Judge = Callable[[str, Meal, Ask], bool]


def is_answered(ask: Ask, facts: MealFacts, text: str) -> bool:
    """Whether `text` answers the question; an empty one never does."""
    return bool(text.strip()) and JUDGES[ask.intent](text, Meal(facts), ask)


def _states_total(text: str, nutrient: str, meal: Meal) -> bool:
    return states_amount(text, nutrient, getattr(meal.facts.total, nutrient))


def _amounts(text: str, meal: Meal, ask: Ask) -> bool:
    return all(_states_total(text, nutrient, meal) for nutrient in ask.nutrients)


def _amount_in_food(text: str, meal: Meal, ask: Ask) -> bool:
    helping, nutrient = helping_of(meal, ask.foods[0]), ask.nutrients[0]
    if helping.nutrients is None:
        return UNABLE.search(text) is not None
    return names(text, helping.label) and states_amount(text, nutrient, amount_in(helping, nutrient))


def _ranking(text: str, meal: Meal, ask: Ask) -> bool:
    nutrient, most = ask.nutrients[0], ask.intent == Intent.MOST
    amounts = {h.label: amount_in(h, nutrient) for h in meal.counted}
    best = (max if most else min)(amounts.values())
    slack = CLOSE * max(sorted(amounts.values())[-1 if most else 1], 0.1)
    winners = [label for label, value in amounts.items() if abs(value - best) <= slack]
    return _first_named(text, meal) in winners


def _healthiest(text: str, meal: Meal, ask: Ask) -> bool:
    return _first_named(text, meal) == max(meal.counted, key=nutrient_score).label


def _first_named(text: str, meal: Meal) -> str | None:
    places = {h.label: text.lower().find(h.label.lower()) for h in meal.named}
    found = {label: place for label, place in places.items() if place >= 0}
    return min(found, key=lambda label: (found[label], -len(label)), default=None)


def _healthy(text: str, meal: Meal, ask: Ask) -> bool:
    """Facts instead of a verdict: a right number of the meal, by whatever nutrient."""
    if re.match(r"\s*(?:yes|no)\b[,.]", text, re.I):
        return False
    shares = [*meal.energy_percent.values(), *meal.daily_percent.values()]
    return states(text, "%", shares) or any(_states_total(text, name, meal) for name in NUTRIENT_NAMES)


def _add(text: str, meal: Meal, ask: Ask) -> bool:
    if not meal.short:
        return NOT.search(text) is not None or "enough" in text
    return any(re.search(rf"\b(?:{NAMES_IN_TEXTS[name]})\b", text, re.I) for name in meal.short)


def _cut(text: str, meal: Meal, ask: Ask) -> bool:
    return any(names(text, meal.richest(nutrient)[0].label) for nutrient in meal.high or ["calories"])


def _goal(text: str, meal: Meal, ask: Ask) -> bool:
    total, goal = meal.facts.total.protein_g, ask.goal_g
    if not _states_total(text, "protein_g", meal):
        return False
    if PERHAPS.search(text):
        return meal.facts.total_low.protein_g < goal < meal.facts.total_high.protein_g
    return (NOT.search(text) is None and "below" not in text) == (total >= goal)


def _day(text: str, meal: Meal, ask: Ask) -> bool:
    return states(text, "%", [meal.daily_percent[ask.nutrients[0]]])


def _split(text: str, meal: Meal, ask: Ask) -> bool:
    return all(
        _states_total(text, name, meal) or states(text, "%", [meal.energy_percent.get(name, 0.0)])
        for name in KCAL_PER_G
    )


def _unable(text: str, meal: Meal, ask: Ask) -> bool:
    return UNABLE.search(text) is not None


def _unmeasured(text: str, meal: Meal, ask: Ask) -> bool:
    return UNABLE.search(text) is not None and not claims(text)


def _weight(text: str, meal: Meal, ask: Ask) -> bool:
    if ask.foods:
        return states(text, "g", [helping_of(meal, ask.foods[0]).mass_g.value])
    whole = sum(h.mass_g.value for h in meal.helpings)
    return states(text, "g", [whole]) or all(states(text, "g", [h.mass_g.value]) for h in meal.named)


def _count(text: str, meal: Meal, ask: Ask) -> bool:
    total = sum(h.count for h in meal.helpings)
    return re.search(rf"\b(?:{total}|{count(total)})\b", text, re.I) is not None


def _what(text: str, meal: Meal, ask: Ask) -> bool:
    return all(names(text, h.label) for h in meal.named)


def _describe(text: str, meal: Meal, ask: Ask) -> bool:
    if not meal.named:
        return _see(text, meal, ask)
    return _what(text, meal, ask) and _states_total(text, "calories", meal)


def _about_food(text: str, meal: Meal, ask: Ask) -> bool:
    helping = helping_of(meal, ask.foods[0])
    energy = [] if helping.nutrients is None else [amount_in(helping, "calories")]
    weighs = states(text, "g", [helping.mass_g.value])
    return names(text, helping.label) and (weighs or states(text, "kcal", energy))


def _method(text: str, meal: Meal, ask: Ask) -> bool:
    return re.search(r"\b(?:outlin\w+|size|volume|photo|eye|USDA)\b", text) is not None


def _sure(text: str, meal: Meal, ask: Ask) -> bool:
    facts = meal.facts
    ends = [facts.total_low.calories, facts.total_high.calories]
    masses = [bound for h in meal.helpings for bound in (h.mass_g.low, h.mass_g.high)]
    return states(text, "kcal", ends) or states(text, "g", masses)


def _absent(text: str, meal: Meal, ask: Ask) -> bool:
    return NOT.search(text) is not None and not claims(text)


def _medical(text: str, meal: Meal, ask: Ask) -> bool:
    return REFERRAL.search(text) is not None


def _declined(text: str, meal: Meal, ask: Ask) -> bool:
    return REFUSAL.search(text) is not None and len(SENTENCE_END.findall(text)) == 1 and not claims(text)


def _foreign(text: str, meal: Meal, ask: Ask) -> bool:
    return "English" in text


def _polite(text: str, meal: Meal, ask: Ask) -> bool:
    return re.search(r"\b(?:hello|hi|welcome|ask me)\b", text, re.I) is not None


def _see(text: str, meal: Meal, ask: Ask) -> bool:
    """At least half of what the photo shows, or that it shows no food."""
    if not ask.in_photo:
        return NO_FOOD.search(text) is not None
    if not ask.is_plain and meal.named:
        return UNABLE.search(text) is not None
    return 2 * sum(names(text, label) for label in ask.in_photo) >= len(ask.in_photo)


def _really(text: str, meal: Meal, ask: Ask) -> bool:
    named = ask.foods[0]
    if not ask.in_photo:
        return NO_FOOD.search(text) is not None
    if named in ask.in_photo:
        return names(text, named) and (NOT.search(text) is None or PERHAPS.search(text) is not None)
    return any(names(text, label) for label in ask.in_photo)


JUDGES: dict[Intent, Judge] = {
    Intent.AMOUNT: _amounts,
    Intent.TWO_AMOUNTS: _amounts,
    Intent.AMOUNT_IN_FOOD: _amount_in_food,
    Intent.MOST: _ranking,
    Intent.LEAST: _ranking,
    Intent.HEALTHY: _healthy,
    Intent.HEALTHIEST: _healthiest,
    Intent.ADD: _add,
    Intent.CUT: _cut,
    Intent.GOAL: _goal,
    Intent.DAY: _day,
    Intent.SPLIT: _split,
    Intent.SUITS: llava_diets.suits,
    Intent.HOLDS: llava_diets.holds,
    Intent.ALLERGIC: llava_diets.holds,
    Intent.ALLERGY: llava_diets.allergy,
    Intent.UNKNOWN: _unable,
    Intent.MISSING: _unable,
    Intent.UNMEASURED: _unmeasured,
    Intent.WEIGHT: _weight,
    Intent.WEIGHT_OF_FOOD: _weight,
    Intent.COUNT: _count,
    Intent.WHAT: _what,
    Intent.DESCRIBE: _describe,
    Intent.ABOUT_FOOD: _about_food,
    Intent.METHOD: _method,
    Intent.SURE: _sure,
    Intent.ABSENT: _absent,
    Intent.MEDICAL: _medical,
    Intent.OFF_TOPIC: _declined,
    Intent.INJECTION: _declined,
    Intent.FOREIGN: _foreign,
    Intent.HELLO: _polite,
    Intent.THANKS: _polite,
    Intent.SEE: _see,
    Intent.REALLY: _really,
}
