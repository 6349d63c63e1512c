"""Photo and prompt in; pixel values and token ids out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import PIL.Image
import torch
from transformers import (
    BatchFeature,
    ImageProcessingMixin,
    LlavaConfig,
    LlavaProcessor,
    PreTrainedTokenizerBase,
)

from ml.insights.llava_embedded.prompt import IMAGE
from ml.insights.llava_embedded.vision import STRIDE
from ml.recognition.embedded import see


class FoodImageProcessor(ImageProcessingMixin):
    """Squeezes photos to `size` x `size` px, by way of each of `details` px, as the recognizer sees crops."""

    def __init__(self, size: int, details: Sequence[int | None], **options: Any) -> None:
        super().__init__(**options)
        self.size, self.details = size, details

    def __call__(self, images: PIL.Image.Image | list[PIL.Image.Image], **options: Any) -> BatchFeature:
        """`pixel_values`, float32 (B, looks, 3, size, size) in -1..1, of RGB photos."""
        photos = images if isinstance(images, list) else [images]
        looks = see([np.asarray(photo) for photo in photos], self.size, self.details)
        return BatchFeature({"pixel_values": torch.stack(looks, dim=1)})


def build_processor(config: LlavaConfig, tokenizer: PreTrainedTokenizerBase) -> LlavaProcessor:
    """The processor of a model that `assemble` made."""
    return LlavaProcessor(
        FoodImageProcessor(config.vision_config.image_size, config.vision_config.details),
        tokenizer,
        patch_size=STRIDE,
        vision_feature_select_strategy=config.vision_feature_select_strategy,
        image_token=IMAGE,
        num_additional_image_tokens=1,
    )
