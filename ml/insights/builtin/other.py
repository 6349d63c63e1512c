"""Answers about the meal as a whole and about the answers themselves, and what to say when there is none."""

from __future__ import annotations

from collections.abc import Iterator

from ml.insights.builtin.nutrients import about_foods, in_meal
from ml.insights.builtin.overview import balance, contents
from ml.insights.builtin.question import Question
from ml.insights.intents import Intent
from ml.insights.wording import amount_of, bare, between, grams, number, percent, the, verb
from ml.nutrition.meal import Meal
from ml.nutrition.nutrient_names import NUTRIENT_NAMES
from ml.types import UNKNOWN_FOOD
from ml.words import count, items, listing, sentence

NO_FOOD = "No food was found in this photo, so there is nothing to say about a meal."
DECLINE = "I can only talk about the meal in this photo: what it is, its nutrients, and the diets it suits."
ENGLISH_ONLY = "I can only answer in English."
EMERGENCY = (
    "If someone has trouble breathing, or their face or throat swells, call the emergency number now "
    "(112 in Europe, 911 in North America)."
)
REFER = "Whether that is right for you is a question for a doctor or dietitian, who knows your case."
OFFER = (
    "Ask me about this meal's energy, protein, carbohydrates, fat, fibre, sugar, sodium, vitamins or "
    "minerals, or its diets."
)


def medical(meal: Meal, question: Question) -> Iterator[str]:
    """The numbers that the condition is about, no advice, and who to ask; of a reaction, whom to call."""
    if question.is_emergency:
        yield EMERGENCY
    if not question.medical or not meal.counted:
        return
    amounts = {name: getattr(meal.facts.total, name) for name in (*question.medical, *question.nutrients)}
    parts = [amount_of(name, value) for name, value in amounts.items() if value is not None]
    yield sentence(f"as far as the photo tells, this meal has about {listing(parts)}")
    yield REFER


def missing(meal: Meal, question: Question) -> Iterator[str]:
    """What the data does not hold, and what it does."""
    yield sentence(
        f"neither the photo nor the food data says anything about {listing(question.missing, 'or')}"
    )
    if not question.nutrients:
        yield OFFER


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


def how_many(meal: Meal, question: Question) -> Iterator[str]:
    """How many items were found."""
    total = sum(h.count for h in meal.helpings)
    text = f"{items(total)} {'was' if total == 1 else 'were'} found in the photo"
    if meal.unnamed:
        text += f", {count(meal.unnamed)} of them without a name"
    yield sentence(text)
    if meal.named:
        yield contents(meal)


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


def absent(meal: Meal, food: str) -> str:
    """For a question about a food that is not on the plate."""
    text = f"no {food} was found in this photo"
    return sentence(f"{text}, just {listing([bare(h) for h in meal.named])}" if meal.named else text)


def foods(meal: Meal, question: Question) -> Iterator[str]:
    """The foods a question names without saying what it wants to know."""
    yield from about_foods(meal, question.foods)


def daily(meal: Meal, question: Question) -> Iterator[str]:
    """The meal's share of a day."""
    yield from in_meal(meal, "calories")
    top = max((n for n in meal.daily_percent if n != "calories"), key=lambda n: meal.daily_percent[n])
    share = percent(meal.daily_percent[top])
    yield sentence(
        f"of all the daily references it goes furthest towards that for {NUTRIENT_NAMES[top]}, {share}"
    )


def greeting(meal: Meal, question: Question) -> Iterator[str]:
    """For a question that asks nothing."""
    yield "You're welcome." if Intent.THANKS in question.topics else "Hello."
    yield OFFER


def shares(meal: Meal, question: Question) -> Iterator[str]:
    """The split of the energy."""
    yield from balance(meal)


def unclear(meal: Meal, question: Question) -> Iterator[str]:
    """For a question that was not understood."""
    yield DECLINE
