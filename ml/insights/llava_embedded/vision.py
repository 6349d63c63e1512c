"""The vision tower: the recognizer, fine-tuned on food, as a model of transformers."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import AutoConfig, AutoModel, PreTrainedConfig, PreTrainedModel
from transformers.modeling_outputs import BaseModelOutputWithPooling

from ml.recognition.weights import build_network, read_config, read_weights

STRIDE = 32
"""Pixels of the photo, along a side, that a place of the last feature grid stands for."""


class FoodVisionConfig(PreTrainedConfig):
    """A timm network that sees photos of `image_size` px and knows `classes` foods.

    `hidden_size` counts its channels and classes together, `temperature` divides its logits, and
    `weights_sha256` is that of the files the weights were read from.
    """

    model_type = "noon_food_vision"
    architecture: str = "tf_efficientnet_lite2"
    image_size: int = 128
    classes: int = 153
    hidden_size: int = 1280 + 153
    temperature: float = 1.0
    weights_sha256: str = ""


class FoodVisionModel(PreTrainedModel):
    """The network as it sees every place of a photo: the last features, and the foods it takes them for."""

    config_class = FoodVisionConfig
    main_input_name = "pixel_values"

    def __init__(self, config: FoodVisionConfig) -> None:
        super().__init__(config)
        self.network = build_network(config.architecture, config.classes)
        self.post_init()

    def forward(self, pixel_values: Tensor, **kwargs: Any) -> BaseModelOutputWithPooling:
        """The features that the recognizer names foods by, and the last feature grid row by row.

        Beside its features each place holds the probabilities of the classes, from the recognizer's
        classifier: over the grid, class activation maps (Zhou et al. 2016).

        Args:
            pixel_values: float (B, 3, size, size) in -1..1.

        Returns:
            `hidden_states` is one tensor, float (B, 1 + (size / 32)^2, `hidden_size`): 17 places at 128 px,
            the first, as the class token of a vision transformer, the mean of the photo's grid and its mirror
            image's.
        """
        grid, mirrored = (self._grid(pixels) for pixels in (pixel_values, pixel_values.flip(3)))
        mean = torch.cat([grid, mirrored], 1).mean(1, keepdim=True)
        features = torch.cat([mean, grid], 1)
        logits = self.network.get_classifier()(features)
        states = torch.cat([features, (logits / self.config.temperature).softmax(2)], 2)
        return BaseModelOutputWithPooling(last_hidden_state=states, hidden_states=(states,))

    def _grid(self, pixel_values: Tensor) -> Tensor:
        grid: Tensor = self.network.forward_features(pixel_values)
        return grid.flatten(2).transpose(1, 2)


AutoConfig.register(FoodVisionConfig.model_type, FoodVisionConfig)
AutoModel.register(FoodVisionConfig, FoodVisionModel)


def load_vision_tower(recognizer: Path) -> FoodVisionModel:
    """The recognizer in a folder, float32, in evaluation mode."""
    config = read_config(recognizer)
    state = read_weights(recognizer)
    classes, channels = state["classifier.weight"].shape
    model = FoodVisionModel(
        FoodVisionConfig(
            architecture=config.architecture,
            image_size=config.input_size,
            classes=classes,
            hidden_size=channels + classes,
            temperature=config.temperature,
            weights_sha256=_weights_sha256(recognizer),
        )
    )
    model.network.load_state_dict(state)
    return model.eval()


def _weights_sha256(recognizer: Path) -> str:
    digest = sha256()
    for shard in sorted(recognizer.glob("model*.safetensors")):
        digest.update(shard.read_bytes())
    return digest.hexdigest()
