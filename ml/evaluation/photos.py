"""What the whole detector says of people's photos: `python -m ml.evaluation.photos titled=FOLDER`.

Only photos of sources that training never saw, from each of them in turn. Where several foods are found the
best name counts, since a title tells of one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import hydra
from omegaconf import DictConfig

from ml.data.photos import read_image
from ml.data.titled import REVIEWED, TitledPhoto, in_turn, read_titled
from ml.data.titles import TitleReader
from ml.detector import FoodDetector
from ml.evaluation.recognizer_answers import outcome
from ml.nutrition.foods import FoodTable
from ml.recognition.embedded import EmbeddedRecognizer
from ml.recognition.naming import lineage
from ml.segmentation.embedded import EmbeddedSegmenter
from ml.types import NOT_FOOD, UNKNOWN_FOOD

OUTCOMES = ("right", "kin", "wrong", "unknown", "nothing found")
"""From the best to the last."""


def kinds(
    photos: Sequence[TitledPhoto], labels: Sequence[str], parents: Mapping[str, str]
) -> Iterator[tuple[str, list[TitledPhoto]]]:
    """(what they show, photos): foods that are labels or varieties of one, other foods, and no food.

    First those of the first kind whose titles were found to be right.
    """
    known = {p.food for p in photos if not set(lineage(p.food, parents)).isdisjoint(labels)} - {NOT_FOOD}
    yield (
        "foods with a label, titles reviewed",
        [p for p in photos if p.food in known and p.held_out == REVIEWED],
    )
    yield "foods with a label", [p for p in photos if p.food in known]
    yield "other foods", [p for p in photos if p.food not in known | {NOT_FOOD, UNKNOWN_FOOD}]
    yield "dishes learnt as foods without a label", [p for p in photos if p.food == UNKNOWN_FOOD]
    yield "no food", [p for p in photos if p.food == NOT_FOOD]


def said(detector: FoodDetector, photo: TitledPhoto) -> str:
    """The best outcome among the foods that are found in a photo."""
    items = detector.detect(read_image(photo.path)).items
    found = {outcome(item.label, photo.food, detector.parents) for item in items}
    return next((kind for kind in OUTCOMES if kind in found), OUTCOMES[-1])


@hydra.main(version_base=None, config_path="conf", config_name="photos")
def main(config: DictConfig) -> None:
    """Print a row for each kind of photos."""
    foods = FoodTable(config.foods)
    segmenter = EmbeddedSegmenter(config.segmenter, config.device)
    recognizer = EmbeddedRecognizer(config.recognizer, config.device)
    detector = FoodDetector(segmenter, segmenter, recognizer, foods.parents)
    titled = read_titled(Path(config.titled), TitleReader(foods))
    photos = [p for p in titled if p.left_out]
    print(f"| photos of | photos | {' | '.join(OUTCOMES)} |\n{'| --- ' * (len(OUTCOMES) + 2)}|")
    for title, shown in kinds(photos, recognizer.labels, foods.parents):
        answers = Counter(said(detector, photo) for photo in in_turn(shown)[: config.most])
        shares = " | ".join(f"{answers[kind] / max(answers.total(), 1):.1%}" for kind in OUTCOMES)
        print(f"| {title} | {answers.total()} | {shares} |")


if __name__ == "__main__":
    main()
