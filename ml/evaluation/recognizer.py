"""Print the recognizer's tables: `python -m ml.evaluation.recognizer data=FOLDER`.

With `calibrate=true` the temperature and the thresholds are first chosen on every second validation crop
and written to `config.json`; the tables are always of the other half. Also draws `calibration.png` beside
the weights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import hydra
import numpy as np
import torch
from numpy.typing import NDArray
from omegaconf import DictConfig

from ml.data.crops import Crop, load, meal_foods, read_crops
from ml.data.drawings import draw
from ml.evaluation.calibration import Floats, expected_calibration_error, fit_temperature, softmax
from ml.evaluation.recognizer_plot import plot
from ml.nutrition.foods import FoodTable
from ml.recognition.base import top_candidates
from ml.recognition.embedded import EmbeddedRecognizer
from ml.recognition.naming import NamingThresholds, lineage, name_crop
from ml.recognition.prototypes import FeatureSpace
from ml.recognition.weights import write_config
from ml.types import NOT_FOOD, UNKNOWN_FOOD

TITLES = {
    "food101": "Food-101 at 64 px",
    "grocery": "grocery foods",
    "ecustfd": "ECUSTFD foods",
    "snack": "snack photos",
}
DRAWINGS = 400
CHUNK = 256
GRID = np.arange(0.05, 0.96, 0.01)


@dataclass(frozen=True, eq=False)
class Answers:
    """For N crops: features float32 (N, D), logits (N, L), the true label's index, the source."""

    features: Floats
    logits: Floats
    truth: NDArray[np.integer]
    source: NDArray[np.str_]

    def where(self, chosen: NDArray[np.bool_] | slice) -> Answers:
        """The chosen rows."""
        return Answers(self.features[chosen], self.logits[chosen], self.truth[chosen], self.source[chosen])


def ask(recognizer: EmbeddedRecognizer, crops: Sequence[Crop]) -> Answers:
    """The model's answers to the crops and, as the source "drawings", to drawings without food."""
    labels = recognizer.config.labels
    chunks = [crops[i : i + CHUNK] for i in range(0, len(crops), CHUNK)]
    parts = [recognizer.features([load(crop) for crop in chunk]) for chunk in chunks]
    rng = np.random.default_rng(2**32)
    parts.append(recognizer.features([draw(rng) for _ in range(DRAWINGS)]))
    features = torch.cat(parts)
    truth = [labels.index(c.label) for c in crops] + [labels.index(NOT_FOOD)] * DRAWINGS
    source = [c.source for c in crops] + ["drawings"] * DRAWINGS
    logits = recognizer.logits(features)
    return Answers(features.numpy(), logits.numpy(), np.array(truth), np.array(source))


def choose_thresholds(
    probabilities: Floats,
    truth: NDArray[np.integer],
    labels: Sequence[str],
    parents: Mapping[str, str],
    *,
    precision: float,
    not_food: float,
) -> NamingThresholds:
    """Thresholds for probabilities (N, L), L the index of "not food" last, whose own threshold is given.

    A variety and a parent are said from where `precision` of those said are right.
    """
    kept = (truth != len(labels) - 1) & (probabilities[:, -1] < not_food)
    best = probabilities[kept, :-1].argmax(axis=1)
    confidence, right = probabilities[kept, best], best == truth[kept]
    variety = _first(GRID, lambda t: right[confidence >= t], precision)

    unsure = np.flatnonzero(kept)[confidence < variety]
    candidates = top_candidates(torch.from_numpy(probabilities[unsure]), labels)

    def parents_right(threshold: float) -> NDArray[np.bool_]:
        thresholds = NamingThresholds(variety, threshold, not_food)
        names = [name_crop(row, parents, thresholds).label for row in candidates]
        pairs = zip(names, truth[unsure], strict=True)
        return np.array([name in lineage(labels[t], parents) for name, t in pairs if name != UNKNOWN_FOOD])

    parent = _first(GRID[variety <= GRID], parents_right, precision)
    return NamingThresholds(variety, parent, not_food)


def _first(grid: Floats, right_above: Callable[[float], NDArray[np.bool_]], precision: float) -> float:
    """The first threshold of the grid above which `precision` of the answers are right, else the last."""
    for threshold in grid:
        right = right_above(threshold)
        if right.size and right.mean() >= precision:
            return round(float(threshold), 2)
    return round(float(grid[-1]), 2)


def outcome(name: str, truth: str, parents: Mapping[str, str]) -> str:
    """How a shown name relates to the true label: right, parent, unknown, dropped or wrong."""
    if name == truth:
        return "right"
    if name in lineage(truth, parents):
        return "parent"
    return {UNKNOWN_FOOD: "unknown", NOT_FOOD: "dropped"}.get(name, "wrong")


def print_tables(
    answers: Answers, recognizer: EmbeddedRecognizer, probabilities: Floats, parents: Mapping[str, str]
) -> None:
    """The two markdown tables: foods by set, and things that are not food by set."""
    labels = recognizer.config.labels
    candidates = top_candidates(torch.from_numpy(probabilities), labels)
    names = [name_crop(row, parents, recognizer.thresholds).label for row in candidates]
    outcomes = np.array([outcome(n, labels[t], parents) for n, t in zip(names, answers.truth, strict=True)])
    order = np.argsort(-probabilities, axis=1)
    top1, top5 = order[:, 0] == answers.truth, (order[:, :5] == answers.truth[:, None]).any(axis=1)
    food = answers.truth != len(labels) - 1

    print("| foods | crops | top-1 | top-5 | ECE | name shown right | parent | unknown | dropped | wrong |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    rows = [(title, food & (answers.source == source)) for source, title in TITLES.items()]
    for title, chosen in [*rows, ("all", food)]:
        error = expected_calibration_error(probabilities.max(axis=1)[chosen], top1[chosen])
        kinds = ("right", "parent", "unknown", "dropped", "wrong")
        shares = " | ".join(f"{(outcomes[chosen] == kind).mean():.1%}" for kind in kinds)
        measures = f"{top1[chosen].mean():.1%} | {top5[chosen].mean():.1%} | {error:.3f}"
        print(f"| {title} | {chosen.sum()} | {measures} | {shares} |")

    print("\n| without food | crops | called food | of these by a name |")
    print("| --- | --- | --- | --- |")
    sources = sorted(set(answers.source[~food]))
    for source in sources:
        found = outcomes[~food & (answers.source == source)]
        called, named = (found != "right").mean(), (found == "wrong").mean()
        print(f"| {source} | {len(found)} | {called:.1%} | {named:.1%} |")


@hydra.main(version_base=None, config_path="conf", config_name="recognizer")
def main(config: DictConfig) -> None:
    """Calibrate if asked to, then print the tables and draw the plot."""
    folder = Path(config.weights)
    recognizer = EmbeddedRecognizer(folder, config.device)
    parents = FoodTable(config.foods).parents
    crops = read_crops(Path(config.data), Path(config.not_food) if config.not_food else None)
    crops = [c for c in crops if c.validation]
    if config.unseen:
        pictures = sorted(p for p in Path(config.unseen).rglob("*") if p.suffix in {".jpg", ".png"})
        crops += [Crop("unseen pictures", NOT_FOOD, path) for path in pictures]
    answers = ask(recognizer, crops)
    chosen, shown = answers.where(slice(0, None, 2)), answers.where(slice(1, None, 2))
    if config.calibrate:
        known = chosen.where(chosen.source != "unseen pictures")
        temperature = fit_temperature(known.logits, known.truth)
        probabilities = softmax(known.logits, temperature)
        labels = recognizer.config.labels
        thresholds = choose_thresholds(
            probabilities,
            known.truth,
            labels,
            parents,
            precision=config.precision,
            not_food=config.not_food_threshold,
        )
        food = known.where(known.truth != len(labels) - 1)
        FeatureSpace.fit(*map(torch.from_numpy, (food.features, food.logits, food.truth))).write(folder)
        recognizer.config = replace(recognizer.config, temperature=temperature, thresholds=thresholds)
        recognizer.thresholds = thresholds
        write_config(folder, recognizer.config)
    print(f"temperature {recognizer.config.temperature:.2f}, {recognizer.thresholds}\n")
    probabilities = softmax(shown.logits, recognizer.config.temperature)
    print_tables(shown, recognizer, probabilities, parents)
    meals = recognizer.features([load(crop) for crop in meal_foods(Path(config.data))])
    other = softmax(recognizer.logits(meals).numpy(), recognizer.config.temperature)[:, -1]
    dropped = (other >= recognizer.thresholds.not_food).mean()
    print(f"\n{len(other)} foods of home meals, most without a label of their own: {dropped:.1%} dropped")
    plot(probabilities, shown.truth, recognizer.thresholds, folder / "calibration.png")


if __name__ == "__main__":
    main()
