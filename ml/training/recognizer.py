"""Fine-tune the embedded recognizer: `python -m ml.training.recognizer data=FOLDER output=FOLDER`.

The output folder gets the best averaged weights as `EmbeddedRecognizer` loads them, beside what
`ml.training.loop` writes; `ml.evaluation.recognizer` then calibrates these.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import hydra
import numpy as np
import PIL.Image
import torch
from omegaconf import DictConfig
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import DataLoader
from torchvision.transforms import v2

from ml.data.corrections import read_corrections
from ml.data.crops import Crop, labels, load, read_crops
from ml.data.examples.meals import random_meal
from ml.data.titled import LEFT_OUT, REVIEWED
from ml.recognition.crops import cut, squeeze, with_margin
from ml.recognition.embedded import to_input
from ml.recognition.weights import RecognizerConfig, build_network, write_recognizer
from ml.segmentation.masks import mask_to_box
from ml.training.crop_stream import CropStream
from ml.training.loop import Stage, Training, Validation
from ml.training.network import freeze, load_imagenet, load_recognizer

VALIDATION_BATCH = 64


def size_at(share: float, phases: Sequence[DictConfig]) -> int:
    """Input size in pixels of the phase that a `share` 0..1 of the minutes lies in."""
    ends = np.cumsum([phase.share for phase in phases])
    phase = min(int(np.searchsorted(ends, share, side="right")), len(phases) - 1)
    return int(phases[phase].size)


def label_shares(targets: Tensor, labels: int) -> Tensor:
    """Shares (N, `labels`), the last of them "not food", to learn from indices or shares (N, `labels` + 1).

    What the last index has, a food without a label, is spread over the foods alike, so that a network grows
    unsure of such foods (outlier exposure; Hendrycks et al. 2019, arXiv:1812.04606).
    """
    if targets.ndim == 1:
        targets = nn.functional.one_hot(targets, labels + 1).float()
    shares = targets[:, :labels].clone()
    shares[:, :-1] += targets[:, labels:] / (labels - 1)
    return shares


@torch.inference_mode()
def validate(
    network: nn.Module, crops: Sequence[Crop], size: int, detail: int | None, device: torch.device
) -> tuple[float, float]:
    """(cross-entropy, top-1 accuracy) of a network in evaluation mode."""
    loss, hits = 0.0, 0
    for start in range(0, len(crops), VALIDATION_BATCH):
        part = crops[start : start + VALIDATION_BATCH]
        x = to_input([squeeze(load(crop), size, detail) for crop in part]).to(device)
        y = torch.tensor([labels().index(crop.label) for crop in part], device=device)
        logits = network(x)
        loss += nn.functional.cross_entropy(logits, y, reduction="sum").item()
        hits += int((logits.argmax(1) == y).sum())
    return loss / len(crops), hits / len(crops)


def rendered_crops(meals: int, folder: Path, seed: int) -> list[Crop]:
    """The foods of our own rendered meals, as crops in `folder`."""
    cv2.setNumThreads(1)  # its pool of threads would not outlive the fork of the loader's workers
    folder.mkdir(parents=True, exist_ok=True)
    crops = []
    rng = np.random.default_rng(seed)
    for number in range(meals):
        meal = random_meal(rng)
        for i, (label, mask) in enumerate(meal.foods):
            path = folder / f"{number}-{i}.png"
            PIL.Image.fromarray(cut(meal.image, with_margin(mask_to_box(mask)))).save(path)
            crops.append(Crop("rendered", label, path))
    return crops


class RecognizerTraining(Training):
    """One run: the network, its moving average and the crops."""

    part = "recognizer"
    max_norm = 2.0

    def __init__(self, config: DictConfig) -> None:
        super().__init__(config)
        folders = (Path(folder) if folder else None for folder in (config.not_food, config.titled))
        crops = read_crops(Path(config.data), *folders)
        crops += read_corrections(Path(config.corrections)) if config.corrections else []
        self.crops = [c for c in crops if not c.validation]
        rendered = self.output / f"rendered-{self.accelerator.process_index}"  # each process draws its own
        self.crops += rendered_crops(config.meals, rendered, config.seed)
        held_out = [c for c in crops if c.validation and c.label in labels()]
        held_out = [c for c in held_out if c.source in (LEFT_OUT, REVIEWED)] or held_out
        self.held_out = held_out[:: max(1, len(held_out) // config.validation_photos)]

        network = build_network(config.architecture, len(labels()), drop_rate=config.drop_rate)
        if config.start:
            load_recognizer(network, Path(config.start), labels())
            if config.imagenet_share:
                load_imagenet(network, config.imagenet_share)
        else:
            load_imagenet(network)
        self.network = network.to(self.device, memory_format=torch.channels_last)
        mean = get_ema_multi_avg_fn(config.ema_decay)
        average = AveragedModel(network, multi_avg_fn=mean, use_buffers=True).eval()
        self.frozen = freeze(network, config.frozen_blocks)
        self.mix = v2.RandomApply([v2.CutMix(num_classes=len(labels()) + 1)], config.cutmix)

        learning = {n: p for n, p in network.named_parameters() if p.requires_grad}
        head = [p for n, p in learning.items() if n.startswith("classifier")]
        body = [p for n, p in learning.items() if not n.startswith("classifier")]
        groups = [{"params": body}, {"params": head}]
        self.prepare(network, torch.optim.AdamW(groups, weight_decay=config.weight_decay), average)
        self.averaged: nn.Module = average.module
        if config.compile:
            network.compile(dynamic=False)  # each input size for itself, which is quicker
        self.size = 0
        self.batches: Iterator[tuple[Tensor, Tensor]] = iter(())

    def stages(self) -> Sequence[Stage]:
        """One; its phases are those of the input size."""
        return [Stage(self.config.minutes, (self.config.body_rate, self.config.head_rate))]

    def batch(self, share: float) -> Sequence[Tensor]:
        """Images and label indices at the size of the phase."""
        if self.size != (size := size_at(share, self.config.phases)):
            self.size, self.batches = size, iter(self._batches(size))
        return next(self.batches)

    def _batches(self, size: int) -> DataLoader[tuple[Tensor, Tensor]]:
        """Batches of uint8 (N, size, size, 3) images and label indices."""
        stream = CropStream(
            self.crops,
            labels(),
            size=size,
            seed=self.data_seed(),
            detail=self.config.detail,
            not_food_share=self.config.not_food_share,
            unknown_share=self.config.unknown_share,
        )
        return DataLoader(stream, self.config.batch_size, num_workers=self.config.workers)

    def loss(self, *batch: Tensor) -> Tensor:
        """Cross-entropy of images, uint8 (N, S, S, 3) RGB, and targets, int64 (N,) as of `CropStream`."""
        images, targets = batch
        self.network.train()
        for module in self.frozen:
            module.eval()
        x, y = self.mix(to_input(images.numpy()).to(self.device), targets.to(self.device))
        logits = self.learner(x)
        shares = label_shares(y, logits.shape[1])
        return nn.functional.cross_entropy(logits, shares, label_smoothing=self.config.label_smoothing)

    def validate(self) -> Validation:
        """The averaged network on photos held out (of sources left out, if any), at the last phase's size."""
        size, detail = self.config.phases[-1].size, self.config.detail
        loss, top1 = validate(self.averaged, self.held_out, size, detail, self.device)
        return Validation(-loss, {"size": self.size, "validation_loss": loss, "validation_top1": top1})

    def export(self) -> None:
        """The averaged weights."""
        config = self.config
        described = RecognizerConfig(config.architecture, config.phases[-1].size, labels(), config.detail)
        write_recognizer(self.output, described, self.averaged)


@hydra.main(version_base=None, config_path="conf", config_name="recognizer")
def main(config: DictConfig) -> None:
    """Train as `conf/recognizer.yaml` and the command line say."""
    RecognizerTraining(config).run()


if __name__ == "__main__":
    main()
