"""Prompting a model of the SAM 2 family in transformers: Sam2Model and EdgeTamModel share one interface.

The first click gives a mask; every further click is decoded together with the mask before it, as models of
this family are trained (Kirillov et al. 2023, "Segment Anything", appendix A).
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from transformers import PreTrainedModel

from ml.segmentation.base import Embedding, MaskCandidates, Prompts

MASK_LIMIT = 32.0
"""Logits of a mask that is a prompt lie between -32 and 32, as in SAM 2."""


def input_size(model: PreTrainedModel) -> int:
    """The side in pixels of the square that `model` sees."""
    return int(model.config.prompt_encoder_config.image_size)


def best_masks(logits: Tensor, scores: Tensor) -> Tensor:
    """Each prompt's best-scored mask, float (B, 1, h, w), as the dense prompt of its next decoding.

    `logits` is (B, 1, M, h, w), `scores` (B, 1, M): one prompt for each of B copies of the features.
    """
    best = scores[:, 0].argmax(1)
    return logits[torch.arange(len(logits)), 0, best][:, None].clamp(-MASK_LIMIT, MASK_LIMIT)


@torch.inference_mode()
def predict_masks(
    model: PreTrainedModel, embedding: Embedding, prompts: Prompts, batch: int = 32
) -> MaskCandidates:
    """Decode `prompts`, at most `batch` at a time to bound memory. Three masks a prompt.

    Clicks count in their order; a box is part of every decoding.
    """
    height, width = embedding.image_size
    side = input_size(model)
    scale = torch.tensor([side / width, side / height])
    points = torch.from_numpy(prompts.points) * scale
    labels = torch.from_numpy(prompts.labels)
    boxes = None if prompts.boxes is None else torch.from_numpy(prompts.boxes) * scale.repeat(2)
    logits, scores = [], []
    for part in torch.arange(len(prompts)).split(batch):
        features = [feature.expand(len(part), -1, -1, -1) for feature in embedding.features]
        box = None if boxes is None else boxes[part][:, None].to(model.device)
        mask = None
        for clicks in range(min(1, points.shape[1]), points.shape[1] + 1):
            output = model(
                image_embeddings=features,
                input_points=points[part, None, :clicks].to(model.device) if clicks else None,
                input_labels=labels[part, None, :clicks].to(model.device) if clicks else None,
                input_boxes=box,
                input_masks=mask,
            )
            mask = best_masks(output.pred_masks, output.iou_scores)
        logits.append(output.pred_masks[:, 0].float().cpu().numpy())
        scores.append(output.iou_scores[:, 0].float().cpu().numpy())
    return MaskCandidates(np.concatenate(logits), np.concatenate(scores))
