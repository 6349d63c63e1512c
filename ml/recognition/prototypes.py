"""Foods taught by a few photos: a prototype in feature space each (Snell et al. 2017), beside the weights.

A crop's score for a prototype is linear in the cosine of their features, seen from the mean feature of all
foods; gain and offset give own and other foods the mean logits of the trained labels, so that both can share
one softmax.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

SPACE_FILE = "feature_space.safetensors"
PROTOTYPES_FILE = "prototypes.safetensors"


@dataclass(frozen=True, eq=False)
class FeatureSpace:
    """Mean feature float32 (D,), and the line from cosines to logits."""

    mean: Tensor
    gain: float
    offset: float

    def cosines(self, features: Tensor, prototypes: Tensor) -> Tensor:
        """Cosines (N, K) of features (N, D) and prototypes (K, D), both seen from the mean."""
        unit = torch.nn.functional.normalize
        return unit(features - self.mean, dim=1) @ unit(prototypes - self.mean, dim=1).T

    @classmethod
    def fit(cls, features: Tensor, logits: Tensor, truth: Tensor) -> FeatureSpace:
        """The space of foods with features (N, D), logits (N, L) and label indices (N,)."""
        present = truth.unique()
        means = torch.stack([features[truth == label].mean(dim=0) for label in present])
        space = cls(means.mean(dim=0), 1.0, 0.0)
        cosines, scores = space.cosines(features, means), logits[:, present]
        own = truth[:, None] == present
        gain = (scores[own].mean() - scores[~own].mean()) / (cosines[own].mean() - cosines[~own].mean())
        return replace(space, gain=float(gain), offset=float(scores[own].mean() - gain * cosines[own].mean()))

    @classmethod
    def read(cls, folder: Path) -> FeatureSpace:
        """The space kept beside the weights in `folder`."""
        values = load_file(folder / SPACE_FILE)
        return cls(values["mean"].float(), float(values["gain"]), float(values["offset"]))

    def write(self, folder: Path) -> None:
        """Keep the space beside the weights in `folder`."""
        line = {"gain": torch.tensor(self.gain), "offset": torch.tensor(self.offset)}
        save_file({"mean": self.mean, **line}, folder / SPACE_FILE)


@dataclass(frozen=True, eq=False)
class Prototypes:
    """Labels and their mean features, float32 (K, D)."""

    space: FeatureSpace
    labels: tuple[str, ...]
    vectors: Tensor

    def logits(self, features: Tensor) -> Tensor:
        """Scores (N, K) of features (N, D), on the scale of the trained labels' logits."""
        return self.space.gain * self.space.cosines(features, self.vectors) + self.space.offset

    def with_food(self, label: str, features: Tensor) -> Prototypes:
        """These and a food known by the features (N, D) of its photos; it replaces one of the same name."""
        others = [i for i, other in enumerate(self.labels) if other != label]
        vectors = torch.cat([self.vectors[others], features.mean(dim=0, keepdim=True)])
        return replace(self, labels=(*(self.labels[i] for i in others), label), vectors=vectors)

    @classmethod
    def read(cls, folder: Path) -> Prototypes | None:
        """The foods that were added beside the weights in `folder`; None when these aren't calibrated."""
        if not (folder / SPACE_FILE).exists():
            return None
        space = FeatureSpace.read(folder)
        path = folder / PROTOTYPES_FILE
        if not path.exists():
            return cls(space, (), torch.empty(0, len(space.mean)))
        with safe_open(path, "pt") as file:
            return cls(space, tuple(json.loads(file.metadata()["labels"])), file.get_tensor("vectors"))

    def write(self, folder: Path) -> None:
        """Keep the foods beside the weights in `folder`."""
        labels = {"labels": json.dumps(self.labels)}
        save_file({"vectors": self.vectors}, folder / PROTOTYPES_FILE, metadata=labels)
