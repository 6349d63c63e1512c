"""The embedded LLaVA's training data: photos, captions and packs of conversations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import torch
from numpy.random import Generator
from omegaconf import DictConfig
from torch import Tensor, nn
from transformers import PreTrainedTokenizerBase

from ml.analyzer import NutritionAnalyzer
from ml.data.conversations.examples import Conversation, ConversationMaker
from ml.data.conversations.plates import lay_plate
from ml.data.conversations.questions import Split
from ml.data.crops import Crop, load, read_crops
from ml.nutrition.database import FoodDatabase
from ml.nutrition.foods import FoodTable
from ml.recognition.embedded import to_input
from ml.training.augment import augment
from ml.training.llava_packs import Pack, Packer
from ml.types import NOT_FOOD, Image

BATCH = 64
CAPTIONS_TO_A_CONVERSATION = 8
"""Held-out captions for each held-out conversation, which is as much longer."""


@dataclass(frozen=True, eq=False)
class PackSet:
    """Packs and their photos as the vision tower takes them, uint8 (N, size, size, 3) RGB."""

    packs: list[Pack]
    views: Tensor

    def batches(self, rng: Generator, tokens: int) -> list[list[int]]:
        """Indices of all packs in random batches of packs of like length, up to so many tokens each."""
        order = sorted(range(len(self.packs)), key=lambda i: (len(self.packs[i]) // 32, rng.random()))
        filled: list[list[int]] = [[]]
        for i in order:
            if filled[-1] and (len(filled[-1]) + 1) * len(self.packs[i]) > tokens:
                filled.append([])
            filled[-1].append(i)
        return [filled[k] for k in rng.permutation(len(filled))]


@dataclass(frozen=True, eq=False)
class LlavaData:
    """By stage, packs to learn and to validate on.

    `targets`, int64, are the indices in `labels` of the foods in the captions' photos to learn, -1 for those
    that show several.
    """

    labels: tuple[str, ...]
    targets: Tensor
    learn: dict[str, PackSet]
    held_out: dict[str, PackSet]


class LlavaDataMaker:
    """Makes the data for photos of `size` px, by way of `detail` px, that become `places` tokens.

    The same for the same seed.
    """

    def __init__(
        self,
        config: DictConfig,
        tokenizer: PreTrainedTokenizerBase,
        *,
        size: int,
        detail: int | None,
        places: int,
    ) -> None:
        self._config, self._size, self._detail = config, size, detail
        self._packer = Packer(tokenizer, places)
        crops = [crop for crop in read_crops(Path(config.data)) if crop.label != NOT_FOOD]
        self._crops: dict[Split, dict[str, list[Crop]]] = {}
        for split in ("train", "held_out"):
            chosen = sorted(
                (c for c in crops if c.validation == (split == "held_out")), key=lambda c: c.label
            )
            self._crops[split] = {label: list(same) for label, same in groupby(chosen, lambda c: c.label)}
        self._foods = FoodTable(config.foods)
        self._analyzer = NutritionAnalyzer(self._foods, FoodDatabase(config.database))

    def make(self) -> LlavaData:
        """All data of a run."""
        config, labels = self._config, tuple(self._crops["train"])
        in_photo, captions = self._captions("train", config.captions)
        targets = [labels.index(foods[0]) if len(foods) == 1 else -1 for foods in in_photo]
        learn = {
            "captions": captions,
            "naming": self._naming(config.naming),
            "conversations": self._conversations("train", config.conversations),
        }
        held_out = {
            "captions": self._captions("held_out", config.held_out * CAPTIONS_TO_A_CONVERSATION)[1],
            "conversations": self._conversations("held_out", config.held_out),
        }
        return LlavaData(labels, torch.tensor(targets), learn, held_out)

    def _captions(self, split: Split, count: int) -> tuple[list[tuple[str, ...]], PackSet]:
        rng = np.random.default_rng([self._config.seed, len(split), 1])
        maker = self._maker(split)
        made = [maker.caption(rng) for _ in range(count)]
        views = [self._view(rng, in_photo, split) for in_photo, _ in made]
        return [in_photo for in_photo, _ in made], _pack_set(
            [self._packer.caption(text) for _, text in made], views
        )

    def _conversations(self, split: Split, count: int) -> PackSet:
        rng = np.random.default_rng([self._config.seed, len(split), 2])
        maker = self._maker(split)
        return self._packed(rng, [maker.make(rng, self._config.chains) for _ in range(count)], split)

    def _naming(self, count: int) -> PackSet:
        rng = np.random.default_rng([self._config.seed, 3])
        maker = self._maker("train")
        return self._packed(rng, [maker.naming(rng) for _ in range(count)], "train")

    def _packed(self, rng: Generator, made: Sequence[Conversation], split: Split) -> PackSet:
        views = [self._view(rng, conversation.in_photo, split) for conversation in made]
        return _pack_set([self._packer.pack(conversation) for conversation in made], views)

    def _maker(self, split: Split) -> ConversationMaker:
        return ConversationMaker(self._analyzer, self._foods, tuple(self._crops[split]), split)

    def _view(self, rng: Generator, labels: Sequence[str], split: Split) -> Image:
        crops = [self._crops[split][label] for label in labels]
        photos = [load(same[int(rng.integers(len(same)))]) for same in crops]
        return augment(lay_plate(rng, photos), rng, self._size, self._detail)


@torch.inference_mode()
def photo_features(tower: nn.Module, views: Tensor, device: torch.device) -> Tensor:
    """A vision tower's grids of photos, uint8 (N, size, size, 3) RGB: float16 (N, places, channels)."""
    pixels = (to_input(part.numpy()).to(device) for part in views.split(BATCH))
    return torch.cat([tower(part).last_hidden_state.half() for part in pixels])


def save_data(path: Path, data: LlavaData) -> None:
    """Keep the data for a resumed run."""
    torch.save(vars(data) | {"learn": _plain(data.learn), "held_out": _plain(data.held_out)}, path)


def load_data(path: Path) -> LlavaData:
    """What `save_data` kept."""
    kept = torch.load(path, weights_only=True)
    for part in ("learn", "held_out"):
        kept[part] = {
            stage: PackSet([Pack(*tensors) for tensors in packs], views)
            for stage, (packs, views) in kept[part].items()
        }
    return LlavaData(**kept)


def _pack_set(packs: list[Pack], views: Sequence[Image]) -> PackSet:
    return PackSet(packs, torch.from_numpy(np.stack(views)))


def _plain(sets: dict[str, PackSet]) -> dict[str, tuple[list[tuple[Tensor, ...]], Tensor]]:
    return {
        stage: ([tuple(vars(pack).values()) for pack in packs.packs], packs.views)
        for stage, packs in sets.items()
    }
