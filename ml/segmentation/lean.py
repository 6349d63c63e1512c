"""What a network has to learn with or to see videos by, and that takes time on photos."""

from __future__ import annotations

import torch
from timm.layers import BatchNormAct2d
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_weights
from transformers import PreTrainedModel


class _NoPositions(nn.Module):
    def forward(self, shape: torch.Size, device: torch.device, dtype: torch.dtype) -> Tensor:
        """One position, which stands for all that nobody reads."""
        return torch.zeros((1, 1, 1, 1), dtype=dtype, device=device)


def without_positions(model: PreTrainedModel) -> None:
    """Have a model of the SAM 2 family make no position encodings of its maps: only its memory reads them."""
    model.vision_encoder.neck.position_encoding = _NoPositions()


def fold_batch_norms(network: nn.Module) -> None:
    """Fold each batch normalization of a timm network in evaluation mode into the convolution before it.

    What it gives stays the same but for rounding.
    """
    before: nn.Module | None = None
    for name, layer in list(network.named_children()):
        if isinstance(before, nn.Conv2d) and isinstance(layer, BatchNormAct2d):
            before.weight, before.bias = fuse_conv_bn_weights(
                before.weight,
                before.bias,
                layer.running_mean,
                layer.running_var,
                layer.eps,
                layer.weight,
                layer.bias,
            )
            setattr(network, name, layer.act)
        else:
            fold_batch_norms(layer)
        before = layer
