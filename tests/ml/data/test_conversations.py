"""Generated conversations: true to the facts, short, and worded otherwise where they are held out."""

from itertools import pairwise

import numpy as np
import pytest

from ml.analyzer import NutritionAnalyzer
from ml.data.conversations import examples
from ml.data.conversations.answers import WRITERS
from ml.data.conversations.ask import Sight
from ml.data.conversations.examples import FOODS_IN_A_CAPTION, FOODS_ON_A_PLATE, ConversationMaker
from ml.data.conversations.plates import lay_plate
from ml.data.conversations.questions import INTENTS, word_question
from ml.data.crops import labels
from ml.evaluation.transcripts import NUTRITION
from ml.insights.checks.checker import checked
from ml.insights.checks.known_meal import KnownMeal
from ml.insights.checks.sentence_stream import sentences
from ml.nutrition.database import FoodDatabase
from ml.nutrition.foods import FoodTable
from ml.types import UNKNOWN_FOOD


@pytest.fixture(scope="module")
def left_out():
    """Whether each answer that was written was left out."""
    return []


@pytest.fixture(scope="module")
def conversations(left_out):
    judge = examples._is_grounded

    def is_grounded(*answer):
        left_out.append(not judge(*answer))
        return not left_out[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(examples, "_is_grounded", is_grounded)
        return make_conversations()


def make_conversations():
    foods = FoodTable(NUTRITION / "foods.csv")
    analyzer = NutritionAnalyzer(foods, FoodDatabase(NUTRITION / "foods.sqlite"))
    made = []
    for part in ("train", "held_out"):
        maker = ConversationMaker(analyzer, foods, labels()[:-1], part)
        rng = np.random.default_rng(0)
        plates = [maker.draw(rng, FOODS_ON_A_PLATE) for _ in range(60)]
        made += [maker.make(rng, foods, sight(foods, k), 12) for k, foods in enumerate(plates)]
        made += [maker.naming(rng, sight(maker.draw(rng, FOODS_IN_A_CAPTION), k)) for k in range(20)]
    return made


def sight(foods, k):
    """Every third of the photos with one food is not plain."""
    return Sight(foods, is_plain=len(foods) != 1 or k % 3 > 0)


def turns(conversations):
    return [(each, turn) for each in conversations for chain in each.chains for turn in chain]


def test_every_intent_is_asked_and_answered(conversations):
    assert {turn.ask.intent for _, turn in turns(conversations)} == set(WRITERS)
    assert set(WRITERS) == {*INTENTS, "describe", "list_foods"}


def test_no_answer_needs_correction(conversations):
    for conversation, turn in turns(conversations):
        meal = KnownMeal(conversation.facts, turn.question)
        for sentence in filter(None, sentences([turn.answer])):
            assert checked(sentence, meal) == sentence


def test_hardly_an_answer_had_to_be_left_out_for_that(conversations, left_out):
    assert left_out.count(True) < 0.03 * len(left_out)


def test_answers_are_short_and_follow_ups_have_a_history(conversations):
    for conversation in conversations:
        for chain in conversation.chains:
            assert all(0 < len(turn.answer.split()) < 70 for turn in chain)
            for before, turn in pairwise(chain):
                assert turn.history == ((before.question, before.answer),)


def test_what_is_not_ours_to_answer_is_declined_or_referred(conversations):
    for _, turn in turns(conversations):
        if turn.ask.intent == "medical":
            assert "doctor" in turn.answer
        if turn.ask.intent in {"off_topic", "injection"}:
            assert turn.answer.count(".") == 1
            assert "meal" in turn.answer


def test_a_wrong_detection_is_answered_by_what_the_photo_shows(conversations):
    wrong = [
        turn
        for each, turn in turns(conversations)
        if turn.ask.intent == "really" and turn.ask.foods[0] not in each.in_photo
    ]
    assert wrong
    assert all((*turn.ask.in_photo, "no food")[0] in turn.answer for turn in wrong)


def test_what_is_not_plain_to_see_is_said_as_a_guess(conversations):
    naming = [
        turn
        for each, turn in turns(conversations)
        if turn.ask.intent == "see" or (turn.ask.intent == "describe" and not each.facts.foods)
    ]
    guesses = [turn for turn in naming if not turn.ask.is_plain]
    assert len(guesses) > 10
    assert all("can't tell for sure" in turn.answer for turn in guesses)
    assert not any("for sure" in turn.answer for turn in naming if turn.ask.is_plain)


def test_of_a_photo_without_food_no_food_is_said(conversations):
    without = [turn for _, turn in turns(conversations) if not turn.ask.in_photo and turn.ask.intent == "see"]
    assert without
    assert all("no food" in turn.answer for turn in without)


def test_what_the_analysis_could_not_name_is_said_to_be_so(conversations):
    nameless = [
        turn
        for each, turn in turns(conversations)
        if {food.item.label for food in each.facts.foods} == {UNKNOWN_FOOD} and turn.ask.intent == "describe"
    ]
    assert nameless
    assert all("could not name it" in turn.answer for turn in nameless)


def test_a_photo_that_nothing_is_known_of_is_answered_by_all_its_foods(conversations):
    unknown = [
        (each, turn)
        for each, turn in turns(conversations)
        if not each.facts.foods and turn.ask.intent in {"see", "describe"}
    ]
    assert len(unknown) > 40
    assert all(food in turn.answer for each, turn in unknown for food in each.in_photo or ("no food",))


def test_held_out_questions_are_worded_otherwise(conversations):
    rng = np.random.default_rng(1)
    asked = {turn.ask.intent: turn.ask for _, turn in turns(conversations)}
    for intent in INTENTS:
        worded = {
            part: {word_question(rng, asked[intent], part).casefold() for _ in range(60)}
            for part in ("train", "held_out")
        }
        assert worded["train"].isdisjoint(worded["held_out"])


def test_the_same_seed_makes_the_same_conversation(conversations):
    foods = FoodTable(NUTRITION / "foods.csv")
    maker = ConversationMaker(
        NutritionAnalyzer(foods, FoodDatabase(NUTRITION / "foods.sqlite")), foods, labels()[:-1]
    )
    rng = np.random.default_rng(0)
    plate, *_ = [maker.draw(rng, FOODS_ON_A_PLATE) for _ in range(60)]
    again = maker.make(rng, plate, sight(plate, 0), 12)
    assert again.chains == conversations[0].chains


def test_a_plate_shows_each_photo():
    rng = np.random.default_rng(0)
    colors = np.array([(255, 0, 0), (0, 255, 0), (0, 0, 255)], np.uint8)
    photos = [np.tile(color, (64, 64, 1)) for color in colors]
    assert lay_plate(rng, photos[:1]) is photos[0]
    plate = lay_plate(rng, photos).astype(int)
    for channel in range(3):
        others = [c for c in range(3) if c != channel]
        strongest = plate[..., channel] - plate[..., others].max(axis=-1)
        assert (strongest > 60).mean() > 0.05
