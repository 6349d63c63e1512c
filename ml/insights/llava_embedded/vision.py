"""The vision tower: the recognizer, fine-tuned on food, as a model of transformers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import AutoConfig, AutoModel, PreTrainedConfig, PreTrainedModel
from transformers.modeling_outputs import BaseModelOutputWithPooling

from ml.recognition.probabilities import Familiarity, probabilities
from ml.recognition.weights import build_network, read_config, read_weights

STRIDE = 32
"""Pixels of the photo, along a side, that a place of the last feature grid stands for."""


class FoodVisionConfig(PreTrainedConfig):
    """A timm network that sees photos of `image_size` px, once by way of each of `details` px.

    It speaks of `hidden_size` labels, "not food" last; `labels_sha256` is that of their names, a line each.
    `temperature` and `familiarity`, a slope and a middle, make probabilities of its logits
    (`ml/recognition/probabilities.py`).
    """

    model_type = "noon_food_vision"
    architecture: str = "tf_efficientnet_lite2"
    image_size: int = 192
    details: Sequence[int | None] = (None,)
    hidden_size: int = 322
    temperature: float = 1.0
    familiarity: Sequence[float] | None = None
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
        self.network = build_network(config.architecture, config.hidden_size)
        self.familiarity = Familiarity(*config.familiarity) if config.familiarity else None
        self.post_init()

    def forward(self, pixel_values: Tensor, **kwargs: Any) -> BaseModelOutputWithPooling:
        """The probabilities of the labels in the photo, and in each place of its grid row by row.

        The first are the recognizer's; over the grid they are class activation maps (Zhou et al. 2016).

        Args:
            pixel_values: float (B, looks, 3, size, size) in -1..1, every second look in the mirror.

        Returns:
            `hidden_states` is one tensor, float (B, 1 + (size / 32)^2, `hidden_size`): 37 places at 192 px,
            the first, as the class token of a vision transformer, of the whole photo.
        """
        grids: list[Tensor] = [self.network.forward_features(look) for look in pixel_values.unbind(1)]
        unmirrored = [grid.flip(3) if k % 2 else grid for k, grid in enumerate(grids)]
        grid = torch.stack(unmirrored).mean(0).flatten(2).transpose(1, 2)
        places = torch.cat([grid.mean(1, keepdim=True), grid], 1)
        logits = self.network.get_classifier()(places)
        states = probabilities(logits, self.config.temperature, self.familiarity, not_food=-1)
        return BaseModelOutputWithPooling(last_hidden_state=states, hidden_states=(states,))


AutoConfig.register(FoodVisionConfig.model_type, FoodVisionConfig)
AutoModel.register(FoodVisionConfig, FoodVisionModel)


def load_vision_tower(recognizer: Path) -> FoodVisionModel:
    """The recognizer in a folder, float32, in evaluation mode."""
    config = read_config(recognizer)
    model = FoodVisionModel(
        FoodVisionConfig(
            architecture=config.architecture,
            image_size=config.input_size,
            details=config.details,
            hidden_size=len(config.labels),
            temperature=config.temperature,
            familiarity=config.familiarity and astuple(config.familiarity),
            labels_sha256=sha256("\n".join(config.labels).encode()).hexdigest(),
        )
    )
    model.network.load_state_dict(read_weights(recognizer))
    model.eval()
    return model
