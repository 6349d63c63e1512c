"""From a recognizer's logits to probabilities that also hold for foods it has no label for."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Familiarity:
    """How likely what a food's crop shows has a label: a logistic curve over its energy, 1/2 at `middle`.

    The energy is the logarithm of the sum of the exponentials of the logits, divided by the temperature: a
    crop of a food that a network never saw fits none of its labels well (Liu et al. 2020, arXiv:2010.03759,
    whose energy has the other sign).
    """

    slope: float
    middle: float

    def __call__(self, energy: Tensor) -> Tensor:
        """Shares 0..1, of the shape of `energy`."""
        return torch.sigmoid(self.slope * (energy - self.middle))


def probabilities(
    logits: Tensor, temperature: float, familiarity: Familiarity | None, not_food: int
) -> Tensor:
    """Probabilities of the labels, float (..., L), of logits (..., L).

    Those of foods, all but the one at the index `not_food`, are multiplied by the crop's familiarity; what
    they lack of 1 belongs to foods without a label.
    """
    scaled = logits / temperature
    softmax = scaled.softmax(-1)
    if familiarity is None:
        return softmax
    familiar = softmax * familiarity(scaled.logsumexp(-1, keepdim=True))
    familiar[..., not_food] = softmax[..., not_food]
    return familiar
