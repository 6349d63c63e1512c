"""Numbers, counts and comparisons of a sentence, held against the facts."""

from dataclasses import replace

import pytest

from ml.evaluation.sample_meal import analyzed, burger_and_fries, draw_meal
from ml.insights.base import Request
from ml.insights.builtin import BuiltinInsights
from ml.insights.checks.checker import checked
from ml.insights.checks.known_meal import KnownMeal
from ml.insights.checks.sentence_stream import sentences
from ml.types import UNKNOWN_FOOD
from tests.checked_sentence import check


@pytest.mark.parametrize(
    "sentence",
    [
        "The meal has 997 kcal, somewhere between 698 and 1396 kcal.",
        "All in all that is about 1,000 calories.",
        "The whole meal comes to 4171 kJ.",
        "The french fries weigh 140 g (98 to 196 g).",
        "The fries bring 437 kcal and the hamburger 560 kcal.",
        "The hamburger has 28 g of protein, the fries 4.8 g.",
        "Fat: 51.6 g in total, of which 15.3 g saturated fat.",
        "Sodium is high at 1,274 mg, which is 55% of the daily value.",
        "That is about 3.2 g of salt in the meal.",
        "The burger gives 56 % of the calories.",
        "Together the fries and the hamburger weigh 360 g.",
        "The hamburger has 123 kcal more than the fries.",
        "The meal has more than 900 kcal and less than 60 g of fat.",
        "An adult's daily value is 2,000 kcal.",
        "The burger's 28 grams of protein are 85% of the meal's protein.",
        "It is high in saturated fat (76 %) and sodium (55 %), and most of it comes with the hamburger.",
        "That is 55 % of the 2,300 mg for a day; as salt it would be about 3.2 g.",
        "Together the fries and the hamburger weigh 360 g (252 to 504 g).",
        "Of the 997 kcal, 437 kcal come from the fries.",
        "The fries have 5.3 g of fibre, compared to 2 g in the burger.",
        "- French fries: 437 kcal, 4.8 g protein, 57.9 g carbs, 20.6 g fat",
        "Fat provides 47% of the energy, carbohydrates 40%, and protein 13%.",
        "It has 560 kcal.",
        "Nothing here is green; a salad would balance the plate.",
        "Per 100 g the fries have 312 kcal.",
        "The fries have 312 kcal per 100 g, the hamburger 255 kcal per 100 g.",
        "The fries (140 g) have 3.4 g of protein in every 100 g.",
        "For each 100 g, the meal has 277 kcal.",
        "Two of your five fruits a day are missing, so add 1 or 2.",
    ],
)
def test_true_sentences_pass_unchanged(sentence):
    assert check(sentence) == sentence


@pytest.mark.parametrize(
    ("lie", "truth"),
    [
        ("The meal has 450 kcal.", "The meal has 997 kcal."),
        ("The french fries weigh 400 g.", "The french fries weigh 140 g."),
        ("The hamburger has 12 g of protein.", "The hamburger has 28.0 g of protein."),
        ("Sodium in the meal: 300 mg.", "Sodium in the meal: 1274 mg."),
        ("You see 300 g of french fries.", "You see 140 g of french fries."),
        ("The fries bring 560 kcal.", "The fries bring 437 kcal."),
    ],
)
def test_a_plain_lie_is_corrected(lie, truth):
    assert check(lie) == truth


@pytest.mark.parametrize(
    "lie",
    [
        "It has only 120 kcal.",
        "The fries have 900 kcal and the hamburger 12 kcal.",
        "The hamburger has 400 kcal more than the fries.",
        "Halve the fries and you save 300 kcal.",
        "The hamburger (437 kcal) has more energy than the fries (560 kcal).",
        "The meal has between 100 and 200 kcal.",
        "The meal has less than 500 kcal.",
        "That is 8 % of your daily value of sodium.",
        "La comida tiene 300 kcal.",
        "Calories: 1500",
        "这顿饭约有300千卡。",
        "There are 77 g of something in it.",
        "The fries together have 120 kcal.",
        "Hamburger with fries: 120 kcal.",
        "Per 100 g the fries have 437 kcal.",
        "The hamburger has 312 kcal per 100 g.",
        "The fries have 312 kcal in all, not per 100 g.",
    ],
)
def test_any_other_contradiction_is_dropped(lie):
    assert check(lie) is None


@pytest.mark.parametrize(
    "question",
    [
        None,
        "How many calories?",
        "Is it salty?",
        "How much does it weigh?",
        "Is it enough protein for 60 g a day?",
    ],
)
def test_what_the_built_in_part_computes_passes(question):
    meal = burger_and_fries()
    for sentence in sentences(BuiltinInsights().answer(Request(draw_meal(), question, meal))):
        assert checked(sentence, KnownMeal(meal, question)) == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "The hamburger has the most protein, about 28 g against 4.8 g in the fries.",
        "Most of the energy comes from the burger.",
        "The hamburger comes first, about 28 g of protein against 4.8 g in the fries.",
        "The most comes from the fries, 57.9 g.",
        "The fries have the least sodium.",
        "The fries are the main source of fibre and the burger of protein.",
        "It has the most vitamins of all.",
        "The fries do not have the most protein.",
    ],
)
def test_true_comparisons_pass(sentence):
    assert check(sentence) == sentence


@pytest.mark.parametrize(
    "lie",
    [
        "The fries have the most protein.",
        "Most of the energy comes from the fries.",
        "The fries come first, about 4.8 g of protein against 28 g in the hamburger.",
        "The most comes from the fries, 437 kcal.",
        "The hamburger has the least sodium.",
        "The hamburger is the main source of fibre.",
    ],
)
def test_a_food_in_another_ones_place_is_dropped(lie):
    assert check(lie) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "Yes, the meal has about 32.8 g of protein, which reaches your 30 g.",
        "No, the meal has about 32.8 g of protein, which stays below your 40 g.",
        "No, its 32.8 g of protein do not reach your goal of 40 g.",
        "Perhaps: the meal has about 32.8 g of protein, which is close to your 35 g.",
    ],
)
def test_a_goal_rightly_judged_passes(sentence):
    assert check(sentence, "Is it 30, 35 g or 40 g of protein? My goal is 30 g, or 40 g") == sentence


@pytest.mark.parametrize(
    "lie",
    [
        "Yes, the meal has about 32.8 g of protein, which reaches your 50 g.",
        "No, the meal has about 32.8 g of protein, which stays below your 20 g.",
    ],
)
def test_a_goal_wrongly_judged_is_dropped(lie):
    assert check(lie, "I need 50 g or 20 g of protein") is None


@pytest.mark.parametrize(
    ("sentence", "is_true"),
    [
        ("It is high in saturated fat (76% of a day) and sodium (55% of a day).", True),
        ("It is short of protein (66% of a day).", False),
        ("Its fibre is 26% of a day's reference, which is low.", False),
        ("No single nutrient is high: energy is 50% of a day.", True),
        ("Fat brings 47% of the energy, and little comes from protein.", True),
        ("It is short of protein (32.8 g).", False),
        ("The fries are low in protein (4.8 g).", True),
        ("It is high in saturated fat (15.3 g) and sodium (1,274 mg).", True),
        ("The fries are high in protein (4.8 g).", False),
        ("The hamburger's 28 g of protein make up for the fries, which are low.", True),
    ],
)
def test_high_is_from_twenty_percent_of_a_day_on(sentence, is_true):
    assert (check(sentence) == sentence) == is_true


def test_a_number_of_foods_is_the_number_found():
    fries, burger = burger_and_fries().foods
    meal = KnownMeal(replace(burger_and_fries(), foods=(fries, burger, burger)))
    assert checked("The photo shows two hamburgers and french fries.", meal) is not None
    assert checked("The photo shows a hamburger and two portions of french fries.", meal) is None
    assert checked("The photo shows french fries and a hamburger.", meal) is None
    assert checked("The 3 burgers look good.", meal) is None


def test_one_of_two_may_be_spoken_of():
    fries, burger = burger_and_fries().foods
    meal = KnownMeal(replace(burger_and_fries(), foods=(fries, burger, burger)))
    for sentence in (
        "A hamburger has about 560 kcal.",
        "Each hamburger weighs 220 g.",
        "The two hamburgers have 1,120 kcal.",
        "Every hamburger brings 28 g of protein.",
    ):
        assert checked(sentence, meal) == sentence
    for lie in (
        "A hamburger has about 1,120 kcal.",
        "Each of the 3 hamburgers has 560 kcal.",
        "I see a hamburger.",
    ):
        assert checked(lie, meal) is None


def test_equal_foods_count_together():
    fries, burger = burger_and_fries().foods
    meal = KnownMeal(replace(burger_and_fries(), foods=(fries, fries, burger)))
    assert checked("The french fries have the most energy.", meal) is not None
    assert checked("The hamburger has the most energy.", meal) is None


def test_a_number_of_the_question_is_a_goal_but_no_fact():
    question = "Is this enough protein if I need 120 g a day, and is it 850 kcal?"
    assert check("Your goal of 120 g a day is far off.", question) is not None
    assert check("The meal stays below your 120 g.", question) is not None
    assert check("Yes, it is 850 kcal.", question) is None


def test_an_unknown_food_does_not_claim_the_word_food():
    foods = (*burger_and_fries().foods, analyzed(UNKNOWN_FOOD, 80, None))
    meal = KnownMeal(replace(burger_and_fries(), foods=foods))
    sentence = "The food on the plate has 997 kcal, and the unknown food weighs 80 g."
    assert checked(sentence, meal) == sentence


def test_pieces_are_counted_not_outlines():
    facts = burger_and_fries()
    fries, burger = facts.foods
    burgers = replace(burger, portion=replace(burger.portion, count=3))
    meal = KnownMeal(replace(facts, foods=(fries, burgers)))
    assert checked("The photo shows three hamburgers.", meal)
    assert not checked("There is one hamburger in the photo.", meal)
