"""Tiny checkpoints with random weights, of the classes that the shipped and the hub's weights load into."""

import pytest
import torch
from safetensors.torch import save_file
from transformers import (
    Sam2Config,
    Sam2HieraDetConfig,
    Sam2ImageProcessor,
    Sam2Model,
    Sam2VisionConfig,
)

from ml.segmentation.food_head import FoodHead
from tests.tiny_edgetam import FEATURE_SIZES, SIDE, tiny_edgetam


@pytest.fixture(scope="session")
def embedded_weights(tmp_path_factory):
    """An EdgeTamModel on a tiny EfficientNet, with its food head."""
    folder = tmp_path_factory.mktemp("embedded")
    model = tiny_edgetam()
    model.save_pretrained(folder)
    save_file(FoodHead().half().state_dict(), folder / "food_head.safetensors")
    return folder


@pytest.fixture(scope="session")
def sam2_weights(tmp_path_factory):
    """A Sam2Model, saved as on the hub: its config says sam2_video, its processor's config lies beside it."""
    torch.manual_seed(0)
    backbone = Sam2HieraDetConfig(
        image_size=[SIDE, SIDE],
        hidden_size=8,
        blocks_per_stage=[1, 1, 2, 1],
        embed_dim_per_stage=[8, 16, 32, 64],
        num_attention_heads_per_stage=[1, 1, 2, 2],
        global_attention_blocks=[3],
        window_positional_embedding_background_size=[4, 4],
    )
    vision = Sam2VisionConfig(
        backbone_config=backbone,
        backbone_channel_list=[64, 32, 16, 8],
        backbone_feature_sizes=FEATURE_SIZES,
        fpn_hidden_size=32,
    )
    config = Sam2Config(
        vision_config=vision,
        prompt_encoder_config={"image_size": SIDE, "hidden_size": 32},
        mask_decoder_config={"hidden_size": 32, "mlp_dim": 32, "num_attention_heads": 2},
        initializer_range=0.3,
    )
    folder = tmp_path_factory.mktemp("sam2")
    Sam2Model(config).save_pretrained(folder)
    Sam2ImageProcessor(size={"height": SIDE, "width": SIDE}).save_pretrained(folder)
    config_file = folder / "config.json"
    config_file.write_text(
        config_file.read_text().replace('"model_type": "sam2"', '"model_type": "sam2_video"')
    )
    return folder
