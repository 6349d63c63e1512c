"""Print which foods of a photo look alike to the recognizer: `python -m ml.evaluation.alike outlines=FOLDER`.

Of photos with outlines (`ml/data/outlines.py`) `alike.csv` beside this file says what each outline shows, in
the order of the labels, "-" where that was not clear. Outlines of one food should look alike, others not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import hydra
import numpy as np
from numpy.typing import NDArray
from omegaconf import DictConfig

from ml.data.outlines import read_outlines
from ml.data.photos import read_image, read_levels
from ml.data.tables import read_rows
from ml.recognition.alike import looks
from ml.recognition.crops import cut, with_margin
from ml.recognition.embedded import EmbeddedRecognizer
from ml.recognition.prototypes import FeatureSpace
from ml.segmentation.masks import mask_to_box

COSINES = (0.3, 0.4, 0.45, 0.5, 0.55, 0.6)


@dataclass(frozen=True, eq=False)
class Plate:
    """The names of N foods of one photo, and their features, float32 (N, D)."""

    names: tuple[str, ...]
    features: NDArray[np.float32]

    def joined(self, space: FeatureSpace, least: float) -> tuple[list[bool], list[bool]]:
        """For each pair of one food, and for each of two, whether they share a look from this cosine on."""
        pairs = list(combinations(zip(self.names, looks(space, self.features, least), strict=True), 2))
        same = [one[1] == other[1] for one, other in pairs if one[0] == other[0]]
        return same, [one[1] == other[1] for one, other in pairs if one[0] != other[0]]


def read_plates(outlines: Path, recognizer: EmbeddedRecognizer) -> Iterator[Plate]:
    """The foods of each photo in a folder of which it is known what the outlines show."""
    rows = read_rows(Path(__file__).with_suffix(".csv"))
    shown = {(row["source"], row["photo"]): row["foods"].split() for row in rows}
    for photo in (photo for part in read_outlines(outlines) for photo in part):
        if names := shown.get((photo.group, photo.image.name)):
            image, levels = read_image(photo.image), read_levels(photo.foods)
            known = {k: name for k, name in enumerate(names, 1) if name != "-"}
            crops = [cut(image, with_margin(mask_to_box(levels == k))) for k in known]
            yield Plate(tuple(known.values()), recognizer.features(crops).numpy())


@hydra.main(version_base=None, config_path="conf", config_name="alike")
def main(config: DictConfig) -> None:
    """Print a row for each least cosine."""
    recognizer = EmbeddedRecognizer(config.weights, config.device)
    space = FeatureSpace.read(Path(config.weights))
    plates = list(read_plates(Path(config.outlines), recognizer))
    print(f"{len(plates)} photos, {sum(len(plate.names) for plate in plates)} foods\n")
    print("| cosine | pairs of one food with one look | pairs of two foods | photos with such a pair |")
    print("| --- | --- | --- | --- |")
    for least in COSINES:
        found = [plate.joined(space, least) for plate in plates]
        same, other = (np.concatenate(part) for part in zip(*found, strict=True))
        shares = " | ".join(f"{pairs.mean():.1%} of {len(pairs)}" for pairs in (same, other))
        print(f"| {least:.2f} | {shares} | {sum(any(wrong) for _, wrong in found)} |")


if __name__ == "__main__":
    main()
