"""From a recognizer's candidates to the one name a person is shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ml.types import NOT_FOOD, UNKNOWN_FOOD, Candidate


@dataclass(frozen=True)
class NamingThresholds:
    """The least probability at which a variety, its parent, or "not food" is said, chosen on data.

    `not_food_beside_food` takes the place of `not_food` in a photo that shows some food already: there the
    next thing that the segmenter outlines is food more often.
    """

    variety: float = 0.45
    parent: float = 0.45
    not_food: float = 0.5
    not_food_beside_food: float = 0.7

    def beside_food(self) -> NamingThresholds:
        """Those for the other things in a photo in which a food was found."""
        return replace(self, not_food=max(self.not_food, self.not_food_beside_food))


def name_crop(
    candidates: Sequence[Candidate], parents: Mapping[str, str], thresholds: NamingThresholds
) -> Candidate:
    """The name to show for a crop, with its probability.

    `candidates` are best first; `parents` maps a label to its parent ("pho" to "noodle soup", that to
    "soup"). The first of these that is sure enough wins:

    1. `NOT_FOOD`;
    2. the best food, by its own probability;
    3. the most specific parent, by the probability of itself and the candidates below it together;
    4. `UNKNOWN_FOOD`, with the probability of the best food.
    """
    probability = {c.label: c.confidence for c in candidates}
    not_food = probability.pop(NOT_FOOD, 0.0)
    if not_food >= thresholds.not_food or not probability:
        return Candidate(NOT_FOOD, not_food)

    best = max(probability, key=probability.__getitem__)
    if probability[best] >= thresholds.variety:
        return Candidate(best, probability[best])

    families: dict[str, float] = defaultdict(float)
    for label, confidence in probability.items():
        for name in lineage(label, parents):
            families[name] += confidence
    likely = [name for name, mass in families.items() if mass >= thresholds.parent]
    if likely:
        specific = max(likely, key=lambda name: (len(lineage(name, parents)), families[name]))
        return Candidate(specific, families[specific])
    return Candidate(UNKNOWN_FOOD, probability[best])


def as_food(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates of a crop that is known to be food, their probabilities on that condition."""
    foods = [candidate for candidate in candidates if candidate.label != NOT_FOOD]
    food = 1 - sum(candidate.confidence for candidate in candidates if candidate.label == NOT_FOOD)
    return [Candidate(known.label, known.confidence / food) for known in foods] if food > 0 else foods


def lineage(label: str, parents: Mapping[str, str]) -> list[str]:
    """The label, its parent, the parent's parent and so on."""
    line = [label]
    while line[-1] in parents:
        line.append(parents[line[-1]])
    return line
