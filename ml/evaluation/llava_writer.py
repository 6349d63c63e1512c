"""Many answers of the embedded LLaVA at once: the same text as one by one, in a fraction of the time."""

from __future__ import annotations

from collections.abc import Sequence

import PIL.Image
import torch
from transformers import LlavaForConditionalGeneration, PreTrainedTokenizerBase

from ml.insights.llava_embedded.processor import build_processor
from ml.types import Image

BATCH = 12


class LlavaWriter:
    """Writes what follows each prompt, the likeliest token each time, unchecked."""

    def __init__(
        self, model: LlavaForConditionalGeneration, tokenizer: PreTrainedTokenizerBase, max_new_tokens: int
    ) -> None:
        self._model, self._tokenizer = model, tokenizer
        self._processor = build_processor(model.config, tokenizer)
        self._max_new_tokens = max_new_tokens

    @torch.inference_mode()
    def write(self, images: Sequence[Image], prompts: Sequence[str]) -> list[str]:
        """One text for each image (uint8 HxWx3 RGB) and prompt; those of like length go together."""
        order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
        texts = [""] * len(prompts)
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            inputs = self._processor(
                images=[PIL.Image.fromarray(images[i]) for i in chosen],
                text=[prompts[i] for i in chosen],
                return_tensors="pt",
                padding=True,
                padding_side="left",
            ).to(self._model.device, self._model.dtype)
            written = self._model.generate(**inputs, max_new_tokens=self._max_new_tokens, do_sample=False)
            new = written[:, inputs["input_ids"].shape[1] :]
            for i, text in zip(
                chosen, self._tokenizer.batch_decode(new, skip_special_tokens=True), strict=True
            ):
                texts[i] = text.strip()
        return texts
