"""A model may lie; what is shown may not."""

import time
from dataclasses import replace

import pytest

from ml.evaluation.sample_meal import burger_and_fries
from ml.evaluation.transcripts import NUTRITION
from ml.insights.checks.checker import checked
from ml.insights.checks.claims import claims
from ml.insights.checks.grounding import TURN_S, grounded
from ml.insights.checks.grounding_counts import GroundingCounts
from ml.insights.checks.known_meal import KnownMeal
from ml.insights.checks.sentence_stream import MAX_ANSWER_CHARS, MAX_SENTENCE_CHARS, sentences
from ml.insights.errors import InsightsError
from ml.nutrition.foods import FoodTable


@pytest.fixture(scope="module")
def food_names():
    return FoodTable(NUTRITION / "foods.csv").names


def test_sentences_are_released_as_soon_as_they_are_whole():
    arrived = []

    def model():
        for piece in ["The meal has 9", "97 kcal. The ", "fries weigh 9,", "000 g. Enjoy", " it!"]:
            arrived.append(piece)
            yield piece

    counts = GroundingCounts()
    answer = grounded(model(), KnownMeal(burger_and_fries()), counts)
    assert next(filter(None, answer)) == "The meal has 997 kcal. "
    assert len(arrived) == 2
    assert "".join(answer) == "The fries weigh 140 g. Enjoy it!"
    assert (counts.checked, counts.corrected, counts.dropped) == (3, 1, 0)


def test_a_caller_gets_a_turn_while_a_sentence_grows():
    def model():
        for word in ["The", " meal", " grows", " slowly."]:
            time.sleep(TURN_S)
            yield word

    pieces = list(grounded(model(), KnownMeal(burger_and_fries()), GroundingCounts()))
    assert "".join(pieces) == "The meal grows slowly."
    assert "" in pieces[:2]


def test_a_dropped_sentence_leaves_the_rest():
    counts = GroundingCounts()
    pieces = ["It holds 5 kcal. ", "The hamburger has 560 kcal. ", "It is 3% of a day."]
    assert "".join(grounded(pieces, KnownMeal(burger_and_fries()), counts)) == "The hamburger has 560 kcal. "
    assert counts.dropped == 2


def test_an_answer_of_nothing_but_lies_is_an_error():
    with pytest.raises(InsightsError):
        list(grounded(["It holds 5 kcal."], KnownMeal(burger_and_fries()), GroundingCounts()))


def test_an_endless_sentence_ends_in_time():
    started = time.monotonic()
    with pytest.raises(InsightsError):
        list(
            grounded(
                ["The meal has 997 kcal and "] * 200_000, KnownMeal(burger_and_fries()), GroundingCounts()
            )
        )
    with pytest.raises(InsightsError):
        list(grounded(["1 g " * 1_250_000], KnownMeal(burger_and_fries()), GroundingCounts()))
    assert time.monotonic() - started < 5


def test_an_endless_answer_is_read_as_far_as_a_person_would():
    asked = []

    def model():
        while True:
            asked.append(1)
            yield "The meal has 997 kcal. "

    text = "".join(grounded(model(), KnownMeal(burger_and_fries()), GroundingCounts()))
    assert MAX_ANSWER_CHARS - MAX_SENTENCE_CHARS < len(text) <= MAX_ANSWER_CHARS
    assert len(asked) < MAX_ANSWER_CHARS


@pytest.mark.parametrize(
    "text", ["1 g of fat, " * 80, "9" * 990, "1,111" * 190, "a hamburger " * 80, "( " * 490]
)
def test_checking_a_hostile_sentence_is_quick(text, food_names):
    meal = KnownMeal(replace(burger_and_fries(), known_foods=food_names))
    started = time.monotonic()
    checked(text, meal)
    assert time.monotonic() - started < 1


def test_an_empty_answer_stays_empty():
    assert list(grounded([], KnownMeal(burger_and_fries()), GroundingCounts())) == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("4.8 g", [4.8]),
        ("4,8 g", [4.8]),
        ("1,200 mg", [1.2]),
        ("418.4 kJ", [100]),
        ("95 to 200 grams", [95, 200]),
        ("20 grapes and 3 grains", []),
        ("a 12-gram portion", [12]),
        ("50 percent", [50]),
    ],
)
def test_numbers_with_a_unit_are_read(text, values):
    assert [claim.value for claim in claims(text)] == pytest.approx(values)


def test_abbreviations_and_decimals_do_not_end_a_sentence():
    text = "It has approx. 4.8 g of it, e.g. in bread. Then more.\n- A list\n"
    assert list(filter(None, sentences([*text]))) == [
        "It has approx. 4.8 g of it, e.g. in bread. ",
        "Then more.\n",
        "- A list\n",
    ]
