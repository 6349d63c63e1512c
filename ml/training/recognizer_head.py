"""Teach the recognizer more foods: `python -m ml.training.recognizer_head data=FOLDER titled=FOLDER`.

The network in `start` stays as it is and only looks: with `part=0 parts=2` and `part=1 parts=2`, two
processes keep the features of a random half of the photos each, as they are and augmented, in the output
folder, until they are done or stopped. With `part=null`, a new classifier learns from what was kept; it goes
on from the old one where both have a label.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import hydra
import numpy as np
import torch
from omegaconf import DictConfig
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from ml.data.corrections import read_corrections
from ml.data.crops import Crop, labels, load, read_crops
from ml.data.drawings import draw
from ml.data.examples.meals import random_meal
from ml.recognition.crops import cut, squeeze, with_margin
from ml.recognition.embedded import to_input
from ml.recognition.weights import build_network, load_network, read_config, write_config, write_weights
from ml.segmentation.masks import mask_to_box
from ml.training.augment import augment
from ml.training.crop_stream import sampling_weights
from ml.training.network import load_recognizer
from ml.types import NOT_FOOD, Image
from ml.versions.card import version_of, write_card

BATCH = 32
MOST_NOT_FOOD = 10
"""Times as many photos without food as of a food."""

KEPT_EVERY = 20
"""Batches; what was seen is kept so often, in case that time runs out."""

OWN_SETS = ("food101", "grocery", "ecustfd", "snack", "meals")


def chosen(crops: Sequence[Crop], most: int, rng: np.random.Generator) -> list[Crop]:
    """The training crops, in random order; of a label, up to `most` of each set of ours and of the rest."""
    count: dict[tuple[str, str], int] = {}
    kept = []
    for i in rng.permutation(len(crops)):
        crop = crops[i]
        group = (crop.label, crop.source if crop.source in OWN_SETS else "")
        limit = MOST_NOT_FOOD * most if crop.label == NOT_FOOD else most
        if not crop.validation and count.get(group, 0) < limit:
            count[group] = count.get(group, 0) + 1
            kept.append(crop)
    return kept


def views(crop: Crop, rng: np.random.Generator, detail: int) -> list[Image]:
    """The crop augmented and, unless it is of our own sets, also as it is: squares of `detail` px."""
    photo = load(crop)
    seen = [augment(photo, rng, detail)]
    return seen if crop.source in OWN_SETS else [*seen, squeeze(photo, detail)]


def rendered_foods(meals: int, rng: np.random.Generator) -> list[tuple[str, Image]]:
    """The foods of our own rendered meals, cut out as the detector does: (label, crop) pairs."""
    foods = []
    for _ in range(meals):
        meal = random_meal(rng)
        foods += [(label, cut(meal.image, with_margin(mask_to_box(mask)))) for label, mask in meal.foods]
    return foods


@torch.inference_mode()
def look(config: DictConfig) -> None:
    """Keep features (N, D), label indices (N,) and sampling weights (N,) of this part of the views."""
    settings = read_config(Path(config.start))
    network = load_network(Path(config.start), settings).to(memory_format=torch.channels_last)
    rng = np.random.default_rng(config.seed)
    known = read_crops(Path(config.data), None, Path(config.titled))
    if config.corrections:
        known += read_corrections(Path(config.corrections))
    crops = chosen(known, config.most, rng)
    weights = sampling_weights(crops, config.not_food_share)
    index = {label: i for i, label in enumerate(labels())}
    detail = settings.detail or settings.input_size
    features: list[Tensor] = []
    truth: list[int] = []
    drawn: list[float] = []
    waiting: list[Image] = []

    def flush() -> None:
        batch = to_input([squeeze(view, settings.input_size) for view in waiting])
        mirrored = torch.stack([x.flip(2) if rng.random() < 0.5 else x for x in batch])
        maps = network.forward_features(mirrored.to(memory_format=torch.channels_last))
        features.append(network.forward_head(maps, pre_logits=True))
        waiting.clear()
        if len(features) % KEPT_EVERY == 0:
            keep()

    def keep() -> None:
        kept = {
            "features": torch.cat(features),
            "truth": torch.tensor(truth),
            "weights": torch.tensor(np.array(drawn), dtype=torch.float64),
        }
        save_file(kept, Path(config.output) / f"views-{config.part}.safetensors")

    for _ in range(config.drawings // config.parts):
        waiting.append(augment(draw(rng, int(rng.integers(64, 160))), rng, detail))
        truth.append(index[NOT_FOOD])
        drawn.append(config.not_food_share / config.drawings)
    foods = rendered_foods(config.meals // config.parts, np.random.default_rng((config.seed, config.part, 7)))
    for label, image in foods:
        waiting.append(augment(image, rng, detail))
        truth.append(index[label])
        drawn.append(config.rendered_share / len(foods) / config.parts)
    flush()
    for crop, weight in list(zip(crops, weights, strict=True))[config.part :: config.parts]:
        seen = views(crop, rng, detail)
        waiting += seen
        truth += [index[crop.label]] * len(seen)
        drawn += [weight / len(seen)] * len(seen)
        if len(waiting) >= BATCH:
            flush()
    if waiting:
        flush()
    keep()


def learn(config: DictConfig) -> None:
    """Train the classifier on all kept views and write the recognizer."""
    settings, output = read_config(Path(config.start)), Path(config.output)
    parts = [load_file(path) for path in sorted(output.glob("views-*.safetensors"))]
    features, truth, weights = (torch.cat([p[k] for p in parts]) for k in ("features", "truth", "weights"))
    torch.manual_seed(config.seed)
    network = build_network(settings.architecture, len(labels()))
    load_recognizer(network, Path(config.start), labels())
    head = network.get_classifier()
    before = [value.detach().clone() for value in head.parameters()]
    optimizer = torch.optim.AdamW(head.parameters(), lr=config.rate, weight_decay=config.weight_decay)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, config.steps)
    for step in range(config.steps):
        rows = torch.multinomial(weights, config.batch_size, replacement=True)
        x = nn.functional.dropout(features[rows], config.dropout)
        loss = nn.functional.cross_entropy(head(x), truth[rows], label_smoothing=config.label_smoothing)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if (step + 1) % 500 == 0:
            print(f"{step + 1} steps, loss {loss.item():.3f}", flush=True)
    with torch.no_grad():
        for value, then in zip(head.parameters(), before, strict=True):
            value.lerp_(then, config.old)
    write_weights(output, network.eval())
    write_config(output, replace(settings, labels=labels()))
    write_card(
        output,
        "recognizer",
        trained_on=f"A classifier of {len(truth)} views on {version_of(Path(config.start))}.",
        measured_on="Not yet: run ml.evaluation.recognizer with calibrate=true.",
    )


@hydra.main(version_base=None, config_path="conf", config_name="recognizer_head")
def main(config: DictConfig) -> None:
    """Look at a part of the photos, or learn from all that was seen."""
    torch.set_num_threads(config.threads)
    Path(config.output).mkdir(parents=True, exist_ok=True)
    if config.part is None:
        learn(config)
    else:
        look(config)


if __name__ == "__main__":
    main()
