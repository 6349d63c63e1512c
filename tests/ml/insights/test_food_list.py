"""Whatever a model prefers, its list of foods can be read."""

import json
import random

import pytest
import torch

from ml.insights.language.food_list import MAX_FOODS, parse_food_list
from ml.insights.language.grammar import MAX_TOKENS, FoodListGrammar, FoodVocabulary
from tests.checkpoints import make_tokenizer


@pytest.fixture(scope="module")
def tokenizer():
    return make_tokenizer()


@pytest.fixture(scope="module")
def vocabulary(tokenizer):
    return FoodVocabulary(tokenizer)


def write(tokenizer, vocabulary, choose):
    """The text of a model that takes `choose(allowed ids)` each time."""
    grammar = FoodListGrammar(vocabulary)
    ids = torch.zeros((1, 1), dtype=torch.long)
    while int(ids[0, -1]) != tokenizer.eos_token_id:
        scores = grammar(ids, torch.zeros(1, len(tokenizer)))
        allowed = scores[0].isfinite().nonzero()[:, 0].tolist()
        chosen = choose(allowed)
        assert chosen in allowed
        ids = torch.cat([ids, torch.tensor([[chosen]])], dim=1)
        assert ids.shape[1] < MAX_TOKENS
    return tokenizer.decode(ids[0, 1:], skip_special_tokens=True)


@pytest.mark.parametrize("seed", range(30))
def test_random_choices_make_a_list_of_foods(tokenizer, vocabulary, seed):
    foods = parse_food_list(write(tokenizer, vocabulary, random.Random(seed).choice))
    assert 1 <= len(foods) <= MAX_FOODS
    for name, grams in foods:
        assert name[0].isalpha()
        assert len(name) < 100
        assert 1 <= grams <= 9999


@pytest.mark.parametrize("choose", [min, max], ids=["lowest ids", "highest ids"])
def test_stubborn_choices_come_to_an_end(tokenizer, vocabulary, choose):
    assert json.loads(write(tokenizer, vocabulary, choose))


def test_a_model_can_name_a_food_and_end(tokenizer, vocabulary):
    text = ['[{"name": "', "fries", '"', ', "grams": ', "1", "4", "0", "}", "]", "<|im_end|>"]
    wanted = iter([token_id for part in text for token_id in tokenizer.encode(part)])
    assert write(tokenizer, vocabulary, lambda _: next(wanted)) == '[{"name": "fries", "grams": 140}]'


@pytest.mark.parametrize(
    "bad",
    [
        '{"name": "egg", "grams": NaN}',
        '{"name": "egg", "grams": Infinity}',
        '{"name": "egg", "grams": "nan"}',
        '{"name": "egg", "grams": -50}',
        '{"name": "egg", "grams": 0}',
        '{"name": "egg", "grams": 1e300}',
        '{"name": "egg", "grams": 1' + "0" * 400 + "}",
        '{"name": "egg"}',
        '{"name": "", "grams": 50}',
        '{"name": "  ", "grams": 50}',
        '{"name": null, "grams": 50}',
        '{"name": "' + "egg" * 100 + '", "grams": 50}',
        '{"grams": 50}',
        "[]",
        "7",
        "null",
    ],
)
def test_a_food_that_cannot_be_is_left_out(bad):
    rice = '{"name": "rice", "grams": 180}'
    assert parse_food_list(f"[{bad}, {rice}]") == [("rice", 180.0)]
    assert parse_food_list(f'{{"foods": [{rice}, {bad}]}}') == [("rice", 180.0)]
    with pytest.raises(ValueError, match="no food"):
        parse_food_list(f"[{bad}]")


@pytest.mark.parametrize("text", ["[" * 100_000, '{"foods": ' * 5_000, "", "9" * 5_000, '{"foods": 1}'])
def test_what_is_no_list_is_a_value_error(text):
    with pytest.raises(ValueError):
        parse_food_list(text)


def test_a_plate_without_food_is_an_empty_list():
    assert parse_food_list("[]") == []
