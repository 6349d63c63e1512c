"""The segmenter that ships with Noon: EdgeTAM's decoder on EfficientNet-Lite2, and its food head."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from transformers import EdgeTamModel

from ml.device import pick_device
from ml.folding import fold_batch_norms
from ml.segmentation.base import Embedding, MaskCandidates, Prompts
from ml.segmentation.decoding import input_size, predict_masks
from ml.segmentation.food_head import FOOD_HEAD, FoodHead
from ml.segmentation.positions import without_positions
from ml.types import Image
from ml.versions.card import version_of


class EmbeddedSegmenter:
    """`EdgeTamModel` and `FoodHead` from one folder of fp16 weights, run in float32.

    The photo is squeezed to the model's square and scaled to -1..1, as in training.
    """

    name = "SAM 2 (EdgeTAM on EfficientNet-Lite2), embedded"

    def __init__(self, weights: str | Path, device: str = "auto") -> None:
        self.version = version_of(Path(weights))
        self.device = pick_device(device)
        self.model = EdgeTamModel.from_pretrained(weights, dtype=torch.float32, local_files_only=True)
        self.model.to(self.device).eval()
        fold_batch_norms(self.model.vision_encoder.backbone)
        self.model.vision_encoder.to(memory_format=torch.channels_last)
        without_positions(self.model)
        self.food_head = FoodHead()
        self.food_head.load_state_dict(load_file(Path(weights) / FOOD_HEAD))
        self.food_head.float().to(self.device).eval()

    @torch.inference_mode()
    def embed(self, image: Image) -> Embedding:
        """Features of `image`, HxWx3 uint8 RGB."""
        side = input_size(self.model)
        square = cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA)
        pixels = torch.from_numpy(square).to(self.device).permute(2, 0, 1)[None] / 127.5 - 1
        return Embedding(tuple(self.model.get_image_embeddings(pixels)), image.shape[:2])

    def predict(self, embedding: Embedding, prompts: Prompts) -> MaskCandidates:
        """Three candidate masks for every prompt."""
        candidates: MaskCandidates = predict_masks(self.model, embedding, prompts)
        return candidates

    @torch.inference_mode()
    def food_probability(self, embedding: Embedding) -> NDArray[np.float32]:
        """How likely each place shows food: float32 (h, w) in 0..1, the whole photo at low resolution."""
        return np.asarray(self.food_head(embedding.features).sigmoid()[0, 0].cpu(), np.float32)
