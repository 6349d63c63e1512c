"""What the embedded LLaVA sees while it learns: random photos, and what may be said of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import torch
from numpy.random import Generator
from torch import Tensor

from ml.data.conversations.ask import Sight
from ml.data.conversations.plates import lay_plate
from ml.data.conversations.questions import Split
from ml.data.crops import Crop, load, read_crops
from ml.insights.llava_embedded.vision import FoodVisionModel
from ml.recognition.embedded import see
from ml.recognition.weights import read_config
from ml.training.augment import augment
from ml.training.crop_stream import sampling_weights
from ml.types import NOT_FOOD, Image

BATCH = 32


class SightMaker:
    """Draws photos of foods and looks at them by a vision tower, on `device`.

    Args:
        data: the folder of the photo sets.
        titled: the folder of people's photos (`ml/data/titled.py`), if there is one.
        recognizer: the folder of the tower's recognizer.
    """

    def __init__(
        self, data: Path, titled: Path | None, recognizer: Path, tower: FoodVisionModel, device: torch.device
    ) -> None:
        self._tower, self._device = tower, device
        config = read_config(recognizer)
        self.labels, self._thresholds = config.labels[:-1], config.thresholds
        crops = [crop for crop in read_crops(data, titled=titled) if crop.label in config.labels]
        self._photos: dict[Split, dict[str, _Photos]] = {
            "train": _by_label([crop for crop in crops if not crop.validation]),
            "held_out": _by_label([crop for crop in crops if crop.validation]),
        }

    def foods(self, split: Split) -> tuple[str, ...]:
        """The foods of which there are photos."""
        return tuple(label for label in self._photos[split] if label != NOT_FOOD)

    def make(
        self, rng: Generator, split: Split, drawn: Sequence[tuple[str, ...]]
    ) -> tuple[list[Sight], Tensor]:
        """For each tuple of foods, what to say of a random photo of them, and what the tower sees in it.

        The latter is float16 (N, places, labels).
        """
        parts = []
        for start in range(0, len(drawn), BATCH):
            views = [self._view(rng, foods, split) for foods in drawn[start : start + BATCH]]
            parts.append(self._look(views))
        seen = torch.cat(parts)
        return [self.sight(*each) for each in zip(drawn, seen, strict=True)], seen

    def _view(self, rng: Generator, foods: Sequence[str], split: Split) -> Image:
        photos = [load(self._photos[split][label].draw(rng)) for label in foods or (NOT_FOOD,)]
        return augment(lay_plate(rng, photos), rng, self._tower.config.image_size)

    @torch.inference_mode()
    def _look(self, views: Sequence[Image]) -> Tensor:
        config = self._tower.config
        looks = torch.stack(see(views, config.image_size, config.details), dim=1)
        states: Tensor = self._tower(looks.to(self._device)).last_hidden_state
        return states.half().cpu()

    def sight(self, foods: tuple[str, ...], seen: Tensor) -> Sight:
        """What to say of a photo of these foods in which the tower sees `seen`, float (places, labels).

        Foods are named that it is as sure of as the page must be: in the whole photo, or if there are several
        in some place of it, since on a plate most of them are too small for it to see. If there is none, its
        first guess is said.
        """
        whole = seen[0]
        if not foods or (len(foods) == 1 and whole[-1] >= self._thresholds.not_food):
            return Sight(())
        surest = whole if len(foods) == 1 else seen.amax(0)
        plain = [food for food in foods if surest[self.labels.index(food)] >= self._thresholds.variety]
        if plain:
            return Sight(tuple(plain))
        return Sight((self.labels[int(whole[:-1].argmax())],), is_plain=False)


class _Photos:
    """Photos of a food; those of a source with many are drawn less often each, as for the recognizer."""

    def __init__(self, crops: Sequence[Crop]) -> None:
        self._crops = crops
        not_food_share = float(crops[0].label == NOT_FOOD)
        self._weights = sampling_weights(crops, not_food_share, unknown_share=0.0)

    def draw(self, rng: Generator) -> Crop:
        return self._crops[int(rng.choice(len(self._crops), p=self._weights))]


def _by_label(crops: Sequence[Crop]) -> dict[str, _Photos]:
    of_label: dict[str, list[Crop]] = defaultdict(list)
    for crop in crops:
        of_label[crop.label].append(crop)
    return {label: _Photos(same) for label, same in sorted(of_label.items())}
