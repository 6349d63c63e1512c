"""A tiny model of the embedded segmenter's class, with random weights."""

from __future__ import annotations

from typing import Any

import torch
from transformers import EdgeTamConfig, EdgeTamModel, EdgeTamVisionConfig, TimmWrapperConfig

SIDE = 128
FEATURE_SIZES = [[SIDE // stride] * 2 for stride in (4, 8, 16)]


def tiny_edgetam(**parts: Any) -> EdgeTamModel:
    """An EdgeTamModel on a tiny EfficientNet, the same at every call; `parts` go to `EdgeTamConfig`."""
    torch.manual_seed(0)
    backbone = TimmWrapperConfig(
        architecture="test_efficientnet",
        model_args={"in_chans": 3, "features_only": True, "out_indices": [1, 2, 3, 4]},
    )
    vision = EdgeTamVisionConfig(
        backbone_config=backbone,
        backbone_channel_list=[64, 48, 32, 24],
        backbone_feature_sizes=FEATURE_SIZES,
    )
    config = EdgeTamConfig(vision_config=vision, prompt_encoder_config={"image_size": SIDE}, **parts)
    return EdgeTamModel(config)
