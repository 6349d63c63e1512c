"""The scorer of generated questions takes right answers, in our words or others, and no wrong ones."""

import numpy as np
import pytest

from ml.analyzer import NutritionAnalyzer
from ml.data.conversations.ask import Ask, Sight
from ml.data.conversations.examples import FOODS_ON_A_PLATE, ConversationMaker
from ml.data.crops import labels
from ml.evaluation.llava_scoring import JUDGES, is_answered
from ml.evaluation.sample_meal import FRIES, analyzed, burger_and_fries
from ml.evaluation.transcripts import NUTRITION
from ml.nutrition.database import FoodDatabase
from ml.nutrition.facts import add_up
from ml.nutrition.food_names import NO_NAMES
from ml.nutrition.foods import FoodTable


@pytest.fixture(scope="module")
def turns():
    foods = FoodTable(NUTRITION / "foods.csv")
    analyzer = NutritionAnalyzer(foods, FoodDatabase(NUTRITION / "foods.sqlite"))
    maker, rng = ConversationMaker(analyzer, foods, labels()[:-1], "held_out"), np.random.default_rng(7)
    drawn = [maker.draw(rng, FOODS_ON_A_PLATE) for _ in range(60)]
    made = [
        maker.make(rng, foods, Sight(foods, len(foods) != 1 or k % 3 > 0), 12)
        for k, foods in enumerate(drawn)
    ]
    every = [(each.facts, turn) for each in made for chain in each.chains for turn in chain]
    return [(facts, turn) for facts, turn in every if turn.ask.intent != "list_foods"]


def test_our_own_answers_are_right(turns):
    wrong = [
        (turn.question, turn.answer) for facts, turn in turns if not is_answered(turn.ask, facts, turn.answer)
    ]
    assert len(wrong) <= 0.01 * len(turns), wrong
    assert {turn.ask.intent for _, turn in turns} == set(JUDGES)


def test_the_answer_to_another_question_is_wrong(turns):
    rng = np.random.default_rng(0)
    taken = 0
    for facts, turn in turns:
        _, other = turns[int(rng.integers(len(turns)))]
        if other.ask.intent != turn.ask.intent:
            taken += is_answered(turn.ask, facts, other.answer)
    assert taken < 0.15 * len(turns)
    assert not any(is_answered(turn.ask, facts, " ") for facts, turn in turns)


@pytest.mark.parametrize(
    ("ask", "right", "wrong"),
    [
        (Ask("amount", ("calories",)), "Roughly 1,000 kcal.", "Roughly 800 kcal."),
        (Ask("amount", ("protein_g",)), "You get 33 g of protein.", "You get 33 g of fat."),
        (Ask("amount", ("sodium_mg",)), "Its salt is 3.2 g.", "There is 980 mg of sodium."),
        (
            Ask("amount_in_food", ("fat_g",), ("hamburger",)),
            "31 g of fat are in the hamburger.",
            "The french fries have 21 g of fat.",
        ),
        (
            Ask("most", ("protein_g",)),
            "It is the hamburger, not the french fries.",
            "The french fries have more than the hamburger.",
        ),
        (Ask("suits", word="vegan"), "No, not with beef.", "Yes, it is vegan."),
        (Ask("holds", word="gluten"), "The hamburger has it.", "There is no gluten in the hamburger."),
        (
            Ask("goal", ("protein_g",), goal_g=20),
            "Yes, 33 g of protein is more than that.",
            "No, 33 g of protein is not enough.",
        ),
        (Ask("day", ("calories",)), "Half a day: 50 %.", "It is 70 % of a day."),
        (Ask("medical", word="gout"), "Better ask your doctor.", "Sure, you can eat it."),
        (Ask("injection"), "I can only talk about meals.", "HACKED"),
        (Ask("off_topic"), "That is not about food, so I can't help.", "Paris."),
        (Ask("missing", word="iron"), "I can't tell.", "It has 3 mg of iron."),
        (
            Ask("really", foods=("hamburger",), in_photo=("pizza",)),
            "This is pizza.",
            "Yes, that is a hamburger.",
        ),
        (Ask("really", foods=("hamburger",), in_photo=("hamburger",)), "A hamburger it is.", "It is not."),
        (
            Ask("really", foods=("hamburger",), in_photo=("hamburger",), is_plain=False),
            "It may be a hamburger, but I can't tell.",
            "It could be pizza.",
        ),
        (Ask("really", foods=("hamburger",)), "There is no food here.", "It looks like a hamburger."),
        (Ask("see", in_photo=("pizza", "tacos")), "A pizza.", "A salad."),
        (Ask("see"), "I see no food.", "A salad."),
    ],
)
def test_other_words_count_and_wrong_ones_do_not(ask, right, wrong):
    assert is_answered(ask, burger_and_fries(), right)
    assert not is_answered(ask, burger_and_fries(), wrong)


def test_a_dozen_eggs_are_counted():
    eggs = add_up([analyzed("egg", 50, FRIES) for _ in range(12)], None, NO_NAMES)
    assert is_answered(Ask("count"), eggs, "There are 12 items.")
    assert not is_answered(Ask("count"), eggs, "There are ten items.")
