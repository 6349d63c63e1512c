"""Train the embedded segmenter: `python -m ml.training.segmenter data=FOLDER output=FOLDER`.

The model learns to answer prompts as SAM does (Kirillov et al. 2023): a first click or box, then clicks
where the best mask is wrong; its food head learns the map of food from the same scenes. Writes `log.csv`,
`log.png`, `last.pt` (to resume) and the best averaged weights, as a folder that `EmbeddedSegmenter` loads.
"""

from __future__ import annotations

import math
import time
from pathlib import Path

import cv2
import hydra
import numpy as np
import torch
from omegaconf import DictConfig
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import DataLoader
from transformers import EdgeTamModel

from ml.data.ecustfd import load_ecustfd
from ml.data.meals import load_meals
from ml.data.photos import split
from ml.data.scenes import Ingredients, SceneMaker, read_surfaces
from ml.device import pick_device
from ml.segmentation.decoding import best_masks, input_size
from ml.segmentation.food_head import FoodHead
from ml.training.checkpoint import Progress, load_checkpoint, save_checkpoint
from ml.training.log import TrainingLog
from ml.training.network import freeze, keep_depthwise_float32
from ml.training.scene_stream import STRIDE, Batch, Sampling, SceneStream
from ml.training.segmenter_losses import food_loss, prompt_loss
from ml.training.segmenter_validation import validate, validation_scenes


class SegmenterWithFoodHead(nn.Module):
    """The two networks that are trained, averaged and saved together."""

    def __init__(self, model: EdgeTamModel, food_head: FoodHead) -> None:
        super().__init__()
        self.model = model
        self.food_head = food_head

    @classmethod
    def load(cls, folder: Path) -> SegmenterWithFoodHead:
        """Read a folder of weights; without `food_head.safetensors` the head is a new one."""
        network = cls(EdgeTamModel.from_pretrained(folder, dtype=torch.float32), FoodHead())
        if (head := folder / "food_head.safetensors").exists():
            network.food_head.load_state_dict(load_file(head))
        return network

    def save(self, folder: Path) -> None:
        """Write fp16 safetensors, in shards of less than 9 MB."""
        half = EdgeTamModel(self.model.config).half()
        half.load_state_dict(self.model.state_dict())
        half.save_pretrained(folder, max_shard_size="8MB")
        head = {name: value.half().contiguous() for name, value in self.food_head.state_dict().items()}
        save_file(head, folder / "food_head.safetensors")


def read_ingredients(config: DictConfig) -> tuple[Ingredients, Ingredients]:
    """What training and validation scenes are made of; they share only the surfaces of drawn foods."""
    data, cache = Path(config.data), Path(config.cache)
    foods, held_foods = split(load_ecustfd(data / "ecustfd", cache / "ecustfd"), config.held_out)
    meals, held_meals = split(load_meals(data / "meal_masks", cache / "meals"), config.held_out)
    surfaces = read_surfaces(data, np.random.default_rng(config.seed), **config.surfaces)
    return Ingredients(foods, meals, surfaces), Ingredients(held_foods, held_meals, surfaces)


def error_clicks(logits: Tensor, scores: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """A click where the best-scored mask is wrong, deep inside of an error, as random as training wants it.

    Returns xy in pixels, float32 (B, P, 1, 2), and labels (B, P, 1): 1 where food was missed, 0 where the
    mask is too large. Where nothing is wrong the click falls anywhere and is labelled by the target.
    """
    batch, prompts, _, height, width = logits.shape
    best = scores.argmax(2)[..., None, None, None].expand(-1, -1, 1, height, width)
    wrong = (logits.gather(2, best)[:, :, 0] > 0) != (target > 0.5)
    depth = nn.functional.avg_pool2d(wrong.float(), kernel_size=9, stride=1, padding=4)
    weight = (wrong * depth**3).flatten(2) + 1e-9
    cell = torch.multinomial(weight.flatten(0, 1), 1).view(batch, prompts, 1)
    labels = (target.flatten(2).gather(2, cell) > 0.5).int()
    centre = torch.stack([cell % width, cell // width], -1) * STRIDE + (STRIDE - 1) / 2
    return centre.float(), labels


def step_loss(
    network: SegmenterWithFoodHead, batch: Batch, rounds: int, boxed: bool, food_weight: float
) -> Tensor:
    """The loss of a batch whose things are prompted once and then corrected `rounds` - 1 times.

    A correction is a click where the mask is wrong and, as in SAM, that mask itself.
    """
    device = batch.pixels.device.type
    pixels = batch.pixels.contiguous(memory_format=torch.channels_last) / 127.5 - 1
    clicks = None if boxed else batch.clicks
    labels = None if boxed else torch.ones(batch.clicks.shape[:3], dtype=torch.int, device=pixels.device)
    boxes = batch.boxes if boxed else None
    with torch.autocast(device, torch.bfloat16):  # `get_image_embeddings` would stop the gradient
        output = network.model(
            pixel_values=pixels, input_points=clicks, input_labels=labels, input_boxes=boxes
        )
        food = network.food_head(output.image_embeddings).float()
    loss = food_weight * food_loss(food, batch.food, batch.sure)
    loss = loss + prompt_loss(output.pred_masks.float(), output.iou_scores.float(), batch.targets) / rounds
    if rounds == 1:
        return loss
    # A mask belongs to one prompt: from here on every prompt has a copy of its photo's features.
    prompts = batch.targets.shape[1]
    features = [feature.repeat_interleave(prompts, dim=0) for feature in output.image_embeddings]
    targets = batch.targets.flatten(0, 1)[:, None]
    masks, scores = (part.flatten(0, 1)[:, None] for part in (output.pred_masks, output.iou_scores))
    clicks, labels, boxes = (
        None if part is None else part.flatten(0, 1)[:, None] for part in (clicks, labels, boxes)
    )
    for _ in range(rounds - 1):
        masks, scores = masks.detach().float(), scores.detach().float()
        click, label = error_clicks(masks, scores, targets)
        clicks = click if clicks is None else torch.cat([clicks, click], dim=2)
        labels = label if labels is None else torch.cat([labels, label], dim=2)
        with torch.autocast(device, torch.bfloat16):
            output = network.model(
                image_embeddings=features,
                input_points=clicks,
                input_labels=labels,
                input_boxes=boxes,
                input_masks=best_masks(masks, scores),
            )
        masks, scores = output.pred_masks, output.iou_scores
        loss = loss + prompt_loss(masks.float(), scores.float(), targets) / rounds
    return loss


def rate(progress: float, warm_up: float) -> float:
    """Share of the peak learning rate at `progress` 0..1: a linear rise, then half a cosine to a tenth."""
    if progress < warm_up:
        return (progress + 1e-3) / (warm_up + 1e-3)
    return 0.55 + 0.45 * math.cos(math.pi * min(1.0, (progress - warm_up) / (1 - warm_up)))


def schedule(optimizer: torch.optim.AdamW, backbone: nn.Module, progress: float, config: DictConfig) -> None:
    """Set the learning rates, and which part of the backbone learns, at `progress` 0..1."""
    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * rate(progress, config.warm_up)
    backbone.requires_grad_(progress >= config.backbone_from)
    freeze(backbone.timm_model, config.frozen_blocks)


def make_optimizer(network: SegmenterWithFoodHead, config: DictConfig) -> torch.optim.AdamW:
    """AdamW with peak learning rates of their own for decoder with neck, food head and backbone."""
    backbone = list(network.model.vision_encoder.backbone.parameters())
    known = set(backbone)
    groups = [
        {"params": [p for p in network.model.parameters() if p not in known], "peak": config.rate},
        {"params": list(network.food_head.parameters()), "peak": config.head_rate},
        {"params": backbone, "peak": config.backbone_rate},
    ]
    return torch.optim.AdamW(groups, weight_decay=config.weight_decay)


def train(config: DictConfig) -> None:
    """Train until the minutes are over or the validation score stops rising."""
    torch.manual_seed(config.seed)
    torch.set_num_threads(config.threads)
    cv2.setNumThreads(0)  # a worker forked beside OpenCV's threads can wait for them for ever
    device, output = pick_device(config.device), Path(config.output)
    network = SegmenterWithFoodHead.load(Path(config.start)).to(device)
    average = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(config.ema_decay)).eval()
    backbone = network.model.vision_encoder.backbone
    optimizer = make_optimizer(network, config)
    parts = {"network": network, "average": average, "optimizer": optimizer}
    network.to(memory_format=torch.channels_last)
    keep_depthwise_float32(backbone)
    log, last = TrainingLog(output), output / "last.pt"
    progress = load_checkpoint(last, parts) if config.resume and last.exists() else Progress()

    training, held_out = read_ingredients(config)
    size = input_size(network.model)
    scenes = validation_scenes(SceneMaker(held_out, size), **config.validation)
    seed = (config.seed, progress.iteration)
    stream = SceneStream(SceneMaker(training, size), seed, Sampling(**config.sampling))
    batches = iter(DataLoader(stream, batch_size=None, num_workers=config.workers))
    rng = np.random.default_rng(seed)
    network.train()
    backbone.eval()
    losses = []
    while (share := progress.seconds / (60 * config.minutes)) < 1 and progress.waited < config.patience:
        started = time.monotonic()
        schedule(optimizer, backbone, share, config)
        batch = Batch(*(part.to(device) for part in next(batches)))
        rounds, boxed = int(rng.choice(config.rounds)), rng.random() < config.box_share
        loss = step_loss(network, batch, rounds, boxed, config.food_weight)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        average.update_parameters(network)
        losses.append(loss.item())
        progress.iteration += 1
        progress.seconds += time.monotonic() - started
        if progress.iteration % config.evaluate_every == 0 or progress.seconds >= 60 * config.minutes:
            measures = validate(average.module, scenes, device)
            minutes = round(progress.seconds / 60, 2)
            log.write(iteration=progress.iteration, minutes=minutes, loss=float(np.mean(losses)), **measures)
            losses.clear()
            score = float(np.mean(list(measures.values())))
            progress.waited = 0 if score > progress.best else progress.waited + 1
            if score > progress.best:
                progress.best = score
                average.module.save(output)
            save_checkpoint(last, parts, progress)


@hydra.main(version_base=None, config_path="conf", config_name="segmenter")
def main(config: DictConfig) -> None:
    train(config)


if __name__ == "__main__":
    main()
