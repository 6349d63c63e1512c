"""A tiny training, to be run by torchrun in two processes: `torchrun --nproc_per_node 2 FILE FOLDER`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import torch
from omegaconf import OmegaConf
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from ml.training.loop import Stage, Training, Validation
from ml.versions.card import PartName

RATE, STEPS = 0.1, 3


def network() -> nn.Linear:
    """What learns, the same in every process."""
    torch.manual_seed(0)
    return nn.Linear(4, 2)


def examples(step: int, process: int) -> Tensor:
    """What a process sees in a step, (8, 4)."""
    return torch.randn(8, 4, generator=torch.Generator().manual_seed(100 * step + process))


class TinyTraining(Training):
    """Learns to give zeros."""

    part: PartName = "recognizer"
    max_norm = 1e9

    def __init__(self, output: Path) -> None:
        settings = {"device": "cpu", "resume": True, "threads": 1, "seed": 0, "evaluate_every": 1}
        super().__init__(OmegaConf.create({"output": str(output), "warm_up": 0.1, "patience": 4, **settings}))
        learner = network()
        average = AveragedModel(learner)
        self.prepare(learner, torch.optim.SGD(learner.parameters(), lr=RATE), average)

    def stages(self) -> Sequence[Stage]:
        """One, which its patience ends."""
        return [Stage(60, [RATE])]

    def batch(self, share: float) -> Sequence[Tensor]:
        """This process's examples."""
        return [examples(self.state.iteration, self.accelerator.process_index)]

    def loss(self, *batch: Tensor) -> Tensor:
        """The mean square of the outputs."""
        return self.learner(batch[0]).square().mean()

    def validate(self) -> Validation:
        """Worse each time."""
        return Validation(-self.state.iteration, {"worse_by": self.state.iteration})

    def export(self) -> None:
        """Nothing beside the card."""


def main(output: Path) -> None:
    """Make some steps, then a run; write the weights that each process has after both."""
    training = TinyTraining(output)
    for step in range(STEPS):
        training.step(examples(step, training.accelerator.process_index))
    stepped = {name: value.clone() for name, value in training.learner.module.state_dict().items()}
    training.run()
    weights = {"stepped": stepped, "ran": training.learner.module.state_dict()}
    weights["average"] = training.average.module.state_dict()
    torch.save(weights, output / f"process-{training.accelerator.process_index}.pt")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
