"""Where in a photo is food: a light head on the embedded segmenter's image features."""

from __future__ import annotations

from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor, nn

FOOD_HEAD = "food_head.safetensors"
"""Its weights, in a segmenter's folder."""


class FoodHead(nn.Module):
    """Per-pixel food logits from the three maps of `EdgeTamModel.get_image_embeddings`.

    A feature pyramid head (Kirillov et al. 2019, "Panoptic Feature Pyramid Networks"): every map is
    projected to `width` channels, enlarged to the finest one and summed.
    """

    def __init__(self, channels: Sequence[int] = (32, 64, 256), width: int = 32) -> None:
        super().__init__()
        self.projections = nn.ModuleList(nn.Conv2d(c, width, kernel_size=3, padding=1) for c in channels)
        self.classifier = nn.Sequential(
            nn.GroupNorm(8, width),
            nn.GELU(),
            nn.Conv2d(width, width, kernel_size=3, padding=1),
            nn.GELU(),
            nn.Conv2d(width, 1, kernel_size=1),
        )

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        """Logits (B, 1, h, w) of "this pixel is food".

        `features` are (B, C, h, w) maps from fine to coarse, (B, 32, 96, 96), (B, 64, 48, 48) and
        (B, 256, 24, 24) for a photo of 384 x 384 px; the result has the size of the finest, stride 4.
        """
        maps = [project(feature) for project, feature in zip(self.projections, features, strict=True)]
        size = maps[0].shape[-2:]
        enlarged = [F.interpolate(m, size, mode="bilinear", align_corners=False) for m in maps[1:]]
        return self.classifier(sum(enlarged, maps[0]))
