"""Our answers where the facts have none, where it is not our place, and about the answers themselves."""

from __future__ import annotations

from numpy.random import Generator

from ml.data.conversations.amounts import one_of, text_of
from ml.data.conversations.ask import Ask
from ml.data.conversations.figures import energy_range, named, weight
from ml.data.conversations.questions import choose
from ml.insights.wording import bare, the
from ml.nutrition.meal import Meal
from ml.words import listing

TOPICS = "what it is, what it weighs and what is in it"


def unknown(rng: Generator, meal: Meal, ask: Ask) -> str:
    """For what neither a photo nor the food data shows."""
    return one_of(
        rng,
        f"whether it is {ask.word} I can't tell from a photo; ask whoever made it",
        f"the photo and the food data don't show whether it is {ask.word}; the cook would know",
    )


def missing(rng: Generator, meal: Meal, ask: Ask) -> str:
    """For an amount that the data does not hold."""
    wordings = [
        f"I have no data on {ask.word}",
        f"my data doesn't hold {ask.word}, so I can't say",
        f"nothing here tells about {ask.word}",
    ]
    held = ["I know its energy, protein, carbohydrates, fat, fibre, sugar and sodium", ""]
    return text_of(choose(rng, wordings), choose(rng, held))


def method(rng: Generator, meal: Meal, ask: Ask) -> str:
    """How the numbers came about."""
    wordings = [
        "each food's outline gives a volume and that a weight",
        "the weight is estimated from each food's size in the photo",
    ]
    return text_of(
        choose(rng, wordings), "the nutrients come from the closest entry in USDA FoodData Central"
    )


def sure(rng: Generator, meal: Meal, ask: Ask) -> str:
    """The range of the energy, and the portion that is the least certain."""
    wordings = [
        f"these are estimates from a photo: the meal lies within {energy_range(meal)} eight times in ten",
        f"not exact: the energy is likely {energy_range(meal)}",
    ]
    widest = max(meal.counted, key=lambda helping: helping.mass_g.high / helping.mass_g.low)
    least = f"the least certain is {the(widest)}, about {weight(widest.mass_g)}"
    return text_of(choose(rng, wordings), least)


def absent(rng: Generator, meal: Meal, ask: Ask) -> str:
    """For a food that is not in the facts."""
    there = listing([bare(helping) for helping in named(meal)])
    return one_of(
        rng,
        f"I found no {ask.word} in this photo, just {there}",
        f"no {ask.word} was found here, only {there}",
    )


def medical(rng: Generator, meal: Meal, ask: Ask) -> str:
    """Refers to a professional."""
    return one_of(
        rng,
        "that is a question for your doctor or a dietitian, as I can't give medical advice",
        "I can't give medical advice, so please ask your doctor or a dietitian",
        "please ask a doctor or a dietitian, who knows your case",
    )


def off_topic(rng: Generator, meal: Meal, ask: Ask) -> str:
    """Declines in one sentence."""
    return one_of(
        rng,
        f"I can only talk about this meal: {TOPICS}",
        "I only answer questions about the meal in the photo",
        "that is not about your meal, so I can't help with it",
    )


def foreign(rng: Generator, meal: Meal, ask: Ask) -> str:
    """For a question that is not in English."""
    return one_of(rng, "I can only answer in English", "sorry, I only understand English")


def hello(rng: Generator, meal: Meal, ask: Ask) -> str:
    """A greeting, and what may be asked."""
    return text_of(choose(rng, ["hello!", "hi!"]), f"ask me about your meal: {TOPICS}")


def thanks(rng: Generator, meal: Meal, ask: Ask) -> str:
    """An answer to thanks."""
    return one_of(rng, "you're welcome", "you're welcome, enjoy your meal")
