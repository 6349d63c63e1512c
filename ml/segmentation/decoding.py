"""Prompting a model of the SAM 2 family in transformers: Sam2Model and EdgeTamModel share one interface."""

from __future__ import annotations

import numpy as np
import torch
from transformers import PreTrainedModel

from ml.segmentation.base import Embedding, MaskCandidates, Prompts


def input_size(model: PreTrainedModel) -> int:
    """The side in pixels of the square that `model` sees."""
    return int(model.config.prompt_encoder_config.image_size)


@torch.inference_mode()
def predict_masks(
    model: PreTrainedModel, embedding: Embedding, prompts: Prompts, batch: int = 32
) -> MaskCandidates:
    """Decode `prompts`, at most `batch` at a time to bound memory. Three masks a prompt."""
    height, width = embedding.image_size
    side = input_size(model)
    scale = torch.tensor([side / width, side / height])
    points = torch.from_numpy(prompts.points) * scale
    labels = torch.from_numpy(prompts.labels)
    boxes = None if prompts.boxes is None else torch.from_numpy(prompts.boxes) * scale.repeat(2)
    logits, scores = [], []
    for part in torch.arange(len(prompts)).split(batch):
        output = model(
            image_embeddings=list(embedding.features),
            input_points=points[part][None].to(model.device) if points.shape[1] else None,
            input_labels=labels[part][None].to(model.device) if points.shape[1] else None,
            input_boxes=None if boxes is None else boxes[part][None].to(model.device),
        )
        logits.append(output.pred_masks[0].float().cpu().numpy())
        scores.append(output.iou_scores[0].float().cpu().numpy())
    return MaskCandidates(np.concatenate(logits), np.concatenate(scores))
