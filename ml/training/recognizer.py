"""Fine-tune the embedded recognizer: `python -m ml.training.recognizer data=FOLDER output=FOLDER`.

The output folder gets `log.csv` and `log.png`, `last.pt` to resume from, and the best averaged weights as
`EmbeddedRecognizer` loads them; `ml.evaluation.recognizer` then calibrates these.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from pathlib import Path

import hydra
import numpy as np
import torch
from omegaconf import DictConfig
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import DataLoader
from torchvision.transforms import v2

from ml.data.crops import Crop, labels, load, read_crops
from ml.device import pick_device
from ml.recognition.crops import squeeze
from ml.recognition.embedded import to_input
from ml.recognition.weights import build_network, write_recognizer
from ml.training.checkpoint import Progress, load_checkpoint, save_checkpoint
from ml.training.crop_stream import CropStream
from ml.training.log import TrainingLog
from ml.training.network import freeze, load_imagenet, load_recognizer

VALIDATION_BATCH = 64


def learning_rate(progress: float, warm_up: float) -> float:
    """Share of the peak rate at `progress` 0..1: a linear rise, then half a cosine to 0."""
    if progress < warm_up:
        return progress / warm_up
    return 0.5 * (1 + math.cos(math.pi * min(1.0, (progress - warm_up) / (1 - warm_up))))


def size_at(progress: float, phases: Sequence[DictConfig]) -> int:
    """Input size in pixels of the phase that `progress` 0..1 lies in."""
    ends = np.cumsum([phase.share for phase in phases])
    phase = min(int(np.searchsorted(ends, progress, side="right")), len(phases) - 1)
    return int(phases[phase].size)


@torch.inference_mode()
def validate(
    network: nn.Module, crops: Sequence[Crop], size: int, device: torch.device
) -> tuple[float, float]:
    """(cross-entropy, top-1 accuracy) of a network in evaluation mode."""
    loss, hits = 0.0, 0
    for start in range(0, len(crops), VALIDATION_BATCH):
        part = crops[start : start + VALIDATION_BATCH]
        x = to_input([squeeze(load(crop), size) for crop in part]).to(device)
        y = torch.tensor([labels().index(crop.label) for crop in part], device=device)
        logits = network(x)
        loss += nn.functional.cross_entropy(logits, y, reduction="sum").item()
        hits += int((logits.argmax(1) == y).sum())
    return loss / len(crops), hits / len(crops)


class RecognizerTraining:
    """One run: the network, its moving average, the optimizer and the crops."""

    def __init__(self, config: DictConfig) -> None:
        torch.manual_seed(config.seed)
        torch.set_num_threads(config.threads)
        self.config, self.output = config, Path(config.output)
        self.device = pick_device(config.device)
        folders = (Path(folder) if folder else None for folder in (config.not_food, config.titled))
        crops = read_crops(Path(config.data), *folders)
        self.crops = [c for c in crops if not c.validation]
        held_out = [c for c in crops if c.validation]
        self.held_out = held_out[:: max(1, len(held_out) // config.validation_photos)]

        network = build_network(config.architecture, len(labels()), drop_rate=config.drop_rate)
        if config.start:
            load_recognizer(network, Path(config.start), labels())
        else:
            load_imagenet(network)
        self.network = network.to(self.device, memory_format=torch.channels_last)
        mean = get_ema_multi_avg_fn(config.ema_decay)
        self.average = AveragedModel(network, multi_avg_fn=mean, use_buffers=True).eval()
        self.frozen = freeze(network, config.frozen_blocks)
        self.mix = v2.RandomApply([v2.CutMix(num_classes=len(labels()))], config.cutmix)

        learning = {n: p for n, p in network.named_parameters() if p.requires_grad}
        head = [p for n, p in learning.items() if n.startswith("classifier")]
        body = [p for n, p in learning.items() if not n.startswith("classifier")]
        self.optimizer = torch.optim.AdamW(
            [{"params": body, "peak": config.body_rate}, {"params": head, "peak": config.head_rate}],
            weight_decay=config.weight_decay,
        )
        self.log = TrainingLog(self.output)
        self.last = self.output / "last.pt"
        self.parts = {"network": network, "average": self.average, "optimizer": self.optimizer}
        resumes = config.resume and self.last.exists()
        self.progress = load_checkpoint(self.last, self.parts) if resumes else Progress(best=math.inf)

    def run(self) -> None:
        """Train until the minutes are over or the validation loss stops falling."""
        config, now = self.config, self.progress
        budget = 60 * config.minutes
        size, losses = 0, []
        while now.seconds < budget and now.waited < config.patience:
            started = time.monotonic()
            if size != (size := size_at(now.seconds / budget, config.phases)):
                batches = iter(self._batches(size))
            share = learning_rate(now.seconds / budget, config.warm_up)
            images, targets = next(batches)
            losses.append(self.step(images, targets, share))
            now.iteration += 1
            now.seconds += time.monotonic() - started
            if now.iteration % config.evaluate_every == 0 or now.seconds >= budget:
                self.evaluate(size=size, loss=float(np.mean(losses)))
                losses.clear()

    def _batches(self, size: int) -> DataLoader[tuple[Tensor, Tensor]]:
        """Batches of uint8 (N, size, size, 3) images and label indices."""
        seed = (self.config.seed, self.progress.iteration)
        share = self.config.not_food_share
        stream = CropStream(self.crops, labels(), size=size, seed=seed, not_food_share=share)
        return DataLoader(stream, self.config.batch_size, num_workers=self.config.workers)

    def step(self, images: Tensor, targets: Tensor, rate_share: float) -> float:
        """One update at a share of the peak learning rates; returns the loss.

        `images` are uint8 (N, S, S, 3) RGB, `targets` int64 (N,) indices of `labels()`.
        """
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * rate_share
        self.network.train()
        for module in self.frozen:
            module.eval()
        x, y = self.mix(to_input(images.numpy()).to(self.device), targets.to(self.device))
        logits = self.network(x)
        loss = nn.functional.cross_entropy(logits, y, label_smoothing=self.config.label_smoothing)
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 2.0)
        self.optimizer.step()
        self.average.update_parameters(self.network)
        return loss.item()

    def evaluate(self, **columns: float) -> None:
        """Validate the averaged weights, keep them if they are the best so far, and save the run's state."""
        config, now = self.config, self.progress
        size = config.phases[-1].size
        loss, top1 = validate(self.average.module, self.held_out, size, self.device)
        minutes = round(now.seconds / 60, 2)
        columns |= {"validation_loss": loss, "validation_top1": top1}
        self.log.write(iteration=now.iteration, minutes=minutes, **columns)
        now.waited += 1
        if loss < now.best:
            now.best, now.waited = loss, 0
            write_recognizer(self.output, config.architecture, size, labels(), self.average.module)
        save_checkpoint(self.last, self.parts, now)


@hydra.main(version_base=None, config_path="conf", config_name="recognizer")
def main(config: DictConfig) -> None:
    """Train as `conf/recognizer.yaml` and the command line say."""
    RecognizerTraining(config).run()


if __name__ == "__main__":
    main()
