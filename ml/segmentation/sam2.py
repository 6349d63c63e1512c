"""SAM 2 and EdgeTAM from the hub."""

from __future__ import annotations

import torch
from transformers import AutoModelForMaskGeneration, Sam2ImageProcessor

from ml.device import fastest_dtype, pick_device
from ml.hub import fetch, version_of
from ml.redact import model_name
from ml.segmentation.base import Embedding, MaskCandidates, Prompts
from ml.segmentation.decoding import predict_masks
from ml.segmentation.positions import without_positions
from ml.types import Image


class HubSegmenter:
    """`Sam2Model` or `EdgeTamModel`, whichever the checkpoint's config names, with its own preprocessing.

    `repo_id` is a hub repository such as facebook/sam2.1-hiera-tiny or a local folder. Raises `HubError`
    when the weights are neither in the cache nor to be had from the hub.
    """

    def __init__(self, repo_id: str, revision: str | None = None, device: str = "auto") -> None:
        folder = fetch(repo_id, revision)
        self.name = f"{model_name(repo_id)} (hub)"
        self.version = version_of(repo_id, folder)
        self.device = pick_device(device, folder)
        self.dtype = fastest_dtype(self.device)
        self.processor = Sam2ImageProcessor.from_pretrained(folder)
        self.model = AutoModelForMaskGeneration.from_pretrained(folder, dtype=torch.float32)
        self.model.to(self.device).eval()
        without_positions(self.model)

    @torch.inference_mode()
    def embed(self, image: Image) -> Embedding:
        """Features of `image`, HxWx3 uint8 RGB, in float32; the encoder computes in `dtype`."""
        pixels = self.processor(image, input_data_format="channels_last", return_tensors="pt").pixel_values
        with torch.autocast(self.device.type, self.dtype, enabled=self.dtype != torch.float32):
            features = self.model.get_image_embeddings(pixels.to(self.device))
        return Embedding(tuple(feature.float() for feature in features), image.shape[:2])

    def predict(self, embedding: Embedding, prompts: Prompts) -> MaskCandidates:
        """Three candidate masks for every prompt."""
        candidates: MaskCandidates = predict_masks(self.model, embedding, prompts)
        return candidates
