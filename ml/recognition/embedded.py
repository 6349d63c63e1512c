"""The recognizer that ships with Noon: EfficientNet-Lite2 fine-tuned on dishes and groceries."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ml.device import pick_device
from ml.folding import fold_batch_norms
from ml.recognition.base import Recognition, top_candidates
from ml.recognition.crops import squeeze
from ml.recognition.prototypes import Prototypes
from ml.recognition.weights import RecognizerConfig, load_network, read_config
from ml.types import Image
from ml.versions.card import version_of

BATCH = 32
KEY_DIGITS = 16


def to_input(images: Sequence[Image]) -> Tensor:
    """Equal-sized HxWx3 uint8 RGB images as one float32 (N, 3, H, W) batch in -1..1, channels last."""
    batch = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2)
    return batch.float().div(127.5).sub(1.0)


def see(crops: Sequence[Image], size: int, details: Sequence[int | None]) -> list[Tensor]:
    """For each look, every second in the mirror, the crops as float32 (N, 3, size, size).

    A look is by way of one of `details` (`ml/recognition/crops.py`). A large crop is averaged down to `size`
    once, and from there for each look.
    """
    crops = [squeeze(crop, size) if min(crop.shape[:2]) > size else crop for crop in crops]
    looks = [to_input([squeeze(crop, size, detail) for crop in crops]) for detail in details]
    return [look.flip(3) if k % 2 else look for k, look in enumerate(looks)]


def features_key(network: nn.Module, config: RecognizerConfig) -> str:
    """A digest of the network below its classifier and of the sizes at which it sees crops.

    It stands for what `EmbeddedRecognizer.features` returns: those of another key can't be compared.
    """
    classifier = set(network.get_classifier().parameters())
    seen_as = f"{config.architecture} {config.input_size} {config.detail} {config.coarser}"
    digest = hashlib.sha256(seen_as.encode())
    for weights in network.parameters():
        if weights not in classifier:
            digest.update(weights.detach().contiguous().numpy().data)
    return digest.hexdigest()[:KEY_DIGITS]


class EmbeddedRecognizer:
    """Classifies crops with the weights in a folder, and with the foods added there later as prototypes.

    `key` stands for its features (`features_key`).
    """

    def __init__(self, weights: str | Path, device: str = "auto") -> None:
        self.config = read_config(Path(weights))
        self.thresholds = self.config.thresholds
        self.prototypes = Prototypes.read(Path(weights))
        self.space = self.prototypes.space if self.prototypes else None
        self.labels = self.config.labels + (self.prototypes.labels if self.prototypes else ())
        self.name = f"EfficientNet-Lite2, {len(self.labels)} labels, embedded"
        self.version = version_of(Path(weights))
        self.device = pick_device(device)
        network = load_network(Path(weights), self.config)
        self.key = features_key(network, self.config)
        fold_batch_norms(network)
        self.network = network.to(self.device, memory_format=torch.channels_last)

    @torch.inference_mode()
    def classify(self, crops: Sequence[Image]) -> list[Recognition]:
        """What is in each crop (HxWx3 uint8 RGB, any size)."""
        features = self.features(crops)
        logits = self.logits(features)
        if self.prototypes:
            logits = torch.cat([logits, self.prototypes.logits(features)], dim=1)
        candidates = top_candidates(self.config.probabilities(logits), self.labels)
        return [Recognition(*seen) for seen in zip(candidates, features.numpy(), strict=True)]

    @torch.inference_mode()
    def features(self, crops: Sequence[Image]) -> Tensor:
        """What the network sees in each crop, on average over its looks at it: float32 (N, D) on the CPU."""
        parts = [torch.empty(0, self.network.num_features)]
        for start in range(0, len(crops), BATCH):
            looks = see(crops[start : start + BATCH], self.config.input_size, self.config.details)
            maps = self.network.forward_features(torch.cat(looks).to(self.device))
            seen = self.network.forward_head(maps, pre_logits=True).unflatten(0, (len(looks), -1))
            parts.append(seen.mean(dim=0).cpu())
        return torch.cat(parts)

    @torch.inference_mode()
    def logits(self, features: Tensor) -> Tensor:
        """Uncalibrated scores of the trained labels, float32 (N, labels), for features (N, D)."""
        return self.network.get_classifier()(features.to(self.device)).cpu()
