"""Zero-shot names from a SigLIP 2 checkpoint (Tschannen et al. 2025): new foods need no training."""

from __future__ import annotations

import csv
import hashlib
import json
import logging
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import AutoImageProcessor, AutoModel, AutoTokenizer

from ml.device import fastest_dtype, pick_device
from ml.hub import fetch, home, version_of
from ml.recognition.base import Recognition, top_candidates
from ml.recognition.naming import NamingThresholds
from ml.redact import model_name
from ml.types import NOT_FOOD, Image

logger = logging.getLogger(__name__)

BATCH = 8
FOOD_PROMPT = "a photo of {}, a type of food."
OTHER_PROMPT = "a photo of {}."
OTHER_THINGS = (
    "an empty plate",
    "an empty bowl",
    "an empty glass",
    "a table",
    "a tablecloth",
    "a napkin",
    "cutlery",
    "chopsticks",
    "a tray",
    "a hand",
    "a person",
    "an animal",
    "a phone",
    "a sheet of paper with text",
    "a coin",
    "a wall",
    "a floor",
    "a plain background",
)
"""What is seen around a meal, or instead of one; together these are `NOT_FOOD`."""


def read_labels(path: str | Path) -> tuple[str, ...]:
    """The column `label` of a CSV file, such as the food table in assets."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        return tuple(row["label"] for row in csv.DictReader(file))


class Siglip2Recognizer:
    """Compares crops with one sentence a food, and with sentences about what is not food.

    The probability of a label is the softmax, over all sentences, of the cosine similarity times the model's
    own logit scale. The embeddings of the sentences are computed once and kept in `cache_dir`.
    """

    thresholds = NamingThresholds(variety=0.4, parent=0.5, not_food=0.5)
    """Not calibrated: these weights aren't at hand where Noon's own are trained."""
    space = None
    """Nor was it measured how its features tell foods apart."""

    def __init__(
        self,
        repo_id: str,
        foods: str | Path,
        revision: str | None = None,
        device: str = "auto",
        cache_dir: str | Path | None = None,
    ) -> None:
        """`foods` is a CSV file with a column `label`. Raises `HubError` when the weights can't be had."""
        folder = fetch(repo_id, revision)
        labels = [label for label in read_labels(foods) if label != NOT_FOOD]
        self.name = f"SigLIP 2 ({model_name(repo_id)}), {len(labels)} labels, zero-shot"
        self.version = version_of(repo_id, folder)
        self.labels = (*labels, NOT_FOOD)
        self.device = pick_device(device, folder)
        self.dtype = fastest_dtype(self.device)
        self.model = AutoModel.from_pretrained(folder).eval().to(self.device)
        self.processor = AutoImageProcessor.from_pretrained(folder)
        prompts = [FOOD_PROMPT.format(label) for label in labels]
        prompts += [OTHER_PROMPT.format(thing) for thing in OTHER_THINGS]
        cache = Path(cache_dir) if cache_dir else home() / "noon"
        self.sentences = self._sentences(folder, prompts, cache).to(self.device)

    @torch.inference_mode()
    def classify(self, crops: Sequence[Image]) -> list[Recognition]:
        """What is in each crop (HxWx3 uint8 RGB, any size)."""
        foods = len(self.labels) - 1
        found: list[Recognition] = []
        for start in range(0, len(crops), BATCH):
            inputs = self.processor(images=list(crops[start : start + BATCH]), return_tensors="pt")
            with torch.autocast(self.device.type, self.dtype, enabled=self.dtype != torch.float32):
                seen = self.model.get_image_features(**inputs.to(self.device)).pooler_output
            pictures = _unit(seen.float())
            logits = pictures @ self.sentences.T * self.model.logit_scale.exp()
            probabilities = torch.softmax(logits.float(), dim=1)
            not_food = probabilities[:, foods:].sum(dim=1, keepdim=True)
            probabilities = torch.cat([probabilities[:, :foods], not_food], dim=1)
            found += map(Recognition, top_candidates(probabilities, self.labels))
        return found

    @torch.inference_mode()
    def _sentences(self, folder: Path, prompts: Sequence[str], cache: Path) -> Tensor:
        """Unit embeddings of the prompts, float32 (P, D), from `cache` when they are there."""
        key = hashlib.sha256(json.dumps([str(folder.resolve()), *prompts]).encode()).hexdigest()
        path = cache / f"siglip2-{key[:16]}.safetensors"
        with suppress(OSError, SafetensorError, KeyError):  # none yet, or cut short by a full disk
            return load_file(path)["sentences"]
        tokenizer = AutoTokenizer.from_pretrained(folder)
        length = self.model.config.text_config.max_position_embeddings
        parts = []
        for start in range(0, len(prompts), 64):
            inputs = tokenizer(
                [prompt.lower() for prompt in prompts[start : start + 64]],
                padding="max_length",
                max_length=length,
                truncation=True,
                return_tensors="pt",
            )
            parts.append(_unit(self.model.get_text_features(**inputs.to(self.device)).pooler_output).cpu())
        sentences = torch.cat(parts).float().contiguous()
        try:
            cache.mkdir(parents=True, exist_ok=True)
            save_file({"sentences": sentences}, path)
        except (OSError, SafetensorError):
            logger.warning("SigLIP 2's sentences could not be kept: the next start takes longer.")
        return sentences


def _unit(vectors: Tensor) -> Tensor:
    return torch.nn.functional.normalize(vectors, dim=-1)
