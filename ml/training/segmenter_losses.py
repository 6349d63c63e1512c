"""What the segmenter is trained on: masks and their scores for a prompt, and the map of food."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor
from torchvision.ops import sigmoid_focal_loss


def dice_loss(logits: Tensor, target: Tensor) -> Tensor:
    """1 - Dice coefficient of (..., h, w) logits and targets in 0..1 (Milletari et al. 2016), shape (...)."""
    p = logits.sigmoid()
    overlap = (p * target).sum((-1, -2))
    return 1 - (2 * overlap + 1) / (p.sum((-1, -2)) + target.sum((-1, -2)) + 1)


def mask_iou(logits: Tensor, target: Tensor) -> Tensor:
    """Intersection over union of (..., h, w) masks, thresholded at 0 and 0.5, shape (...)."""
    predicted, true = logits > 0, target > 0.5
    union = (predicted | true).sum((-1, -2))
    return (predicted & true).sum((-1, -2)) / union.clamp(min=1)


def prompt_loss(logits: Tensor, scores: Tensor, target: Tensor) -> Tensor:
    """The loss of M candidate masks for one thing a prompt, as SAM has it (Kirillov et al. 2023).

    `logits` (B, P, M, h, w), `scores` (B, P, M) predicted IoU, `target` (B, P, h, w) in 0..1. Masks: 20 x
    focal + dice loss of the best candidate, and a tenth of it of all, so that none dies (relaxed
    best-of-M, Rupprecht et al. 2017). Scores: squared error to the true IoU, and cross-entropy for the best
    candidate's rank. A prompt with an empty target only teaches its scores, which should be 0.
    """
    goal = target[:, :, None].expand_as(logits)
    focal = sigmoid_focal_loss(logits, goal, alpha=-1).mean((-1, -2))
    error = 20 * focal + dice_loss(logits, goal)
    real = (target > 0.5).any(-1).any(-1)
    masks = 0.9 * error.amin(2) + 0.1 * error.mean(2)
    iou = mask_iou(logits.detach(), goal)
    rank = F.cross_entropy(scores.flatten(0, 1) / 0.1, iou.argmax(2).flatten(), reduction="none")
    square = (scores - iou).square().mean(2)
    per_prompt = real * (masks + 0.1 * rank.view_as(square)) + 2 * square
    return per_prompt.sum() / real.sum().clamp(min=1)


def food_loss(logits: Tensor, food: Tensor, known: Tensor) -> Tensor:
    """Cross-entropy and dice loss of the food map, (B, 1, h, w) all three, where `known` is 1."""
    cross_entropy = F.binary_cross_entropy_with_logits(logits, food, weight=known)
    masked = torch.where(known > 0, logits, torch.full_like(logits, -30))
    return cross_entropy + 0.5 * dice_loss(masked, food * known).mean()
