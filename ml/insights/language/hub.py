"""Insights by a LLaVA-family checkpoint from the hub, or from a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForImageTextToText, AutoProcessor

from ml.device import pick_device
from ml.hub import fetch, version_of
from ml.insights.base import Request
from ml.insights.errors import InsightsError
from ml.insights.language.in_process import InProcessInsights
from ml.insights.language.memory import choose_dtype
from ml.insights.language.model import LlavaModel
from ml.insights.language.prompt import Message, conversation, food_list_request
from ml.redact import model_name


class LlavaInsights(InProcessInsights):
    """Answers by a checkpoint of `LlavaOnevisionForConditionalGeneration`, `LlavaForConditionalGeneration` or
    another class that `AutoModelForImageTextToText` knows, with its processor and chat template.

    Args:
        repo_id: the checkpoint on the hub, or a folder.
        revision: its branch, tag or commit.
        device: "auto", "cpu", "cuda" or "mps".
        dtype: "auto" (what the device computes fastest, if it fits), "float32", "bfloat16" or "float16".
        max_new_tokens: the longest answer.
        time_limit_s: when an answer ends where it is; waiting in line does not count.
        memory_limit_gb: refuse to load what needs more (10^9 bytes); what is free if None.
        max_tiles: how many tiles of a photo are looked at closely besides the whole; None for one on a CPU,
            where each takes seconds, and as many as the model knows elsewhere.
        cached_photos: for how many photos to keep keys and values.

    Raises:
        HubError: if the weights cannot be had.
        InsightsError: if the model does not fit in memory or is no LLaVA model; from `answer` and
            `list_foods`, if it takes too long or runs out of memory.
    """

    def __init__(
        self,
        repo_id: str,
        revision: str | None = None,
        *,
        device: str = "auto",
        dtype: str = "auto",
        max_new_tokens: int = 300,
        time_limit_s: float = 120.0,
        memory_limit_gb: float | None = None,
        max_tiles: int | None = None,
        cached_photos: int = 2,
    ) -> None:
        folder = fetch(repo_id, revision)
        place = pick_device(device, folder)
        if max_tiles is None and place.type == "cpu":
            max_tiles = 1
        model, self._processor = _load(
            model_name(repo_id), folder, choose_dtype(dtype, folder, place, memory_limit_gb)
        )
        if max_tiles is not None and hasattr(model.config, "image_grid_pinpoints"):
            _limit_tiles(model, self._processor, max_tiles)
        llava = LlavaModel(model.to(place), self._processor, cached_photos)
        super().__init__(Path(repo_id).name, llava, max_new_tokens, time_limit_s)
        self.version = version_of(repo_id, folder)

    def write_prompt(self, request: Request) -> str:
        """See `ml.insights.language.prompt.conversation`."""
        return self._chat(conversation(request.question, request.facts, request.history))

    def food_list_prompt(self) -> str:
        """See `ml.insights.language.prompt.food_list_request`."""
        return self._chat(food_list_request())

    def _chat(self, messages: list[Message]) -> str:
        return str(self._processor.apply_chat_template(messages, add_generation_prompt=True))


def _load(name: str, folder: Path, dtype: torch.dtype) -> tuple[Any, Any]:
    """The checkpoint's model and processor. Raises `InsightsError`."""
    try:
        processor: Any = AutoProcessor.from_pretrained(folder)
        model: Any = AutoModelForImageTextToText.from_pretrained(folder, dtype=dtype)
    except (OSError, ValueError, KeyError) as error:
        raise InsightsError(f"{name} holds no whole LLaVA model: choose another one.") from error
    if getattr(processor, "chat_template", None) is None:
        raise InsightsError(f"{name} holds no chat template: choose a model made for conversation.")
    return model, processor


def _limit_tiles(model: Any, processor: Any, most: int) -> None:
    """Let a model that looks closer cut a photo into no more than `most` tiles, or as few as it knows to."""
    side = model.config.vision_config.image_size
    shapes = model.config.image_grid_pinpoints
    tiles = [(height // side) * (width // side) for height, width in shapes]
    kept = [shape for shape, count in zip(shapes, tiles, strict=True) if count <= max(most, min(tiles))]
    model.config.image_grid_pinpoints = processor.image_processor.image_grid_pinpoints = kept
