"""Teach the embedded recognizer a food by a few photos of it.

`python -m ml.training.add_food label=bagel photos=FOLDER`
"""

from __future__ import annotations

from pathlib import Path

import hydra
import numpy as np
from omegaconf import DictConfig

from ml.errors import NoonError
from ml.photo_files import photos_in, read_upright
from ml.recognition.embedded import EmbeddedRecognizer
from ml.types import Image
from ml.versions.card import renew_card


def add_food(recognizer: EmbeddedRecognizer, label: str, photos: list[Image], folder: Path) -> None:
    """Keep a prototype of the photos (HxWx3 uint8 RGB) and their mirror images with the weights in `folder`.

    Raises NoonError without photos, for a trained label, and where the weights aren't calibrated.
    """
    if not photos:
        raise NoonError("There is no photo to learn from: give a folder with a few photos.")
    if label in recognizer.config.labels:
        raise NoonError(f'"{label}" is known already: choose another name, or train with more photos.')
    if recognizer.prototypes is None:
        raise NoonError("These weights aren't calibrated: run ml.evaluation.recognizer with calibrate=true.")
    mirrored = [np.ascontiguousarray(photo[:, ::-1]) for photo in photos]
    features = recognizer.features([*photos, *mirrored])
    recognizer.prototypes.with_food(label, features).write(folder)
    renew_card(folder, f"Taught {label} by {len(photos)} photos.")


@hydra.main(version_base=None, config_path="conf", config_name="add_food")
def main(config: DictConfig) -> None:
    """Add one food."""
    photos = [read_upright(path) for path in photos_in(Path(config.photos))]
    try:
        add_food(
            EmbeddedRecognizer(config.weights, config.device), config.label, photos, Path(config.weights)
        )
    except NoonError as error:
        raise SystemExit(str(error)) from None
    print(f'Learned "{config.label}" from {len(photos)} photos.')


if __name__ == "__main__":
    main()
