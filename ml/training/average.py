"""Average recognizers that went on from each other: `python -m ml.training.average FOLDER… OUTPUT`.

The mean of the weights of networks fine-tuned from the same ones names more than each of them (model soups,
Wortsman et al. 2022). `ml.evaluation.recognizer` then calibrates it.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from torch.optim.swa_utils import AveragedModel

from ml.recognition.weights import build_network, read_config, read_weights, write_recognizer


def average(folders: Sequence[Path], output: Path) -> None:
    """Write the mean of recognizers with the same labels. Raises ValueError if these differ."""
    config = read_config(folders[0])
    network = build_network(config.architecture, len(config.labels))
    mean = AveragedModel(network, use_buffers=True)
    for folder in folders:
        if read_config(folder).labels != config.labels:
            raise ValueError(f"{folder} has other labels than {folders[0]}.")
        network.load_state_dict(read_weights(folder))
        mean.update_parameters(network)
    output.mkdir(parents=True, exist_ok=True)
    write_recognizer(output, config.architecture, config.input_size, config.labels, mean.module)


def main() -> None:
    """Average the folders of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("output", type=Path)
    average(**vars(parser.parse_args()))


if __name__ == "__main__":
    main()
