"""The loop that all models train in: one schedule, log, checkpoint and way to resume.

`accelerate launch` spreads it over several GPUs or machines, `torchrun` over processes that have none:

    accelerate launch --multi_gpu -m ml.training.segmenter data=FOLDER output=FOLDER
    torchrun --nproc_per_node 2 -m ml.training.segmenter device=cpu data=FOLDER output=FOLDER

The output folder gets `log.csv` and `log.png`, and a folder `checkpoint-ITERATION` to resume from. What is
exported is a version with a card, which `noon models add` installs, and a server whose `NOON_WATCH` names the
output folder takes up by itself.
"""

from __future__ import annotations

import math
import shutil
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import torch
from accelerate import Accelerator
from accelerate.utils import DistributedDataParallelKwargs, broadcast_object_list, set_seed
from omegaconf import DictConfig
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR
from torch.optim.swa_utils import AveragedModel

from ml.training.log import TrainingLog
from ml.versions.card import PartName, version_of, write_card


def learning_rate(share: float, warm_up: float, floor: float = 0.0) -> float:
    """Part of the peak rate at a `share` 0..1 of the time: a linear rise, then half a cosine to `floor`."""
    if share < warm_up:
        return share / warm_up
    return floor + (1 - floor) / 2 * (1 + math.cos(math.pi * min(1.0, (share - warm_up) / (1 - warm_up))))


class Stage(NamedTuple):
    """Part of a run: it ends when its minutes are over or the score stops rising."""

    minutes: float
    rates: Sequence[float]
    """The peak learning rate of each of the optimizer's groups."""


class Validation(NamedTuple):
    """How good the model is now."""

    score: float
    """The higher, the better."""
    measures: dict[str, float]
    """What the log gets."""


@dataclass
class TrainingState:
    """How far a run has come: `seconds` of training; `best` score and evaluations `waited`, in this stage."""

    stage: int = 0
    iteration: int = 0
    seconds: float = 0.0
    best: float = -math.inf
    waited: int = 0

    def state_dict(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)

    def load_state_dict(self, values: dict[str, Any]) -> None:
        """Take the values that `state_dict` gave."""
        self.__dict__.update(values)


class Training(ABC):
    """A run, which a subclass gives a model, batches, a loss, a validation and what to write.

    `config` has `output`, `device`, `resume`, `threads`, `seed`, `warm_up` (share of a stage),
    `evaluate_every` (iterations) and `patience` (evaluations without a better score). In a run of several
    processes each has data of its own, and all have the same weights; the first validates and writes.
    """

    floor = 0.0
    """Where the learning rate ends, as part of its peak."""
    max_norm = 1.0
    """Gradients are clipped to this norm."""

    part: PartName
    """Which part's weights it makes."""
    needs = "Nothing beside Noon."
    """What these need, for their card."""
    learner: nn.Module
    optimizer: torch.optim.Optimizer

    def __init__(self, config: DictConfig) -> None:
        torch.set_num_threads(config.threads)
        set_seed(config.seed)
        self.config, self.output = config, Path(config.output)
        unused = DistributedDataParallelKwargs(find_unused_parameters=True)
        self.accelerator = Accelerator(cpu=config.device == "cpu", kwargs_handlers=[unused])
        self.device: torch.device = self.accelerator.device
        self.log = TrainingLog(self.output)
        self.state = TrainingState()
        self.average: AveragedModel | None = None

    @abstractmethod
    def stages(self) -> Sequence[Stage]:
        """What follows upon what."""

    def start_stage(self) -> None:  # noqa: B027 - most runs have one stage
        """Set up the stage `state.stage`."""

    @abstractmethod
    def batch(self, share: float) -> Sequence[Any]:
        """The arguments of the next `loss`, at a `share` 0..1 of the stage."""

    @abstractmethod
    def loss(self, *batch: Any) -> Tensor:
        """The loss of a batch, by way of `learner`."""

    @abstractmethod
    def validate(self) -> Validation:
        """How good the model is."""

    @abstractmethod
    def export(self) -> None:
        """Write the weights as the app loads them, to the folder `weights`."""

    @property
    def weights(self) -> Path:
        """Where the weights go."""
        return self.output

    def prepare(
        self, learner: nn.Module, optimizer: torch.optim.Optimizer, average: AveragedModel | None = None
    ) -> None:
        """Take the module that learns and its moving average; resume an earlier run or clear it away."""
        self.learner, self.optimizer = self.accelerator.prepare(learner, optimizer)
        self.average = average
        self.accelerator.register_for_checkpointing(self.state, *([average] if average else []))
        checkpoints = sorted(self.output.glob("checkpoint-*"))
        if self.config.resume and checkpoints:
            self.accelerator.load_state(str(checkpoints[-1]))
        elif self.accelerator.is_main_process:
            self.log.path.unlink(missing_ok=True)
            for folder in checkpoints:
                shutil.rmtree(folder)

    def data_seed(self) -> list[int]:
        """What the random data of this process start from: others in each process and each resumed run."""
        return [self.config.seed, self.state.iteration, self.accelerator.process_index]

    def run(self) -> None:
        """Go through the stages that are left."""
        start = 0.0
        for number, stage in enumerate(self.stages()):
            end = start + 60 * stage.minutes
            if number > self.state.stage:
                self.state.stage, self.state.seconds = number, start
                self.state.best, self.state.waited = -math.inf, 0
            if number == self.state.stage:
                self._run_stage(stage, start, end)
            start = end

    def step(self, *batch: Any) -> float:
        """One update at the rates that the optimizer holds; returns the loss."""
        loss = self.loss(*batch)
        self.optimizer.zero_grad()
        self.accelerator.backward(loss)
        self.accelerator.clip_grad_norm_(self.learner.parameters(), self.max_norm)
        self.optimizer.step()
        if self.average:
            self.average.update_parameters(self.accelerator.unwrap_model(self.learner))
        return float(loss.detach())

    def _run_stage(self, stage: Stage, start: float, end: float) -> None:
        config, state = self.config, self.state
        share = (state.seconds - start) / (end - start)
        for group, peak in zip(self.optimizer.param_groups, stage.rates, strict=True):
            group["lr"] = group["initial_lr"] = peak
        self.start_stage()
        scheduler = LambdaLR(self.optimizer, lambda _: learning_rate(share, config.warm_up, self.floor))
        losses: list[float] = []
        while state.seconds < end and state.waited < config.patience:
            started = time.monotonic()
            losses.append(self.step(*self.batch(share)))
            state.iteration += 1
            state.seconds += self._mean(time.monotonic() - started)
            share = (state.seconds - start) / (end - start)
            scheduler.step()
            if state.iteration % config.evaluate_every == 0 or state.seconds >= end:
                self._evaluate(self._mean(sum(losses) / len(losses)))
                losses.clear()

    def _mean(self, value: float) -> float:
        """The mean over all processes."""
        tensor = torch.tensor(value, dtype=torch.float32, device=self.device)
        return float(self.accelerator.reduce(tensor, "mean"))

    def _evaluate(self, loss: float) -> None:
        """Validate, log, keep the weights if they are the stage's best so far, and save the run's state."""
        state, first = self.state, self.accelerator.is_main_process
        [validation] = broadcast_object_list([self.validate() if first else None])
        score, measures = validation
        state.waited = 0 if score > state.best else state.waited + 1
        if first:
            self.log.write(
                iteration=state.iteration,
                minutes=round(state.seconds / 60, 2),
                stage=state.stage + 1,
                loss=loss,
                **measures,
            )
            if score > state.best:
                self.export()
                self._describe(measures)
        state.best = max(state.best, score)
        self._save()

    def _describe(self, measures: Mapping[str, float]) -> None:
        """Make what was exported a version."""
        config, state = self.config, self.state
        before = f" after {version_of(Path(config.start))}" if config.get("start") else ""
        trained_on = f"{state.seconds / 60:.0f} minutes, {state.iteration} iterations{before}."
        measured_on = ", ".join(f"{name} {value:.4g}" for name, value in measures.items())
        write_card(self.weights, self.part, trained_on=trained_on, measured_on=measured_on, needs=self.needs)

    def _save(self) -> None:
        """Write all that a run needs to go on; an interruption leaves the previous checkpoint whole."""
        unfinished = self.output / "unfinished"
        self.accelerator.save_state(str(unfinished))
        self.accelerator.wait_for_everyone()
        if self.accelerator.is_main_process:
            earlier = list(self.output.glob("checkpoint-*"))
            unfinished.rename(self.output / f"checkpoint-{self.state.iteration:08}")
            for folder in earlier:
                shutil.rmtree(folder)
        self.accelerator.wait_for_everyone()
