"""Train the embedded segmenter: `python -m ml.training.segmenter data=FOLDER output=FOLDER`.

The model learns to answer prompts as SAM does (Kirillov et al. 2023): a first click or box, then clicks
where the best mask is wrong; its food head learns the map of food from the same scenes. The output folder
gets the best averaged weights as `EmbeddedSegmenter` loads them, beside what `ml.training.loop` writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import hydra
import numpy as np
import torch
from accelerate.utils import send_to_device
from omegaconf import DictConfig
from torch import Tensor
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import DataLoader

from ml.data.ecustfd import load_ecustfd
from ml.data.meals import load_meals
from ml.data.outlines import read_outlines
from ml.data.photos import split
from ml.data.scenes.ingredients import Ingredients, read_surfaces
from ml.data.scenes.maker import SceneMaker
from ml.segmentation.decoding import input_size
from ml.training.loop import Stage, Training, Validation
from ml.training.network import freeze, keep_depthwise_float32
from ml.training.prompt_rounds import PromptRounds
from ml.training.scene_stream import Sampling, SceneStream
from ml.training.segmenter_network import SegmenterWithFoodHead
from ml.training.segmenter_validation import validate, validation_scenes


def read_ingredients(config: DictConfig) -> tuple[Ingredients, Ingredients]:
    """What training and validation scenes are made of; they share only the surfaces of drawn foods."""
    data, cache = Path(config.data), Path(config.cache)
    foods, held_foods = split(load_ecustfd(data / "ecustfd", cache / "ecustfd"), config.held_out)
    meals, held_meals = split(load_meals(data / "meal_masks", cache / "meals"), config.held_out)
    surfaces = read_surfaces(data, np.random.default_rng(config.seed), **config.surfaces)
    shared, held_shared = read_outlines(Path(config.outlines)) if config.outlines else ([], [])
    held_out = Ingredients(held_foods, held_meals, surfaces, held_shared)
    return Ingredients(foods, meals, surfaces, shared), held_out


def make_optimizer(network: SegmenterWithFoodHead, config: DictConfig) -> torch.optim.AdamW:
    """AdamW with groups for decoder with neck, food head and backbone."""
    backbone = list(network.model.vision_encoder.backbone.parameters())
    known = set(backbone)
    decoder = [p for p in network.model.parameters() if p not in known]
    groups = [{"params": params} for params in (decoder, list(network.food_head.parameters()), backbone)]
    return torch.optim.AdamW(groups, weight_decay=config.weight_decay)


class SegmenterTraining(Training):
    """One run: the network, its moving average, and the scenes."""

    part = "segmenter"
    floor = 0.1

    def __init__(self, config: DictConfig) -> None:
        super().__init__(config)
        cv2.setNumThreads(0)  # a worker forked beside OpenCV's threads can wait for them for ever
        network = SegmenterWithFoodHead.load(Path(config.start)).to(self.device)
        network.to(memory_format=torch.channels_last)
        learner = PromptRounds(network, config.food_weight)
        average = AveragedModel(learner, multi_avg_fn=get_ema_multi_avg_fn(config.ema_decay)).eval()
        self.averaged: SegmenterWithFoodHead = average.module.network
        self.backbone = network.model.vision_encoder.backbone
        keep_depthwise_float32(self.backbone)
        self.prepare(learner, make_optimizer(network, config), average)
        if config.compile:
            network.model.vision_encoder.compile(dynamic=False)
            network.model.mask_decoder.compile(dynamic=False)  # each number of prompts for itself
        network.train()
        self.backbone.eval()

        with self.accelerator.main_process_first():  # it keeps outlines for the others
            training, held_out = read_ingredients(config)
        size = input_size(network.model)
        self.scenes = validation_scenes(SceneMaker(held_out, size), **config.validation)
        stream = SceneStream(SceneMaker(training, size), self.data_seed(), Sampling(**config.sampling))
        self.batches = iter(DataLoader(stream, batch_size=None, num_workers=config.workers))
        self.rng = np.random.default_rng(self.data_seed())

    def stages(self) -> Sequence[Stage]:
        """One; the backbone joins in its course."""
        config = self.config
        return [Stage(config.minutes, (config.rate, config.head_rate, config.backbone_rate))]

    def batch(self, share: float) -> Sequence[Any]:
        """Scenes, how often they are prompted, and whether by boxes first."""
        self.backbone.requires_grad_(share >= self.config.backbone_from)
        freeze(self.backbone.timm_model, self.config.frozen_blocks)
        scenes = send_to_device(next(self.batches), self.device)
        return scenes, int(self.rng.choice(self.config.rounds)), self.rng.random() < self.config.box_share

    def loss(self, *batch: Any) -> Tensor:
        """What `PromptRounds` says."""
        return self.learner(*batch)

    def validate(self) -> Validation:
        """The averaged network on the validation scenes; its score is the mean of all measures."""
        measures = validate(self.averaged, self.scenes, self.device)
        return Validation(float(np.mean(list(measures.values()))), measures)

    def export(self) -> None:
        """The averaged weights."""
        self.averaged.save(self.output)


@hydra.main(version_base=None, config_path="conf", config_name="segmenter")
def main(config: DictConfig) -> None:
    """Train as `conf/segmenter.yaml` and the command line say."""
    SegmenterTraining(config).run()


if __name__ == "__main__":
    main()
