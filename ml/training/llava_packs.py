"""Conversations as tokens, packed so that everything about one photo is computed once.

All chains of a conversation begin with the photo and the facts. A pack holds this beginning once and each
chain's rest as a branch, which sees the beginning and itself: the same numbers as one sequence for each
chain, at a fraction of the tokens.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from ml.data.conversations.ask import Example
from ml.data.conversations.examples import Conversation
from ml.insights.intents import Intent
from ml.insights.llava_embedded.prompt import END_OF_TURN, IMAGE, food_list_prompt, write_prompt
from ml.types import MealFacts

_JSON_PIECES = re.compile(r'\[\{"name": "| \{"name": "|, "grams": |["}\],]|\d|[^"\d]+')
"""What `ml.insights.language.grammar` lets the model write at a time."""


@dataclass(frozen=True, eq=False)
class Pack:
    """Tensors (L,): token ids, places in their sequence, branches (0 for the beginning), all int64.

    `learned`, bool, are the tokens of the answers.
    """

    token_ids: Tensor
    positions: Tensor
    branches: Tensor
    learned: Tensor

    def __len__(self) -> int:
        return len(self.token_ids)


class PackBatch(NamedTuple):
    """Packs side by side, padded to L tokens: int64 (B, L), and `visible`, bool (B, 1, L, L).

    `rows`, `columns` and `targets`, int64 (A,), say where a token is to be predicted and which.
    """

    token_ids: Tensor
    positions: Tensor
    visible: Tensor
    rows: Tensor
    columns: Tensor
    targets: Tensor


class Packer:
    """Makes packs for a model that gives `image_tokens` tokens to a photo."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, image_tokens: int) -> None:
        self._tokenizer, self._photo = tokenizer, IMAGE * image_tokens

    def pack(self, conversation: Conversation) -> Pack:
        """The conversation's chains as one pack."""
        sequences = [self._tokens(chain, conversation.facts) for chain in conversation.chains]
        start = _common_length([ids[: marks.index(True)] for ids, marks in sequences])
        token_ids, learned = list(sequences[0][0][:start]), [False] * start
        positions, branches = list(range(start)), [0] * start
        for branch, (ids, marks) in enumerate(sequences, 1):
            token_ids += ids[start:]
            learned += marks[start:]
            positions += range(start, len(ids))
            branches += [branch] * (len(ids) - start)
        return Pack(*map(torch.tensor, (token_ids, positions, branches, learned)))

    def caption(self, text: str) -> Pack:
        """A photo with its caption and nothing else."""
        start = len(self._tokenizer(self._photo)["input_ids"])
        ids = torch.tensor(self._tokenizer(f"{self._photo}{text}{END_OF_TURN}")["input_ids"])
        positions = torch.arange(len(ids))
        return Pack(ids, positions, torch.zeros_like(ids), positions >= start)

    def _tokens(self, chain: Sequence[Example], facts: MealFacts) -> tuple[list[int], list[bool]]:
        """Token ids of a chain, and which of them belong to its answers."""
        last = chain[-1]
        if last.ask.intent == Intent.LIST_FOODS:
            return self._food_list(last.answer)
        spans = []
        for example in chain:
            prompt = self._expanded(write_prompt(example.question, facts, example.history))
            spans.append((len(prompt), len(prompt) + len(example.answer) + len(END_OF_TURN)))
        encoded = self._tokenizer(f"{prompt}{last.answer}{END_OF_TURN}", return_offsets_mapping=True)
        learned = [any(start <= at < end for start, end in spans) for at, _ in encoded["offset_mapping"]]
        learned[0] = False
        return encoded["input_ids"], learned

    def _food_list(self, answer: str) -> tuple[list[int], list[bool]]:
        """The same of a list in JSON, cut as the grammar will cut it."""
        prompt = self._tokenizer(self._expanded(food_list_prompt()))["input_ids"]
        pieces = _JSON_PIECES.findall(answer)
        ids = [i for piece in pieces for i in self._tokenizer.encode(piece, add_special_tokens=False)]
        ids.append(int(self._tokenizer.eos_token_id))
        return prompt + ids, [False] * len(prompt) + [True] * len(ids)

    def _expanded(self, prompt: str) -> str:
        return prompt.replace(IMAGE, self._photo)


def collate(packs: Sequence[Pack], padding: int) -> PackBatch:
    """Packs as a batch; `padding` fills the shorter ones, unseen by the rest."""
    longest = max(len(pack) for pack in packs)

    def padded(name: str, filler: int) -> Tensor:
        rows = [getattr(pack, name) for pack in packs]
        return torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=filler)

    branches = padded("branches", -1)
    same = branches[:, None, :] == branches[:, :, None]
    earlier = torch.ones(longest, longest, dtype=torch.bool).tril()
    visible = (same | (branches == 0)[:, None, :]) & earlier
    token_ids, learned = padded("token_ids", padding), padded("learned", 0)
    rows, columns = learned.nonzero(as_tuple=True)
    targets = token_ids[rows, columns]
    return PackBatch(token_ids, padded("positions", 0), visible[:, None], rows, columns - 1, targets)


def _common_length(sequences: Sequence[Sequence[int]]) -> int:
    """How many first tokens all sequences share."""
    most = min(map(len, sequences))
    return next((n for n in range(most) if len({sequence[n] for sequence in sequences}) > 1), most)
