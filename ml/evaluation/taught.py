"""Print how foods taught by one crop are found again: `python -m ml.evaluation.taught data=FOLDER`.

Every held-out crop is taught in turn, and all others of its set are compared with it: those of the same thing
(an item of ECUSTFD, a grocery variety, a dish) should be near enough, those of other foods should not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import hydra
import numpy as np
import torch
from numpy.typing import NDArray
from omegaconf import DictConfig

from ml.data.crops import Crop, load, read_crops
from ml.evaluation.calibration import Floats
from ml.recognition.embedded import EmbeddedRecognizer
from ml.recognition.prototypes import FeatureSpace
from ml.recognition.taught import NEAR, probability
from ml.types import NOT_FOOD

TITLES = {
    "ecustfd": "ECUSTFD, the same item",
    "grocery": "groceries, the same variety",
    "snack": "hamburger, fries, pizza of anyone",
    "food101": "Food-101 at 64 px, the same dish of anyone",
}
FITTED = ("ecustfd", "grocery")
"""Sets whose photos show the same thing in the same surroundings, as those of one person do."""
OTHERS_A_SAME = 24
"""Crops of other things for each of the same, as which pairs are weighed in the fit."""
CHUNK = 128
SHOWN = (0.5, 0.56, 0.62, 0.7)
"""The cosines that the table has columns for."""
LIBRARIES = 200
"""Random sets of taught crops, over which mistakes are averaged."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """For N crops: cosines (N, N), whether two show the same thing, whether two are other foods, the set."""

    cosines: Floats
    same: NDArray[np.bool_]
    other: NDArray[np.bool_]
    source: NDArray[np.str_]

    @classmethod
    def of(cls, space: FeatureSpace, features: Floats, crops: list[Crop]) -> Pairs:
        """The pairs of crops with features (N, D)."""
        seen = torch.from_numpy(features)
        things = np.array([f"{crop.source} {thing(crop)}" for crop in crops])
        labels = np.array([crop.label for crop in crops])
        return cls(
            space.cosines(seen, seen).numpy(),
            (things[:, None] == things) & ~np.eye(len(crops), dtype=bool),
            labels[:, None] != labels,
            np.array([crop.source for crop in crops]),
        )

    def within(self, source: str) -> Pairs:
        """The pairs within one set."""
        rows = np.flatnonzero(self.source == source)
        square = np.ix_(rows, rows)
        return Pairs(self.cosines[square], self.same[square], self.other[square], self.source[rows])


def thing(crop: Crop) -> str:
    """What a crop shows as narrowly as its set says, by the name of its file."""
    if crop.source == "ecustfd":
        return f"{re.split('[ST]', crop.path.name)[0]} {crop.label}"
    return crop.path.name.split("_")[1] if crop.source == "grocery" else crop.label


def fit(sets: Sequence[Pairs]) -> tuple[float, float]:
    """Slope and middle of the logistic function of the cosine, by Newton's method; sets count alike."""
    x = np.concatenate([part.cosines[chosen] for part in sets for chosen in (part.same, part.other)])
    counts = [(part.same.sum(), part.other.sum()) for part in sets]
    y = np.concatenate([np.repeat([1.0, 0.0], count) for count in counts])
    weights = np.concatenate([np.repeat([1 / n, OTHERS_A_SAME / m], (n, m)) for n, m in counts])
    design, line = np.stack([x, np.ones_like(x)], 1), np.zeros(2)
    for _ in range(30):
        p = 1 / (1 + np.exp(-design @ line))
        curvature = (design * (weights * p * (1 - p))[:, None]).T @ design
        line += np.linalg.solve(curvature, design.T @ (weights * (y - p)))
    return float(line[0]), float(-line[1] / line[0])


def mistaken(pairs: Pairs, taught: int, rng: np.random.Generator) -> float:
    """The share of crops called by a name of `taught` random crops of other foods."""
    near = probability(torch.from_numpy(pairs.cosines)).numpy() >= NEAR
    wrong = []
    for _ in range(LIBRARIES):
        library = rng.choice(len(near), taught, replace=False)
        apart = pairs.other[:, library].all(axis=1)
        wrong.append((near[:, library] & pairs.other[:, library]).any(axis=1)[apart].mean())
    return float(np.mean(wrong))


def print_tables(pairs: Pairs) -> None:
    """Shares of pairs by cosine, what 24 taught foods mistake, and the fitted line."""
    print("| the same thing / other foods of the set | " + " | ".join(f"{c:.2f}" for c in SHOWN) + " |")
    print("| --- |" + " --- |" * len(SHOWN))
    for source, title in TITLES.items():
        part = pairs.within(source)
        if not part.same.any():
            continue
        near = [part.cosines >= cosine for cosine in SHOWN]
        shares = [f"{n[part.same].mean():.1%} / {n[part.other].mean():.2%}" for n in near]
        print(f"| {title} | {' | '.join(shares)} |")
    rng = np.random.default_rng(0)
    counts = [n for n in (1, 5, 24) if n < len(pairs.source)]
    shares = [f"{n} taught: {mistaken(pairs, n, rng):.2%}" for n in counts]
    print(f"\nCrops of other foods called by a taught name, from all sets: {', '.join(shares)}")
    slope, middle = fit([pairs.within(source) for source in FITTED])
    print(f"fitted: SLOPE {slope:.1f}, MIDDLE {middle:.2f}")


@hydra.main(version_base=None, config_path="conf", config_name="taught")
def main(config: DictConfig) -> None:
    """Look at the held-out crops of foods, about `most` of a set, and print the tables."""
    recognizer = EmbeddedRecognizer(config.weights, config.device)
    crops = [c for c in read_crops(Path(config.data)) if c.validation and c.label != NOT_FOOD]
    kept: list[Crop] = []
    for source in TITLES:
        part = [crop for crop in crops if crop.source == source]
        kept += part[:: max(1, len(part) // config.most)]
    chunks = [kept[i : i + CHUNK] for i in range(0, len(kept), CHUNK)]
    features = torch.cat([recognizer.features([load(crop) for crop in chunk]) for chunk in chunks])
    print_tables(Pairs.of(FeatureSpace.read(Path(config.weights)), features.numpy(), kept))


if __name__ == "__main__":
    main()
