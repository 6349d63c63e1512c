"""Average recognizers that went on from each other: `python -m ml.training.average FOLDER… OUTPUT`.

The mean of the weights of networks fine-tuned from the same ones names more than each of them (model soups,
Wortsman et al. 2022). `ml.evaluation.recognizer` then calibrates it.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch

from ml.recognition.naming import NamingThresholds
from ml.recognition.weights import build_network, read_config, write_recognizer
from ml.training.network import CLASSIFIER, load_recognizer
from ml.versions.card import version_of, write_card


def average(folders: Sequence[Path], output: Path, shares: Sequence[float] | None = None) -> None:
    """Write the mean of recognizers, in equal or the given `shares`, with the labels of the last one.

    A label that another does not have is as the last one knows it.
    """
    config = read_config(folders[-1])
    network = build_network(config.architecture, len(config.labels))
    parts = torch.tensor(shares or [1.0] * len(folders), dtype=torch.float64)
    states = []
    for folder in folders:
        load_recognizer(network, folder, config.labels)
        states.append({name: value.clone() for name, value in network.state_dict().items()})
    for folder, state in zip(folders, states, strict=True):
        known = read_config(folder).labels
        unknown = [i for i, label in enumerate(config.labels) if label not in known]
        for name in CLASSIFIER:
            state[name][unknown] = states[-1][name][unknown]
    for name, value in states[-1].items():
        if value.is_floating_point():
            stacked = torch.stack([state[name].double() for state in states], dim=-1)
            states[-1][name] = (stacked @ (parts / parts.sum())).to(value.dtype)
    network.load_state_dict(states[-1])
    output.mkdir(parents=True, exist_ok=True)
    uncalibrated = replace(config, temperature=1.0, familiarity=None, thresholds=NamingThresholds())
    write_recognizer(output, uncalibrated, network)
    write_card(
        output,
        "recognizer",
        trained_on=f"The mean of {' and '.join(map(version_of, folders))}.",
        measured_on="Not yet: run ml.evaluation.recognizer with calibrate=true.",
    )


def main() -> None:
    """Average the folders of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--shares", nargs="+", type=float, help="how much of each folder")
    average(**vars(parser.parse_args()))


if __name__ == "__main__":
    main()
