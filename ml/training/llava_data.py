"""The embedded LLaVA's training data: what it sees in photos, captions and packs of conversations."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.random import Generator
from omegaconf import DictConfig
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from ml.analyzer import NutritionAnalyzer
from ml.data.conversations.ask import Sight
from ml.data.conversations.examples import FOODS_IN_A_CAPTION, FOODS_ON_A_PLATE, ConversationMaker
from ml.data.conversations.questions import Split
from ml.insights.llava_embedded.vision import FoodVisionModel
from ml.nutrition.database import FoodDatabase
from ml.nutrition.foods import FoodTable
from ml.training.llava_packs import Pack, Packer
from ml.training.llava_sights import SightMaker

CAPTIONS_TO_A_CONVERSATION = 8
"""Held-out captions for each held-out conversation, which is as much longer."""


@dataclass(frozen=True, eq=False)
class PackSet:
    """Packs and what the vision tower sees in their photos, float16 (N, places, labels)."""

    packs: list[Pack]
    seen: Tensor

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
    that show none, or several.
    """

    labels: tuple[str, ...]
    targets: Tensor
    learn: dict[str, PackSet]
    held_out: dict[str, PackSet]


class LlavaDataMaker:
    """Makes the data for a model that sees photos by `tower` on `device`, as `places` tokens each.

    The same for the same seed.
    """

    def __init__(
        self,
        config: DictConfig,
        tokenizer: PreTrainedTokenizerBase,
        tower: FoodVisionModel,
        *,
        places: int,
        device: torch.device,
    ) -> None:
        self._config = config
        self._packer = Packer(tokenizer, places)
        titled = Path(config.titled) if config.titled else None
        self._sights = SightMaker(Path(config.data), titled, Path(config.recognizer), tower, device)
        self._foods = FoodTable(config.foods)
        self._analyzer = NutritionAnalyzer(self._foods, FoodDatabase(config.database))

    def make(self) -> LlavaData:
        """All data of a run."""
        config, labels = self._config, self._sights.labels
        sights, captions = self._captions("train", config.captions)
        targets = [labels.index(sight.foods[0]) if len(sight.foods) == 1 else -1 for sight in sights]
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

    def _captions(self, split: Split, count: int) -> tuple[list[Sight], PackSet]:
        rng = np.random.default_rng([self._config.seed, len(split), 1])
        maker = self._maker(split)
        drawn = [maker.draw(rng, FOODS_IN_A_CAPTION) for _ in range(count)]
        sights, seen = self._sights.make(rng, split, drawn)
        return sights, PackSet([self._packer.caption(maker.caption(rng, sight)) for sight in sights], seen)

    def _conversations(self, split: Split, count: int) -> PackSet:
        rng = np.random.default_rng([self._config.seed, len(split), 2])
        maker = self._maker(split)
        drawn = [maker.draw(rng, FOODS_ON_A_PLATE) for _ in range(count)]
        sights, seen = self._sights.make(rng, split, drawn)
        made = [
            maker.make(rng, foods, sight, self._config.chains)
            for foods, sight in zip(drawn, sights, strict=True)
        ]
        return PackSet([self._packer.pack(conversation) for conversation in made], seen)

    def _naming(self, count: int) -> PackSet:
        rng = np.random.default_rng([self._config.seed, 3])
        maker = self._maker("train")
        drawn = [maker.draw(rng, FOODS_IN_A_CAPTION) for _ in range(count)]
        sights, seen = self._sights.make(rng, "train", drawn)
        return PackSet([self._packer.pack(maker.naming(rng, sight)) for sight in sights], seen)

    def _maker(self, split: Split) -> ConversationMaker:
        return ConversationMaker(self._analyzer, self._foods, self._sights.foods(split), split)


def save_data(path: Path, data: LlavaData) -> None:
    """Keep the data for a resumed run, whole or not at all."""
    unfinished = path.with_suffix(".unfinished")
    torch.save(vars(data) | {"learn": _plain(data.learn), "held_out": _plain(data.held_out)}, unfinished)
    unfinished.replace(path)


def load_data(path: Path) -> LlavaData:
    """What `save_data` kept."""
    kept = torch.load(path, weights_only=True)
    for part in ("learn", "held_out"):
        kept[part] = {
            stage: PackSet([Pack(*tensors) for tensors in packs], seen)
            for stage, (packs, seen) in kept[part].items()
        }
    return LlavaData(**kept)


def _plain(sets: dict[str, PackSet]) -> dict[str, tuple[list[tuple[Tensor, ...]], Tensor]]:
    return {
        stage: ([tuple(vars(pack).values()) for pack in packs.packs], packs.seen)
        for stage, packs in sets.items()
    }
