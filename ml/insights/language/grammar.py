"""Decoding by a grammar: a model that lists foods as JSON cannot help but write it correctly."""

from __future__ import annotations

from collections.abc import Generator, Sequence

import torch
from torch import Tensor
from transformers import LogitsProcessor, PreTrainedTokenizerBase

from ml.insights.language.food_list import MAX_FOODS

MAX_NAME_TOKENS = 10
MAX_GRAM_DIGITS = 4
MAX_TOKENS = MAX_FOODS * (MAX_NAME_TOKENS + MAX_GRAM_DIGITS + 32)
"""More than the longest list takes, its braces and keys included."""


class FoodVocabulary:
    """Which tokens of a tokenizer may stand where in the list; made once for a tokenizer."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        ids = tokenizer.get_vocab()
        special = set(tokenizer.get_added_vocab().values())
        ordinary = [token_id for token_id in ids.values() if token_id not in special]
        texts = tokenizer.batch_decode([[token_id] for token_id in ordinary])
        names = [
            (token_id, text)
            for token_id, text in zip(ordinary, texts, strict=True)
            if text and all(map(_may_be_in_a_name, text))
        ]
        self.name_start = [token_id for token_id, text in names if text.strip()[:1].isalpha()]
        self.name = [token_id for token_id, _ in names]
        self.digits = [ids[digit] for digit in "0123456789"]
        self.marks = {mark: ids[mark] for mark in '"},]'}
        self.phrases = {
            phrase: tokenizer.encode(phrase, add_special_tokens=False) for phrase in (_FIRST, _NEXT, _GRAMS)
        }
        self.end = int(tokenizer.eos_token_id)


class FoodListGrammar(LogitsProcessor):
    """Lets a model choose only names, digits and when to end; for one `generate` call of batch size 1."""

    def __init__(self, vocabulary: FoodVocabulary) -> None:
        self._steps = _list_of_foods(vocabulary)
        self._started = False

    def __call__(self, input_ids: Tensor, scores: Tensor) -> Tensor:
        """`scores` float (1, vocabulary), with all but the allowed tokens at minus infinity."""
        allowed = self._steps.send(int(input_ids[0, -1])) if self._started else next(self._steps)
        self._started = True
        masked = torch.full_like(scores, -torch.inf)
        masked[:, allowed] = scores[:, allowed]
        return masked


_FIRST, _NEXT, _GRAMS = '[{"name": "', ' {"name": "', ', "grams": '

_Steps = Generator[Tensor, int, None]
"""Yields the token ids allowed next, int64 (n,), and is sent the one that was chosen."""


def _list_of_foods(vocabulary: FoodVocabulary) -> _Steps:
    marks = vocabulary.marks
    for food in range(MAX_FOODS):
        yield from _phrase(vocabulary.phrases[_FIRST if food == 0 else _NEXT])
        yield torch.tensor(vocabulary.name_start)
        yield from _until(marks['"'], vocabulary.name, MAX_NAME_TOKENS - 1)
        yield from _phrase(vocabulary.phrases[_GRAMS])
        yield torch.tensor(vocabulary.digits[1:])
        yield from _until(marks["}"], vocabulary.digits, MAX_GRAM_DIGITS - 1)
        endings = [marks["]"]] if food == MAX_FOODS - 1 else [marks[","], marks["]"]]
        if (yield torch.tensor(endings)) == marks["]"]:
            break
    while True:
        yield torch.tensor([vocabulary.end])


def _phrase(token_ids: Sequence[int]) -> _Steps:
    for token_id in token_ids:
        yield torch.tensor([token_id])


def _until(end: int, token_ids: Sequence[int], most: int) -> _Steps:
    """Up to `most` of `token_ids`, then `end`."""
    allowed = torch.tensor([*token_ids, end])
    for _ in range(most):
        if (yield allowed) == end:
            return
    yield torch.tensor([end])


def _may_be_in_a_name(character: str) -> bool:
    return character.isalpha() or character in " '-,&"
