"""Leaving out position encodings, which only the SAM 2 family's memory of videos reads."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel


class _NoPositions(nn.Module):
    def forward(self, shape: torch.Size, device: torch.device, dtype: torch.dtype) -> Tensor:
        """One position, which stands for all that nobody reads."""
        return torch.zeros((1, 1, 1, 1), dtype=dtype, device=device)


def without_positions(model: PreTrainedModel) -> None:
    """Have a model of the SAM 2 family make no position encodings of its maps: only its memory reads them."""
    model.vision_encoder.neck.position_encoding = _NoPositions()
