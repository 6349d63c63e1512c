"""Batch normalizations folded into the convolutions before them, for faster inference."""

from __future__ import annotations

from timm.layers import BatchNormAct2d
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_weights


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
