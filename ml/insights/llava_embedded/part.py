"""Insights by the LLaVA that needs no hub."""

from __future__ import annotations

from pathlib import Path

from transformers import LlavaForConditionalGeneration, PreTrainedTokenizerBase

from ml.device import fastest_dtype, pick_device
from ml.insights.base import Request
from ml.insights.errors import InsightsError
from ml.insights.language.in_process import InProcessInsights
from ml.insights.language.memory import dtype_named
from ml.insights.language.model import LlavaModel
from ml.insights.llava_embedded.extra import why_unavailable
from ml.insights.llava_embedded.gemma import load_gemma
from ml.insights.llava_embedded.model import assemble, read_adapter
from ml.insights.llava_embedded.processor import build_processor
from ml.insights.llava_embedded.prompt import food_list_prompt, write_prompt
from ml.insights.llava_embedded.vision import load_vision_tower
from ml.versions.card import version_of


class EmbeddedLlavaInsights(InProcessInsights):
    """Answers by Gemma 3 270M with the recognizer as its eyes and the weights we trained.

    Args:
        model: as `assemble` makes it.
        tokenizer: of its language model.
        max_new_tokens: the longest answer.
        time_limit_s: when an answer ends where it is; waiting in line does not count.
        cached_photos: for how many photos to keep keys and values.

    Raises:
        InsightsError: from `answer` and `list_foods`, if it takes too long or runs out of memory.
    """

    answers_on_diets = False
    """A slip of a model this small could do harm."""

    def __init__(
        self,
        model: LlavaForConditionalGeneration,
        tokenizer: PreTrainedTokenizerBase,
        *,
        max_new_tokens: int = 160,
        time_limit_s: float = 60.0,
        cached_photos: int = 4,
    ) -> None:
        llava = LlavaModel(model, build_processor(model.config, tokenizer), cached_photos)
        super().__init__("LLaVA of Gemma 3 270M, embedded", llava, max_new_tokens, time_limit_s)

    @classmethod
    def load(
        cls, adapter: str, recognizer: str, *, device: str = "auto", dtype: str = "auto"
    ) -> EmbeddedLlavaInsights:
        """The part with the weights of two folders.

        Args:
            adapter: the folder of the trained projector and LoRA.
            recognizer: the folder of the recognizer.
            device: "auto", "cpu", "cuda" or "mps".
            dtype: "float32", "bfloat16", "float16", or "auto" for the one that the device computes fastest.

        Raises:
            InsightsError: if packages, weights or memory are missing, or the weights don't fit together.
        """
        if problem := why_unavailable(Path(adapter)):
            raise InsightsError(problem)
        place = pick_device(device)
        precision = fastest_dtype(place) if dtype == "auto" else dtype_named(dtype)
        language_model, tokenizer = load_gemma(precision)
        model = assemble(language_model, tokenizer, load_vision_tower(Path(recognizer)))
        part = cls(read_adapter(model, Path(adapter)).to(place), tokenizer)
        part.version = version_of(Path(adapter))
        return part

    def write_prompt(self, request: Request) -> str:
        """See `ml.insights.llava_embedded.prompt.write_prompt`."""
        return write_prompt(request.question, request.facts, request.history)

    def food_list_prompt(self) -> str:
        """See `ml.insights.llava_embedded.prompt.food_list_prompt`."""
        return food_list_prompt()
