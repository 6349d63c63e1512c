"""The vision tower: the recognizer, fine-tuned on food, as a model of transformers."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import AutoConfig, AutoModel, PreTrainedConfig, PreTrainedModel
from transformers.modeling_outputs import BaseModelOutputWithPooling

from ml.recognition.weights import build_network, read_config, read_weights
from ml.types import NOT_FOOD

SEEN_AS_FILE = "seen_as.csv"

STRIDE = 32
"""Pixels of the photo, along a side, that a place of the last feature grid stands for."""


class FoodVisionConfig(PreTrainedConfig):
    """A timm network that sees photos of `image_size` px, by way of `detail` px, and knows `classes`.

    `temperature` divides its logits. It speaks of `hidden_size` labels; `labels_sha256` is that of their
    names, a line each.
    """

    model_type = "noon_food_vision"
    architecture: str = "tf_efficientnet_lite2"
    image_size: int = 128
    detail: int | None = None
    classes: int = 153
    hidden_size: int = 153
    temperature: float = 1.0
    labels_sha256: str = ""


class FoodVisionModel(PreTrainedModel):
    """The network as it sees every place of a photo: the foods that it takes it for.

    The features before its classifier are left out. They fit the photos that it learnt from better than new
    ones, and so would a language model that learns from the same photos to read them.
    """

    config_class = FoodVisionConfig
    main_input_name = "pixel_values"

    def __init__(self, config: FoodVisionConfig) -> None:
        super().__init__(config)
        self.network = build_network(config.architecture, config.classes)
        self.register_buffer("seen_as", torch.eye(config.classes, config.hidden_size))
        self.post_init()

    def forward(self, pixel_values: Tensor, **kwargs: Any) -> BaseModelOutputWithPooling:
        """The probabilities of the labels in the photo, and in each place of its grid row by row.

        They are the recognizer's by way of its first look and that one's mirror image: over the grid, class
        activation maps (Zhou et al. 2016).

        Args:
            pixel_values: float (B, 3, size, size) in -1..1.

        Returns:
            `hidden_states` is one tensor, float (B, 1 + (size / 32)^2, `hidden_size`): 17 places at 128 px,
            the first, as the class token of a vision transformer, of the photo and its mirror image together.
        """
        grid, mirrored = (self._grid(pixels) for pixels in (pixel_values, pixel_values.flip(3)))
        mean = torch.cat([grid, mirrored], 1).mean(1, keepdim=True)
        logits = self.network.get_classifier()(torch.cat([mean, grid], 1))
        states = (logits / self.config.temperature).softmax(2) @ self.seen_as.to(logits.dtype)
        return BaseModelOutputWithPooling(last_hidden_state=states, hidden_states=(states,))

    def _grid(self, pixel_values: Tensor) -> Tensor:
        grid: Tensor = self.network.forward_features(pixel_values)
        return grid.flatten(2).transpose(1, 2)


AutoConfig.register(FoodVisionConfig.model_type, FoodVisionConfig)
AutoModel.register(FoodVisionConfig, FoodVisionModel)


def load_vision_tower(recognizer: Path, adapter: Path | None = None) -> FoodVisionModel:
    """The recognizer in a folder, float32, in evaluation mode.

    It speaks of its own labels or, where the folder `adapter` holds `seen_as.csv`, of those that this says,
    and then sees photos at the size that the adapter was trained at.
    """
    config = read_config(recognizer)
    labels, seen_as, size = config.labels, torch.eye(len(config.labels)), config.input_size
    if adapter and (adapter / SEEN_AS_FILE).exists():
        labels, seen_as = _read_seen_as(adapter / SEEN_AS_FILE, config.labels)
        size = json.loads((adapter / "config.json").read_text())["image_size"]
    model = FoodVisionModel(
        FoodVisionConfig(
            architecture=config.architecture,
            image_size=size,
            detail=config.detail,
            classes=len(config.labels),
            hidden_size=len(labels),
            temperature=config.temperature,
            labels_sha256=sha256("\n".join(labels).encode()).hexdigest(),
        )
    )
    model.network.load_state_dict(read_weights(recognizer))
    model.seen_as.copy_(seen_as)
    model.eval()
    return model


def _read_seen_as(path: Path, classes: Sequence[str]) -> tuple[tuple[str, ...], Tensor]:
    """The labels of an older list, and float (classes, labels): what part of a class counts for which.

    A row "salad,beet salad;greek salad" counts the new label for the old ones in equal parts; a new label
    that resembles none of them counts for all alike, as if nothing was known.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = {
            row["label"]: [old for old in row["seen_as"].split(";") if old] for row in csv.DictReader(file)
        }
    named = {old for row in rows.values() for old in row}
    labels = (*sorted(named - {NOT_FOOD}), NOT_FOOD)
    parts = torch.zeros(len(classes), len(labels))
    for place, name in enumerate(classes):
        for old in rows.get(name) or labels:
            parts[place, labels.index(old)] = 1
    return labels, parts / parts.sum(dim=1, keepdim=True)
