"""Average recognizers, or segmenters: `python -m ml.training.average FOLDER… OUTPUT`.

The mean of the weights of networks fine-tuned from the same ones is often better than each of them (model
soups, Wortsman et al. 2022). `ml.evaluation.recognizer` then calibrates a recognizer.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from ml.recognition.naming import NamingThresholds
from ml.recognition.weights import build_network, read_config, write_recognizer
from ml.segmentation.food_head import FOOD_HEAD
from ml.training.network import CLASSIFIER, load_recognizer
from ml.training.segmenter_network import SegmenterWithFoodHead
from ml.versions.card import PartName, version_of, write_card

State = dict[str, Tensor]


def average(folders: Sequence[Path], output: Path, shares: Sequence[float] | None = None) -> None:
    """Write the mean of the recognizers or segmenters in `folders`, in equal or the given `shares`."""
    part: PartName = "segmenter" if (folders[-1] / FOOD_HEAD).exists() else "recognizer"
    output.mkdir(parents=True, exist_ok=True)
    write = _write_segmenter if part == "segmenter" else _write_recognizer
    measure = write(folders, output, shares or [1.0] * len(folders))
    trained_on = f"The mean of {' and '.join(map(version_of, folders))}."
    write_card(output, part, trained_on=trained_on, measured_on=f"Not yet: run {measure}.")


def _write_recognizer(folders: Sequence[Path], output: Path, shares: Sequence[float]) -> str:
    """With the labels of the last one; a label that another does not have is as the last one knows it."""
    config = read_config(folders[-1])
    network = build_network(config.architecture, len(config.labels))
    states = []
    for folder in folders:
        load_recognizer(network, folder, config.labels)
        states.append({name: value.clone() for name, value in network.state_dict().items()})
    for folder, state in zip(folders, states, strict=True):
        known = read_config(folder).labels
        unknown = [i for i, label in enumerate(config.labels) if label not in known]
        for name in CLASSIFIER:
            state[name][unknown] = states[-1][name][unknown]
    network.load_state_dict(_mean(states, shares))
    uncalibrated = replace(config, temperature=1.0, familiarity=None, thresholds=NamingThresholds())
    write_recognizer(output, uncalibrated, network)
    return "ml.evaluation.recognizer with calibrate=true"


def _write_segmenter(folders: Sequence[Path], output: Path, shares: Sequence[float]) -> str:
    networks = [SegmenterWithFoodHead.load(folder) for folder in folders]
    networks[-1].load_state_dict(_mean([network.state_dict() for network in networks], shares))
    networks[-1].save(output)
    return "ml.evaluation.segmenter"


def _mean(states: Sequence[State], shares: Sequence[float]) -> State:
    """The mean of what is a float, the last of what isn't."""
    parts = torch.tensor(shares, dtype=torch.float64)
    mean = dict(states[-1])
    for name, value in mean.items():
        if value.is_floating_point():
            stacked = torch.stack([state[name].double() for state in states], dim=-1)
            mean[name] = (stacked @ (parts / parts.sum())).to(value.dtype)
    return mean


def main() -> None:
    """Average the folders of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--shares", nargs="+", type=float, help="how much of each folder")
    average(**vars(parser.parse_args()))


if __name__ == "__main__":
    main()
