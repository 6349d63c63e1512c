"""Print the recognizer's tables: `python -m ml.evaluation.recognizer data=FOLDER`.

The tables are of every second validation crop. With `calibrate=true` the others are looked at first, by way
of the settings' `detail` and `coarser`; the temperature, the familiarity and the thresholds that fit them are
written to `config.json` with these. With `titled=FOLDER` people's photos are among the crops, and the choice
is made for them: for sources that training never saw (those with reviewed titles, if any), and for foods that
are no labels. Also draws `calibration.png` beside the weights.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import hydra
import numpy as np
import torch
from numpy.typing import NDArray
from omegaconf import DictConfig

from ml.data.crops import NO_LABEL, OTHER_DISHES, Crop, load, meal_foods, read_crops
from ml.data.titled import HELD_OUT, LEFT_OUT, REVIEWED
from ml.evaluation.calibration import Floats, expected_calibration_error, fit_familiarity, fit_temperature
from ml.evaluation.recognizer_answers import Answers, ask, consistency, outcome, outcomes
from ml.evaluation.recognizer_plot import plot
from ml.nutrition.foods import FoodTable
from ml.recognition.base import top_candidates
from ml.recognition.embedded import EmbeddedRecognizer
from ml.recognition.naming import NamingThresholds, name_crop
from ml.recognition.probabilities import Familiarity
from ml.recognition.prototypes import FeatureSpace
from ml.recognition.weights import RecognizerConfig, write_config
from ml.types import NOT_FOOD
from ml.versions.card import renew_card

TITLES = {
    "food101": "Food-101 at 64 px",
    "grocery": "grocery foods",
    "ecustfd": "ECUSTFD foods",
    "snack": "snack photos",
    HELD_OUT: "people's photos, sources trained on",
    REVIEWED: "people's photos, sources left out, titles reviewed",
    LEFT_OUT: "people's photos, sources left out, other titles",
    NO_LABEL: "people's photos, foods without a label",
    OTHER_DISHES: "people's photos, dishes without a label, others of which were learnt as such",
}
KINDS = ("right", "kin", "unknown", "dropped", "wrong")
GRID = np.arange(0.05, 0.96, 0.01)
ASKED_AT_THREE_SIZES = 300
UNLABELLED = 0.2
"""Share of foods without a label for which probabilities are to hold; our guess at photos from anywhere."""


def choose_thresholds(
    probabilities: Floats,
    truth: NDArray[np.str_],
    labels: Sequence[str],
    parents: Mapping[str, str],
    *,
    wrong: float,
    not_food: float,
) -> NamingThresholds:
    """Thresholds for probabilities (N, L), the last column "not food", whose own threshold is given.

    The lowest at which no more than `wrong` of the foods are shown under a wrong name: nine tenths of these
    are left to the varieties, the rest to parents. A true food may be no label.
    """
    food = truth != NOT_FOOD
    candidates = top_candidates(torch.from_numpy(probabilities[food]), labels)

    def wrong_at(variety: float, parent: float) -> float:
        thresholds = NamingThresholds(variety, parent, not_food)
        names = [name_crop(row, parents, thresholds).label for row in candidates]
        pairs = zip(names, truth[food], strict=True)
        return float(np.mean([outcome(name, str(true), parents) == "wrong" for name, true in pairs]))

    variety = _first(GRID, lambda t: wrong_at(t, 1.0) <= 0.9 * wrong)
    parent = _first(GRID[variety <= GRID], lambda t: wrong_at(variety, t) <= wrong)
    return NamingThresholds(variety, parent, not_food)


def _first(grid: Floats, good: Callable[[float], bool]) -> float:
    """The first threshold of the grid that is good, else the last."""
    return round(float(next((t for t in grid if good(float(t))), grid[-1])), 2)


def thinned(crops: Sequence[Crop], most: int) -> list[Crop]:
    """Evenly spread over each source and over what is food and what is not, about `most` crops or all."""
    parts: dict[tuple[str, bool], list[Crop]] = defaultdict(list)
    for crop in crops:
        parts[crop.source, crop.label == NOT_FOOD].append(crop)
    return [crop for part in parts.values() for crop in part[:: max(1, len(part) // most)]]


def print_tables(
    answers: Answers, recognizer: EmbeddedRecognizer, probabilities: Floats, parents: Mapping[str, str]
) -> None:
    """The two markdown tables: foods by set, and things that are not food by set."""
    labels = np.array(recognizer.config.labels)
    found = outcomes(probabilities, answers.truth, labels.tolist(), parents, recognizer.thresholds)
    best = np.argsort(-answers.logits, axis=1)[:, :5]
    first, sure = labels[best], np.take_along_axis(probabilities, best[:, :1], axis=1)[:, 0]
    top1, top5 = first[:, 0] == answers.truth, (first == answers.truth[:, None]).any(axis=1)
    food = answers.truth != NOT_FOOD

    print("| foods | crops | top-1 | top-5 | ECE | name shown right | kin | unknown | dropped | wrong |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    rows = [(title, food & (answers.source == source)) for source, title in TITLES.items()]
    for title, chosen in [*rows, ("all", food)]:
        if not chosen.any():
            continue
        error = expected_calibration_error(sure[chosen], top1[chosen])
        shares = " | ".join(f"{(found[chosen] == kind).mean():.1%}" for kind in KINDS)
        measures = f"{top1[chosen].mean():.1%} | {top5[chosen].mean():.1%} | {error:.3f}"
        print(f"| {title} | {chosen.sum()} | {measures} | {shares} |")

    print("\n| without food | crops | called food | of these by a name |")
    print("| --- | --- | --- | --- |")
    for source in sorted(set(answers.source[~food])):
        those = found[~food & (answers.source == source)]
        called, named = (those != "right").mean(), (those == "wrong").mean()
        print(f"| {source} | {len(those)} | {called:.1%} | {named:.1%} |")


def familiarity_of(asked: Answers, config: RecognizerConfig) -> Familiarity:
    """What foretells best whether the first food of each crop is right where `UNLABELLED` have no label."""
    food = asked.where(asked.truth != NOT_FOOD)
    scaled = torch.from_numpy(food.logits) / config.temperature
    of_foods = scaled.softmax(1).numpy()[:, :-1]
    right = np.array(config.labels)[of_foods.argmax(axis=1)] == food.truth
    energy = scaled.logsumexp(1).numpy()
    has_label = np.isin(food.truth, config.labels)
    weights = np.where(has_label, (1 - UNLABELLED) / has_label.sum(), UNLABELLED / (~has_label).sum())
    return fit_familiarity(of_foods.max(axis=1), energy, right, weights)


def calibrate(
    chosen: Answers,
    recognizer: EmbeddedRecognizer,
    folder: Path,
    parents: Mapping[str, str],
    config: DictConfig,
) -> None:
    """Choose how probabilities follow, thresholds and the prototypes' space; write all beside the weights."""
    labels = recognizer.config.labels
    known = chosen.where(np.isin(chosen.truth, labels) & (chosen.source != "unseen pictures"))
    truth = np.array([labels.index(food) for food in known.truth])
    trusted = REVIEWED if (known.source == REVIEWED).any() else LEFT_OUT
    real = known.source == trusted
    fitted = real if real.any() else np.ones(len(truth), bool)
    temperature = fit_temperature(known.logits[fitted], truth[fitted])
    asked = chosen.where(np.isin(chosen.source, [trusted, NO_LABEL])) if real.any() else known
    calibrated = replace(recognizer.config, temperature=temperature, familiarity=None)
    if NO_LABEL in asked.source:
        calibrated = replace(calibrated, familiarity=familiarity_of(asked, calibrated))
    thresholds = choose_thresholds(
        calibrated.probabilities(torch.from_numpy(asked.logits)).numpy(),
        asked.truth,
        labels,
        parents,
        wrong=config.wrong,
        not_food=config.not_food_threshold,
    )
    food = truth != len(labels) - 1
    space = map(torch.from_numpy, (known.features[food], known.logits[food], truth[food]))
    FeatureSpace.fit(*space).write(folder)
    recognizer.config = replace(calibrated, thresholds=thresholds)
    recognizer.thresholds = thresholds
    write_config(folder, recognizer.config)
    renew_card(folder, "Calibrated by ml.evaluation.recognizer.")


@hydra.main(version_base=None, config_path="conf", config_name="recognizer")
def main(config: DictConfig) -> None:
    """Calibrate if asked to, then print the tables and draw the plot."""
    folder = Path(config.weights)
    recognizer = EmbeddedRecognizer(folder, config.device)
    if config.calibrate:
        seen = {"detail": config.detail, "coarser": tuple(config.coarser)}
        recognizer.config = replace(recognizer.config, **seen)
    parents = FoodTable(config.foods).parents
    folders = (Path(path) if path else None for path in (config.not_food, config.titled))
    crops = [crop for crop in read_crops(Path(config.data), *folders) if crop.validation]
    crops = thinned(crops, config.most) if config.most else crops
    if config.unseen:
        pictures = sorted(p for p in Path(config.unseen).rglob("*") if p.suffix in {".jpg", ".png"})
        crops += [Crop("unseen pictures", NOT_FOOD, path) for path in pictures]
    answers = ask(recognizer, crops)
    chosen, shown = answers.where(slice(0, None, 2)), answers.where(slice(1, None, 2))
    if config.calibrate:
        calibrate(chosen, recognizer, folder, parents, config)
    calibrated = recognizer.config
    print(f"temperature {calibrated.temperature:.2f}, {calibrated.familiarity}, {recognizer.thresholds}\n")
    probabilities = calibrated.probabilities(torch.from_numpy(shown.logits)).numpy()
    print_tables(shown, recognizer, probabilities, parents)
    meals = recognizer.features([load(crop) for crop in meal_foods(Path(config.data))])
    other = calibrated.probabilities(recognizer.logits(meals)).numpy()[:, -1]
    dropped = (other >= recognizer.thresholds.not_food).mean()
    print(f"\n{len(other)} foods of home meals, most without a label of their own: {dropped:.1%} dropped")
    photos = [c for c in crops if c.label != NOT_FOOD and c.source in (REVIEWED, LEFT_OUT, HELD_OUT, "snack")]
    photos = photos[:: max(1, len(photos) // ASKED_AT_THREE_SIZES)]
    same = consistency(recognizer, [load(crop) for crop in photos])
    print(f"{len(photos)} photos at full size, at half and at 64 px: one first food for {same:.1%}")
    index = {label: i for i, label in enumerate(recognizer.config.labels)}
    truth = np.array([index.get(food, -1) for food in shown.truth])
    plot(probabilities, truth, recognizer.thresholds, folder / "calibration.png")


if __name__ == "__main__":
    main()
