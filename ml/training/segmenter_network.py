"""The two networks of the segmenter, trained, averaged and saved together."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn
from transformers import EdgeTamModel

from ml.segmentation.food_head import FOOD_HEAD, FoodHead


class SegmenterWithFoodHead(nn.Module):
    """EdgeTAM and the head that maps food, from the same features.

    Attention is written out: a CPU's fused one takes five times as long to go back through the few tokens of
    a prompt.
    """

    def __init__(self, model: EdgeTamModel, food_head: FoodHead) -> None:
        super().__init__()
        self.model = model
        self.food_head = food_head

    @classmethod
    def load(cls, folder: Path) -> SegmenterWithFoodHead:
        """Read a folder of weights; without a `FOOD_HEAD` the head is a new one."""
        model = EdgeTamModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
        network = cls(model, FoodHead())
        if (head := folder / FOOD_HEAD).exists():
            network.food_head.load_state_dict(load_file(head))
        return network

    def save(self, folder: Path) -> None:
        """Write fp16 safetensors, in shards of less than 9 MB."""
        half = EdgeTamModel(self.model.config).half()
        half.load_state_dict(self.model.state_dict())
        half.save_pretrained(folder, max_shard_size="8MB")
        head = {name: value.half().contiguous() for name, value in self.food_head.state_dict().items()}
        save_file(head, folder / FOOD_HEAD)
