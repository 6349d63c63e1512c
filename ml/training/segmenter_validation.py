"""How good the segmenter is while it trains: fixed scenes from held-out photos, the same every time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from ml.data.canvas import Scene
from ml.data.scenes import SceneMaker
from ml.training.scene_stream import coarse
from ml.training.segmenter_losses import mask_iou

FALSE_ALARM_AREA = 0.01
"""Share of a scene without food that must be called food to count as a false alarm."""


def validation_scenes(
    maker: SceneMaker, foods: int, meals: int, drawn: int, without_food: int
) -> Mapping[str, Sequence[Scene]]:
    """So many scenes of every kind, by kind."""
    rng = np.random.default_rng(7)
    kinds = {
        "foods": (maker.food_photo, foods),
        "meals": (maker.meal_photo, meals),
        "drawn": (maker.drawn, drawn),
        "without_food": (maker.without_food, without_food),
    }
    return {name: [make(rng) for _ in range(count)] for name, (make, count) in kinds.items()}


def middle(mask: np.ndarray) -> tuple[int, int]:
    """(x, y) of the place in the mask that is the farthest from its edge."""
    depth = cv2.distanceTransform(np.pad(mask, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    y, x = np.unravel_index(depth.argmax(), depth.shape)
    return int(x), int(y)


@torch.inference_mode()
def validate(
    network: nn.Module, scenes: Mapping[str, Sequence[Scene]], device: torch.device
) -> dict[str, float]:
    """Mean measures in 0..1, higher is better.

    `click_KIND` and `best_KIND`: IoU of the best-scored and of the best mask for one click in the middle of
    a food; `food_map` the IoU of the map of food over all scenes with food; `no_alarm` the share of scenes
    without food in which none is seen.
    """
    found: dict[str, list[float]] = defaultdict(list)
    overlap = union = 0.0
    for kind, group in scenes.items():
        for scene in group:
            pixels = torch.from_numpy(scene.image.transpose(2, 0, 1).copy())[None].to(device)
            with torch.autocast(device.type, torch.bfloat16):
                features = network.model.get_image_embeddings(pixels / 127.5 - 1)
                food = network.food_head(features)[0, 0].float().cpu() > 0
            if not scene.foods:
                found["no_alarm"].append(float(food.float().mean() < FALSE_ALARM_AREA))
                continue
            true = torch.from_numpy(coarse(np.any(scene.foods, axis=0)) > 0.5)
            sure = torch.from_numpy(coarse(scene.unsure) == 0)
            overlap += float((food & true & sure).sum())
            union += float(((food | true) & sure).sum())
            iou, scores = click_iou(network, features, scene, device)
            found[f"click_{kind}"] += iou.gather(1, scores.argmax(1, keepdim=True)).flatten().tolist()
            found[f"best_{kind}"] += iou.amax(1).tolist()
    measures = {name: float(np.mean(values)) for name, values in found.items()}
    return measures | {"food_map": overlap / max(union, 1.0)}


def click_iou(
    network: nn.Module, features: Sequence[Tensor], scene: Scene, device: torch.device
) -> tuple[Tensor, Tensor]:
    """(IoU, predicted score), (P, M) each, for one click in the middle of each of the P foods."""
    points = torch.tensor([[[middle(food)] for food in scene.foods]], dtype=torch.float32, device=device)
    with torch.autocast(device.type, torch.bfloat16):
        output = network.model(image_embeddings=list(features), input_points=points)
    target = torch.from_numpy(np.stack([coarse(food) for food in scene.foods])).to(device)
    logits = output.pred_masks[0].float()
    return mask_iou(logits, target[:, None].expand_as(logits)), output.iou_scores[0].float()
