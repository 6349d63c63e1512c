"""A LLaVA-family model of transformers in this process: loaded, and generating text that can be stopped."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import PIL.Image
import torch
from torch import Tensor
from transformers import (
    AutoModelForImageTextToText,
    AutoProcessor,
    DynamicCache,
    LogitsProcessor,
    PreTrainedTokenizerBase,
    StoppingCriteria,
)
from transformers.generation.streamers import BaseStreamer
from transformers.modeling_layers import GradientCheckpointingLayer

from ml.insights.errors import InsightsError
from ml.insights.prefix import Prefix, PrefixCache, photo_key
from ml.insights.prompt import Message
from ml.types import Image


@dataclass(frozen=True)
class Generation:
    """What an answer took: of `prompt_tokens`, `cached_tokens` were known from an earlier question.

    `first_token_s` and `total_s` are seconds; `is_complete` is False when it was stopped.
    """

    prompt_tokens: int
    cached_tokens: int
    new_tokens: int
    first_token_s: float
    total_s: float
    is_complete: bool


class LlavaModel:
    """Model and processor of one checkpoint; to be used by one thread at a time.

    Args:
        folder: a checkpoint of `LlavaOnevisionForConditionalGeneration`, `LlavaForConditionalGeneration` or
            another class that `AutoModelForImageTextToText` knows, with its processor and chat template.
        device: where it runs.
        dtype: its precision.
        max_tiles: into how many tiles a model that looks closer may cut a photo; None for all it knows.
        cached_photos: for how many photos to keep keys and values.

    Raises:
        InsightsError: if the folder holds no such checkpoint.
    """

    def __init__(
        self,
        folder: Path,
        device: torch.device,
        dtype: torch.dtype,
        *,
        max_tiles: int | None,
        cached_photos: int,
    ) -> None:
        try:
            self._processor: Any = AutoProcessor.from_pretrained(folder)
            model: Any = AutoModelForImageTextToText.from_pretrained(folder, dtype=dtype)
        except (OSError, ValueError, KeyError) as error:
            raise InsightsError(f"{folder} holds no whole LLaVA model: choose another one.") from error
        if getattr(self._processor, "chat_template", None) is None:
            raise InsightsError(f"{folder} holds no chat template: choose a model made for conversation.")
        self._model = model.to(device).eval()
        if max_tiles is not None and hasattr(self._model.config, "image_grid_pinpoints"):
            self._limit_tiles(max_tiles)
        self.tokenizer: PreTrainedTokenizerBase = self._processor.tokenizer
        self.parameters = sum(parameter.numel() for parameter in self._model.parameters())
        self._prefixes = PrefixCache(cached_photos)
        self._should_stop: Callable[[], bool] = lambda: False
        for module in self._model.modules():
            if isinstance(module, GradientCheckpointingLayer):
                module.register_forward_pre_hook(self._check_stop)

    def generate(
        self,
        image: Image,
        messages: list[Message],
        streamer: BaseStreamer,
        *,
        should_stop: Callable[[], bool],
        max_new_tokens: int,
        grammar: LogitsProcessor | None = None,
    ) -> Generation:
        """Write the next message to `streamer`, the likeliest token each time.

        `image` is uint8 HxWx3 RGB. `should_stop` is asked before every layer, so that even a long prompt is
        left at once.
        """
        self._should_stop = should_stop
        meter = _Meter()
        key = photo_key(image)
        is_complete = False
        inputs, prefix = self._prepare(key, image, messages)
        prompt = inputs["input_ids"][0].tolist()
        cached = len(prefix.token_ids)
        try:
            self._model.generate(
                **inputs,
                past_key_values=prefix.cache,
                streamer=streamer,
                stopping_criteria=[meter],
                logits_processor=[] if grammar is None else [grammar],
                max_new_tokens=max_new_tokens,
                do_sample=False,
            )
            is_complete = True
        except _Stopped:
            pass
        except torch.OutOfMemoryError:
            self._prefixes.clear()
            raise
        self._keep(key, prefix, prompt if meter.sequence is None else meter.sequence.tolist())
        total_s = time.perf_counter() - meter.started
        return Generation(len(prompt), cached, meter.tokens, meter.first_token_s, total_s, is_complete)

    def _prepare(self, key: str, image: Image, messages: list[Message]) -> tuple[dict[str, Tensor], Prefix]:
        """The model's inputs, without the photo where its keys and values are at hand, and those."""
        text = self._processor.apply_chat_template(messages, add_generation_prompt=True)
        device, dtype = self._model.device, self._model.dtype
        prefix = self._prefixes.take(key)
        if prefix is not None:
            image_token = self._processor.image_token
            expanded = text.replace(image_token, image_token * prefix.image_tokens)
            inputs = self.tokenizer(expanded, return_tensors="pt").to(device)
            token_ids = inputs["input_ids"][0].tolist()
            length = prefix.common_length(token_ids)
            if length >= self._end_of_image(token_ids):
                prefix.crop(length)
                return dict(inputs), prefix
        inputs = self._processor(images=PIL.Image.fromarray(image), text=text, return_tensors="pt")
        image_tokens = int((inputs["input_ids"] == self._processor.image_token_id).sum())
        cache = DynamicCache(config=self._model.config.get_text_config())
        return dict(inputs.to(device, dtype)), Prefix(image_tokens, cache)

    def _keep(self, key: str, prefix: Prefix, token_ids: list[int]) -> None:
        """Keep what was computed, if it got past the photo."""
        length = min(len(token_ids), prefix.computed_length)
        prefix.token_ids = token_ids
        prefix.crop(length)
        if length >= self._end_of_image(token_ids):
            self._prefixes.put(key, prefix)

    def _end_of_image(self, token_ids: list[int]) -> int:
        return len(token_ids) - token_ids[::-1].index(self._processor.image_token_id)

    def _check_stop(self, *_: object) -> None:
        if self._should_stop():
            raise _Stopped

    def _limit_tiles(self, most: int) -> None:
        side = self._model.config.vision_config.image_size
        shapes = [
            (height, width)
            for height, width in self._model.config.image_grid_pinpoints
            if (height // side) * (width // side) <= most
        ]
        self._model.config.image_grid_pinpoints = shapes
        self._processor.image_processor.image_grid_pinpoints = shapes


class _Stopped(Exception):  # noqa: N818 - not an error
    """Raised inside the model to leave a forward pass half-way."""


class _Meter(StoppingCriteria):
    """Stops nothing; notes the tokens so far and when the first one came."""

    def __init__(self) -> None:
        self.started = time.perf_counter()
        self.first_token_s = 0.0
        self.tokens = 0
        self.sequence: Tensor | None = None

    def __call__(self, input_ids: Tensor, scores: Tensor, **kwargs: Any) -> Tensor:
        if not self.tokens:
            self.first_token_s = time.perf_counter() - self.started
        self.tokens += 1
        self.sequence = input_ids[0]
        return torch.zeros(len(input_ids), dtype=torch.bool, device=input_ids.device)
