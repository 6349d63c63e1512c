"""Prompting the segmenter in rounds while it trains, as SAM was trained (Kirillov et al. 2023)."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from ml.segmentation.decoding import best_masks
from ml.training.scene_stream import STRIDE, SceneBatch
from ml.training.segmenter_losses import food_loss, prompt_loss
from ml.training.segmenter_network import SegmenterWithFoodHead


class _Prompts(NamedTuple):
    """Clicks (B, P, N, 2) with labels (B, P, N), or boxes (B, P, 4), or both."""

    input_points: Tensor | None
    input_labels: Tensor | None
    input_boxes: Tensor | None

    @classmethod
    def first(cls, batch: SceneBatch, boxed: bool) -> _Prompts:
        """A box or a click for everything that is prompted."""
        if boxed:
            return cls(None, None, batch.boxes)
        shape = batch.clicks.shape[:3]
        return cls(batch.clicks, torch.ones(shape, dtype=torch.int, device=batch.clicks.device), None)

    def alone(self) -> _Prompts:
        """Each prompt as if it had a photo of its own, (B * P, 1, ...)."""
        return _Prompts(*(None if part is None else part.flatten(0, 1)[:, None] for part in self))

    def corrected(self, click: Tensor, label: Tensor) -> _Prompts:
        """With one more click for each."""
        if self.input_points is None or self.input_labels is None:
            return self._replace(input_points=click, input_labels=label)
        points = torch.cat([self.input_points, click], dim=2)
        return self._replace(input_points=points, input_labels=torch.cat([self.input_labels, label], dim=2))


def error_clicks(logits: Tensor, scores: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """A click drawn at random from where the best-scored mask is wrong, most likely deep inside of an error.

    Returns xy in pixels, float32 (B, P, 1, 2), and labels (B, P, 1): 1 where food was missed, 0 where the
    mask is too large. Where nothing is wrong the click falls anywhere and is labelled by the target.
    """
    batch, prompts, _, height, width = logits.shape
    best = scores.argmax(2)[..., None, None, None].expand(-1, -1, 1, height, width)
    wrong = (logits.gather(2, best)[:, :, 0] > 0) != (target > 0.5)
    depth = nn.functional.avg_pool2d(wrong.float(), kernel_size=9, stride=1, padding=4)
    weight = (wrong * depth**3).flatten(2) + 1e-9
    cell = torch.multinomial(weight.flatten(0, 1), 1).view(batch, prompts, 1)
    labels = (target.flatten(2).gather(2, cell) > 0.5).int()
    centre = torch.stack([cell % width, cell // width], -1) * STRIDE + (STRIDE - 1) / 2
    return centre.float(), labels


class PromptRounds(nn.Module):
    """The segmenter as it trains: from a batch to its loss, one forward pass for each round.

    `food_weight` is how much the loss of the food map counts.
    """

    def __init__(self, network: SegmenterWithFoodHead, food_weight: float) -> None:
        super().__init__()
        self.network = network
        self.food_weight = food_weight

    def forward(self, batch: SceneBatch, rounds: int, boxed: bool) -> Tensor:
        """The loss of a batch whose foods are prompted once, then corrected `rounds` - 1 times.

        That of the food map, `food_weight` times, and the mean of all rounds' masks and scores.
        """
        pixels = batch.pixels.contiguous(memory_format=torch.channels_last) / 127.5 - 1
        prompts = _Prompts.first(batch, boxed)
        # `get_image_embeddings` would stop the gradient
        with torch.autocast(pixels.device.type, torch.bfloat16):
            output = self.network.model(pixel_values=pixels, **prompts._asdict())
            food = self.network.food_head(output.image_embeddings).float()
        masks, scores = output.pred_masks.float(), output.iou_scores.float()
        losses = [prompt_loss(masks, scores, batch.targets)]
        if rounds > 1:
            # A mask belongs to one prompt: from here on every prompt has a copy of its photo's features.
            copies = batch.targets.shape[1]
            features = [feature.repeat_interleave(copies, dim=0) for feature in output.image_embeddings]
            masks, scores, targets = (part.flatten(0, 1)[:, None] for part in (masks, scores, batch.targets))
            prompts = prompts.alone()
            for _ in range(rounds - 1):
                prompts = prompts.corrected(*error_clicks(masks, scores, targets))
                masks, scores = self._correct(features, prompts, masks, scores)
                losses.append(prompt_loss(masks, scores, targets))
        food_part = self.food_weight * food_loss(food, batch.food, batch.known)
        return food_part + torch.stack(losses).mean()

    def _correct(
        self, features: list[Tensor], prompts: _Prompts, masks: Tensor, scores: Tensor
    ) -> tuple[Tensor, Tensor]:
        """The next masks and scores, from prompts and, as in SAM, the best mask so far."""
        with torch.autocast(masks.device.type, torch.bfloat16):
            output = self.network.model(
                image_embeddings=features,
                input_masks=best_masks(masks.detach(), scores.detach()),
                **prompts._asdict(),
            )
        return output.pred_masks.float(), output.iou_scores.float()
