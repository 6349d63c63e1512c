"""Who answers: what a model is not told of, or may do harm with, is left to the part that comes with Noon."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from ml.evaluation.sample_meal import burger_and_fries
from ml.insights.base import Request
from ml.insights.routing import writers

SHIPPED, MODEL = SimpleNamespace(answers_on_diets=True), SimpleNamespace(answers_on_diets=False)


def asked(question: str) -> list:
    return writers(MODEL, SHIPPED, Request(np.zeros((8, 8, 3), np.uint8), question, burger_and_fries()))


@pytest.mark.parametrize(
    "question",
    [
        "Is it vegan?",
        "I'm allergic to sesame",
        "How much calcium is in it?",
        "Which vitamins are in it?",
        "I can't breathe after eating this",
    ],
)
def test_the_shipped_part_alone_answers_what_goes_by_its_table(question) -> None:
    assert asked(question) == [SHIPPED]


@pytest.mark.parametrize("question", ["How much protein?", "Is it healthy?", "Is there caffeine in it?"])
def test_a_model_answers_what_it_is_told_of(question) -> None:
    assert asked(question) == [MODEL, SHIPPED]
