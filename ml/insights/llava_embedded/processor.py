"""Photo and prompt in; pixel values and token ids out."""

from __future__ import annotations

from typing import Any

import numpy as np
import PIL.Image
from transformers import (
    BatchFeature,
    ImageProcessingMixin,
    LlavaConfig,
    LlavaProcessor,
    PreTrainedTokenizerBase,
)

from ml.insights.llava_embedded.prompt import IMAGE
from ml.insights.llava_embedded.vision import STRIDE
from ml.recognition.crops import squeeze
from ml.recognition.embedded import to_input


class FoodImageProcessor(ImageProcessingMixin):
    """Squeezes photos to `size` x `size` px, by way of `detail` px, as the recognizer first sees crops."""

    def __init__(self, size: int, detail: int | None, **options: Any) -> None:
        super().__init__(**options)
        self.size, self.detail = size, detail

    def __call__(self, images: PIL.Image.Image | list[PIL.Image.Image], **options: Any) -> BatchFeature:
        """`pixel_values`, float32 (B, 3, size, size) in -1..1, of RGB photos."""
        photos = images if isinstance(images, list) else [images]
        squeezed = [squeeze(np.asarray(photo), self.size, self.detail) for photo in photos]
        return BatchFeature({"pixel_values": to_input(squeezed)})


def build_processor(config: LlavaConfig, tokenizer: PreTrainedTokenizerBase) -> LlavaProcessor:
    """The processor of a model that `assemble` made."""
    return LlavaProcessor(
        FoodImageProcessor(config.vision_config.image_size, config.vision_config.detail),
        tokenizer,
        patch_size=STRIDE,
        vision_feature_select_strategy=config.vision_feature_select_strategy,
        image_token=IMAGE,
        num_additional_image_tokens=1,
    )
