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
from ml.recognition.embedded import preprocess, to_input


class FoodImageProcessor(ImageProcessingMixin):
    """Squeezes photos to `size` x `size` px as the recognizer does with crops."""

    def __init__(self, size: int, **options: Any) -> None:
        super().__init__(**options)
        self.size = size

    def __call__(self, images: PIL.Image.Image | list[PIL.Image.Image], **options: Any) -> BatchFeature:
        """`pixel_values`, float32 (B, 3, size, size) in -1..1, of RGB photos."""
        photos = images if isinstance(images, list) else [images]
        squeezed = [preprocess(np.asarray(photo), self.size) for photo in photos]
        return BatchFeature({"pixel_values": to_input(squeezed)})


def build_processor(config: LlavaConfig, tokenizer: PreTrainedTokenizerBase) -> LlavaProcessor:
    """The processor of a model that `assemble` made."""
    return LlavaProcessor(
        FoodImageProcessor(config.vision_config.image_size),
        tokenizer,
        patch_size=STRIDE,
        vision_feature_select_strategy=config.vision_feature_select_strategy,
        image_token=IMAGE,
        num_additional_image_tokens=1,
    )
