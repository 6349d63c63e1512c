"""What is said where there is no answer, or where it is not ours to give."""

from __future__ import annotations

from collections.abc import Iterator

from ml.insights.builtin.question import Question
from ml.insights.intents import Intent
from ml.insights.wording import amount_of, bare
from ml.nutrition.meal import Meal
from ml.words import listing, sentence

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


def absent(meal: Meal, food: str) -> str:
    """For a question about a food that is not on the plate."""
    text = f"no {food} was found in this photo"
    return sentence(f"{text}, just {listing([bare(h) for h in meal.named])}" if meal.named else text)


def greeting(meal: Meal, question: Question) -> Iterator[str]:
    """For a question that asks nothing."""
    yield "You're welcome." if Intent.THANKS in question.topics else "Hello."
    yield OFFER


def unclear(meal: Meal, question: Question) -> Iterator[str]:
    """For a question that was not understood."""
    yield DECLINE
