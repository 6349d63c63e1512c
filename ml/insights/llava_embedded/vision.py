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
    """A timm network that sees photos of `image_size` px, by way of `detail` px; `hidden_size` classes.

    `temperature` divides its logits, and `labels_sha256` is that of the classes' names, a line each.
    """

    model_type = "noon_food_vision"
    architecture: str = "tf_efficientnet_lite2"
    image_size: int = 128
    detail: int | None = None
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
        self.network = build_network(config.architecture, config.hidden_size)
        self.post_init()

    def forward(self, pixel_values: Tensor, **kwargs: Any) -> BaseModelOutputWithPooling:
        """The probabilities of the classes in the photo, and in each place of its grid row by row.

        They are the recognizer's: over the grid, class activation maps (Zhou et al. 2016).

        Args:
            pixel_values: float (B, 3, size, size) in -1..1.

        Returns:
            `hidden_states` is one tensor, float (B, 1 + (size / 32)^2, `hidden_size`): 17 places at 128 px,
            the first, as the class token of a vision transformer, of the photo and its mirror image together.
        """
        grid, mirrored = (self._grid(pixels) for pixels in (pixel_values, pixel_values.flip(3)))
        mean = torch.cat([grid, mirrored], 1).mean(1, keepdim=True)
        logits = self.network.get_classifier()(torch.cat([mean, grid], 1))
        states = (logits / self.config.temperature).softmax(2)
        return BaseModelOutputWithPooling(last_hidden_state=states, hidden_states=(states,))

    def _grid(self, pixel_values: Tensor) -> Tensor:
        grid: Tensor = self.network.forward_features(pixel_values)
        return grid.flatten(2).transpose(1, 2)


AutoConfig.register(FoodVisionConfig.model_type, FoodVisionConfig)
AutoModel.register(FoodVisionConfig, FoodVisionModel)


def load_vision_tower(recognizer: Path) -> FoodVisionModel:
    """The recognizer in a folder, float32, in evaluation mode."""
    config = read_config(recognizer)
    model = FoodVisionModel(
        FoodVisionConfig(
            architecture=config.architecture,
            image_size=config.input_size,
            detail=config.detail,
            hidden_size=len(config.labels),
            temperature=config.temperature,
            labels_sha256=sha256("\n".join(config.labels).encode()).hexdigest(),
        )
    )
    model.network.load_state_dict(read_weights(recognizer))
    model.eval()
    return model
