"""Prompting a model of the SAM 2 family in transformers: Sam2Model and EdgeTamModel share one interface.

The first click gives masks; every further click is decoded together with the best mask before it, as SAM is
trained (Kirillov et al. 2023, "Segment Anything", appendix A). Of all masks on the way those count that agree
with the clicks.
"""

from __future__ import annotations

from collections.abc import Sequence

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


def agreement(logits: Tensor, points: Tensor, labels: Tensor) -> Tensor:
    """The share of clicks, (B, M), that masks agree with: inside where the label is 1, outside where it is 0.

    `logits` is (B, M, h, w), `points` (B, N, 2) as (x, y) in cells of the masks, `labels` (B, N).
    """
    height, width = logits.shape[-2:]
    column, row = points[..., 0].long().clamp(0, width - 1), points[..., 1].long().clamp(0, height - 1)
    inside = logits.flatten(2).gather(2, (row * width + column)[:, None].expand(-1, logits.shape[1], -1)) > 0
    return (inside == labels[:, None].bool()).float().mean(2)


def fittest(
    masks: Sequence[Tensor], scores: Sequence[Tensor], points: Tensor, labels: Tensor
) -> tuple[Tensor, Tensor]:
    """As many masks (B, M, h, w) as one decoding gives, with scores (B, M), from those of several decodings.

    A score is the predicted IoU times (1 + the agreement with all clicks) / 2; points and labels are those of
    `agreement`.
    """
    logits, predicted = torch.cat(list(masks), 1), torch.cat(list(scores), 1)
    fitness = predicted * (1 + agreement(logits, points, labels)) / 2
    best = fitness.topk(masks[0].shape[1]).indices
    rows = torch.arange(len(logits), device=logits.device)[:, None]
    return logits[rows, best], fitness[rows, best]


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
        decoded: list[Tensor] = []
        predicted: list[Tensor] = []
        mask = None
        for clicks in range(min(1, points.shape[1]), points.shape[1] + 1):
            output = model(
                image_embeddings=features,
                input_points=points[part, None, :clicks].to(model.device) if clicks else None,
                input_labels=labels[part, None, :clicks].to(model.device) if clicks else None,
                input_boxes=box,
                input_masks=mask,
            )
            decoded.append(output.pred_masks[:, 0].float().cpu())
            predicted.append(output.iou_scores[:, 0].float().cpu())
            mask = best_masks(output.pred_masks, output.iou_scores)
        best, score = decoded[-1], predicted[-1]
        if len(decoded) > 1:
            cells = points[part] * (best.shape[-1] / side)
            best, score = fittest(decoded, predicted, cells, labels[part])
        logits.append(best.numpy())
        scores.append(score.numpy())
    return MaskCandidates(np.concatenate(logits), np.concatenate(scores))
