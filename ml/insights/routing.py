"""Who answers a question."""

from __future__ import annotations

from ml.insights.base import Insights, Request
from ml.insights.builtin.question import read_question
from ml.nutrition.meal import Meal


def writers(chosen: Insights, shipped: Insights, request: Request) -> list[Insights]:
    """The parts to ask, each if the one before it fails: the chosen one, then the one that comes with Noon.

    A question about diets, allergens, vitamins or minerals is left to the shipped part, which goes by the
    reviewed food table and all the data, where the chosen one should not answer it: the checks do not look at
    allergens, where a slip does harm.
    """
    if chosen is shipped or (not chosen.answers_on_diets and needs_the_table(request)):
        return [shipped]
    return [chosen, shipped]


def needs_the_table(request: Request) -> bool:
    """Whether a question, or the one that it follows up, is one for the food table and the data."""
    return read_question(request.question or "", Meal(request.facts), request.history).needs_the_table
