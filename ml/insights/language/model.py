"""A LLaVA-family model of transformers in this process, generating text that can be stopped."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import PIL.Image
import torch
from torch import Tensor
from transformers import LogitsProcessor, PreTrainedTokenizerBase, StoppingCriteria
from transformers.generation.streamers import BaseStreamer
from transformers.modeling_layers import GradientCheckpointingLayer

from ml.insights.language.prefix_cache import Prefix, PrefixCache, photo_key
from ml.types import Image


@dataclass(frozen=True, eq=False)
class Prompt:
    """What a model is to continue: `text` holds the processor's image token once, for `image`.

    `image` is uint8 HxWx3 RGB. A `grammar` leaves only some tokens to choose from.
    """

    image: Image
    text: str
    max_new_tokens: int
    grammar: LogitsProcessor | None = None


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
    """A model and its processor; to be used by one thread at a time.

    Args:
        model: of transformers, such as `LlavaForConditionalGeneration`, on its device.
        processor: turns photo and prompt into its inputs, as transformers' `LlavaProcessor` does.
        cached_photos: for how many photos to keep keys and values.
    """

    def __init__(self, model: Any, processor: Any, cached_photos: int) -> None:
        self._model = model.eval()
        self._processor = processor
        self.tokenizer: PreTrainedTokenizerBase = processor.tokenizer
        self.dtype: torch.dtype = model.dtype
        self.parameters = sum(parameter.numel() for parameter in model.parameters())
        self._prefixes = PrefixCache(cached_photos)
        self._should_stop: Callable[[], bool] = lambda: False
        for module in model.modules():
            if isinstance(module, GradientCheckpointingLayer):
                module.register_forward_pre_hook(self._check_stop)

    def generate(self, prompt: Prompt, streamer: BaseStreamer, should_stop: Callable[[], bool]) -> Generation:
        """Write what follows `prompt` to `streamer`, the likeliest token each time.

        `should_stop` is asked before every layer, so that even a long prompt is left at once.
        """
        self._should_stop = should_stop
        meter = _Meter()
        key = photo_key(prompt.image)
        is_complete = False
        inputs, prefix = self._prepare(key, prompt)
        prompt_ids = inputs["input_ids"][0].tolist()
        cached = len(prefix.token_ids)
        try:
            self._model.generate(
                **inputs,
                past_key_values=prefix.cache,
                streamer=streamer,
                stopping_criteria=[meter],
                logits_processor=[] if prompt.grammar is None else [prompt.grammar],
                max_new_tokens=prompt.max_new_tokens,
                do_sample=False,
            )
            is_complete = True
        except _Stopped:
            pass
        except torch.OutOfMemoryError:
            self._prefixes.clear()
            raise
        self._keep(key, prefix, prompt_ids if meter.sequence is None else meter.sequence.tolist())
        total_s = time.perf_counter() - meter.started
        return Generation(len(prompt_ids), cached, meter.tokens, meter.first_token_s, total_s, is_complete)

    def _prepare(self, key: str, prompt: Prompt) -> tuple[dict[str, Tensor], Prefix]:
        """The model's inputs, without the photo where its keys and values are at hand, and those."""
        prefix = self._prefixes.take(key)
        if prefix is not None:
            image_token = self._processor.image_token
            expanded = prompt.text.replace(image_token, image_token * prefix.image_tokens)
            inputs = self.tokenizer(expanded, return_tensors="pt").to(self._model.device)
            token_ids = inputs["input_ids"][0].tolist()
            length = prefix.common_length(token_ids)
            if length >= self._end_of_image(token_ids):
                prefix.crop(length)
                return dict(inputs), prefix
        inputs = self._processor(
            images=PIL.Image.fromarray(prompt.image), text=prompt.text, return_tensors="pt"
        )
        image_tokens = int((inputs["input_ids"] == self._processor.image_token_id).sum())
        layers = self._model.config.get_text_config().num_hidden_layers
        return dict(inputs.to(self._model.device, self.dtype)), Prefix.empty(image_tokens, layers)

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
