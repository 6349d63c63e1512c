"""Answers about what is on the plate, what it weighs, and how that was found out."""

from __future__ import annotations

from collections.abc import Iterator

from ml.insights.builtin.nutrients import about_foods
from ml.insights.builtin.overview import contents
from ml.insights.builtin.question import Question
from ml.insights.intents import Intent
from ml.insights.wording import between, grams, number, percent, the, verb
from ml.nutrition.meal import Meal
from ml.types import UNKNOWN_FOOD
from ml.words import count, items, sentence


def what(meal: Meal, question: Question) -> Iterator[str]:
    """What is on the plate, and how sure the names are."""
    yield contents(meal)
    doubtful = [
        food
        for food in meal.facts.foods
        if food.named_by == "model" and food.item.label != UNKNOWN_FOOD and len(food.item.candidates) > 1
    ]
    least = min(doubtful, key=lambda food: food.item.confidence, default=None)
    if least is not None:
        other = next((c.label for c in least.item.candidates if c.label != least.item.label), None)
        sure = percent(100 * least.item.confidence)
        if other is not None:
            yield sentence(
                f"the least certain name is {least.item.label}, at {sure}; it might also be {other}"
            )


def foods(meal: Meal, question: Question) -> Iterator[str]:
    """The foods a question names without saying what it wants to know."""
    yield from about_foods(meal, question.foods)


def how_many(meal: Meal, question: Question) -> Iterator[str]:
    """How many items were found."""
    total = sum(h.count for h in meal.helpings)
    text = f"{items(total)} {'was' if total == 1 else 'were'} found in the photo"
    if meal.unnamed:
        text += f", {count(meal.unnamed)} of them without a name"
    yield sentence(text)
    if meal.named:
        yield contents(meal)


def weight(meal: Meal, question: Question) -> Iterator[str]:
    """Grams of the foods asked about, or of all."""
    asked = (
        question.foods or tuple(h for h in meal.helpings if h.label != UNKNOWN_FOOD) or tuple(meal.helpings)
    )
    if len(asked) > 1:
        heaviest = max(asked, key=lambda h: h.mass_g.value)
        total = sum(h.mass_g.value for h in meal.helpings)
        if not question.foods:
            yield sentence(f"everything on the plate weighs about {number(total)} g")
            yield sentence(
                f"{the(heaviest)} {verb(heaviest, 'is', 'are')} the heaviest, {grams(heaviest.mass_g)}"
            )
            return
    for helping in asked:
        yield sentence(f"{the(helping)} {verb(helping, 'weighs', 'weigh')} {grams(helping.mass_g)}")


def method(meal: Meal, question: Question) -> Iterator[str]:
    """How the numbers came about."""
    if meal.facts.scale is None:
        yield "The foods and their weights were judged by eye, without measuring anything in the photo."
    else:
        yield sentence(f"each food was outlined and named, and its size judged by {meal.facts.scale.source}")
        yield "The outline and the usual shape of such a food give a volume, its density a weight."
    yield "The nutrients are those of the closest entry in USDA FoodData Central, for that weight."
    if Intent.SURE in question.topics:
        yield from sure(meal, question)


def sure(meal: Meal, question: Question) -> Iterator[str]:
    """How wide the ranges are and which food is the least certain."""
    low, high = meal.facts.total_low.calories, meal.facts.total_high.calories
    if meal.counted:
        likely = between(low, high, "kcal")
        yield sentence(f"the ranges are meant to hold the truth eight times in ten: {likely} for the meal")
        widest = max(meal.counted, key=lambda h: h.mass_g.high / h.mass_g.low)
        yield sentence(f"the portion of {the(widest)} is the least certain, {grams(widest.mass_g)}")
    yield "Recipes with more oil, sugar or salt than usual lie outside; a kitchen scale would narrow it."
