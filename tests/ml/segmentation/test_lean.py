"""What is left out of the embedded segmenter changes nothing that it gives."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from transformers import EdgeTamModel

from ml.segmentation.embedded import EmbeddedSegmenter
from tests.photos import MEALS

ASSETS = Path(__file__).resolve().parents[3] / "assets"


def test_the_embedding_is_that_of_the_whole_model():
    segmenter = EmbeddedSegmenter(ASSETS / "segmenter", device="cpu")
    whole = EdgeTamModel.from_pretrained(
        ASSETS / "segmenter", dtype=torch.float32, local_files_only=True
    ).eval()
    photo = np.asarray(Image.open(MEALS / "breakfast.jpg").resize((384, 384)))
    pixels = torch.from_numpy(photo).permute(2, 0, 1)[None] / 127.5 - 1
    with torch.inference_mode():
        expected = whole.get_image_embeddings(pixels)
    for ours, theirs in zip(segmenter.embed(photo).features, expected, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-3)
