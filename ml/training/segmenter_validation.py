"""How good the segmenter is while it trains: fixed scenes from held-out photos, the same every time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import torch
from torch import nn

from ml.data.scenes.canvas import Scene
from ml.data.scenes.maker import SceneMaker
from ml.data.segmentation_metrics import FALSE_ALARM_AREA, ClickScores
from ml.segmentation.base import Embedding
from ml.segmentation.decoding import predict_masks
from ml.training.scene_stream import coarse


def validation_scenes(
    maker: SceneMaker, *, foods: int, meals: int, trays: int, drawn: int, without_food: int
) -> Mapping[str, Sequence[Scene]]:
    """So many scenes of every kind; of people's photos, if there are any, twice as many as foods."""
    rng = np.random.default_rng(7)
    kinds = {
        "foods": (maker.food_photo, foods),
        "meals": (maker.meal_photo, meals),
        "trays": (maker.tray, trays),
        "drawn": (maker.drawn, drawn),
        "without_food": (maker.without_food, without_food),
    }
    if maker.ingredients.shared:
        kinds["shared"] = (maker.shared_photo, 2 * foods)
    return {name: [make(rng) for _ in range(count)] for name, (make, count) in kinds.items()}


@torch.inference_mode()
def validate(
    network: nn.Module, scenes: Mapping[str, Sequence[Scene]], device: torch.device
) -> dict[str, float]:
    """Mean measures in 0..1, higher is better.

    `click_KIND`, `best_KIND` and `clicks_KIND`: IoU of the best-scored and of the best mask for one click in
    the middle of a food, and of the best-scored one after two more where it was wrong; `food_map` the IoU of
    the map of food over all scenes with food; `no_alarm` the share of scenes without food where none is seen.
    Where nobody knows whether there is food, it counts for neither.
    """
    scores: dict[str, ClickScores] = defaultdict(ClickScores)
    silent: list[bool] = []
    overlap = union = 0.0
    for kind, group in scenes.items():
        for scene in group:
            pixels = torch.from_numpy(scene.image.transpose(2, 0, 1).copy())[None].to(device)
            with torch.autocast(device.type, torch.bfloat16):
                features = network.model.get_image_embeddings(pixels / 127.5 - 1)
                food = network.food_head(features)[0, 0].float().cpu() > 0
                embedding = Embedding(tuple(features), scene.image.shape[:2])
                for target in scene.foods or scene.things:
                    scores[kind].click(partial(predict_masks, network.model, embedding), target)
            known = torch.from_numpy(coarse(scene.unsure) == 0)
            if not scene.foods:
                if known.any():
                    silent.append(float((food & known).float().mean()) < FALSE_ALARM_AREA)
                continue
            true = torch.from_numpy(coarse(np.any(scene.foods, axis=0)) > 0.5)
            overlap += float((food & true & known).sum())
            union += float(((food | true) & known).sum())
    measures: dict[str, float] = {}
    for kind, clicked in scores.items():
        columns = {"click": clicked.first, "best": clicked.best, "clicks": clicked.last}
        measures |= {f"{name}_{kind}": float(np.mean(values)) for name, values in columns.items()}
    if silent:
        measures["no_alarm"] = float(np.mean(silent))
    return measures | {"food_map": overlap / max(union, 1.0)}
