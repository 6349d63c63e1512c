"""Insights by a LLaVA-family model in this process: one model for all visitors, asked in turn."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import cached_property
from pathlib import Path

from transformers import LogitsProcessor, TextIteratorStreamer

from ml.device import pick_device
from ml.hub import fetch
from ml.insights.errors import InsightsError
from ml.insights.food_grammar import MAX_TOKENS, FoodListGrammar, FoodVocabulary
from ml.insights.food_list import FoodList, parse_food_list
from ml.insights.grounding import GroundingCounts, grounded
from ml.insights.llava_model import Generation, LlavaModel
from ml.insights.memory import choose_dtype
from ml.insights.prompt import Message, conversation, food_list_request
from ml.types import Image, MealFacts

POLL_S = 0.1


class LlavaInsights:
    """Streams answers about a photo and its facts; each sentence is checked before it is shown.

    Requests wait in line, first come, first served. A follow-up question about one of the photos used last
    computes only what is new.

    Args:
        repo_id: a LLaVA-family checkpoint on the hub, or a folder.
        revision: its branch, tag or commit.
        device: "auto", "cpu", "cuda" or "mps".
        dtype: "auto" (float32 on a CPU where it fits, else bfloat16), "float32", "bfloat16" or "float16".
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
        place = pick_device(device)
        self.dtype = choose_dtype(dtype, folder, place, memory_limit_gb)
        if max_tiles is None and place.type == "cpu":
            max_tiles = 1
        self._model = LlavaModel(folder, place, self.dtype, max_tiles=max_tiles, cached_photos=cached_photos)
        self.name = Path(repo_id).name
        self.grounding = GroundingCounts()
        self.memory_gb = self._model.parameters * self.dtype.itemsize / 1e9
        self.last: Generation | None = None
        """What the answer finished last took."""
        self._max_new_tokens = max_new_tokens
        self._time_limit_s = time_limit_s
        self._line = ThreadPoolExecutor(max_workers=1, thread_name_prefix="llava")

    def answer(
        self,
        image: Image,
        question: str | None,
        facts: MealFacts,
        history: Sequence[tuple[str, str]] = (),
        stop: threading.Event | None = None,
    ) -> Generator[str, None, None]:
        """See `Insights.answer`. Setting `stop`, or closing the iterator, frees the model within a second."""
        messages = conversation(question, facts, history)
        with closing(self._stream(image, messages, stop, self._max_new_tokens)) as pieces:
            yield from grounded(pieces, facts, question, self.grounding)

    def list_foods(self, image: Image, stop: threading.Event | None = None) -> FoodList:
        """The foods the model sees in `image` (uint8 HxWx3 RGB) with its estimate of their grams."""
        grammar = FoodListGrammar(self._vocabulary)
        with closing(self._stream(image, food_list_request(), stop, MAX_TOKENS, grammar)) as pieces:
            text = "".join(pieces)
        try:
            return parse_food_list(text)
        except ValueError as error:
            raise InsightsError(f"{self.name} was stopped before its list of foods was whole.") from error

    @cached_property
    def _vocabulary(self) -> FoodVocabulary:
        return FoodVocabulary(self._model.tokenizer)

    def _stream(
        self,
        image: Image,
        messages: list[Message],
        stop: threading.Event | None,
        max_new_tokens: int,
        grammar: LogitsProcessor | None = None,
    ) -> Generator[str, None, None]:
        """The model's text as it arrives, and "" while it is silent."""
        left = threading.Event()
        ends = [left] if stop is None else [left, stop]

        def is_over() -> bool:
            return any(event.is_set() for event in ends)

        streamer = TextIteratorStreamer(
            self._model.tokenizer, skip_prompt=True, timeout=POLL_S, skip_special_tokens=True
        )

        def write() -> Generation:
            deadline = time.monotonic() + self._time_limit_s
            try:
                return self._model.generate(
                    image,
                    messages,
                    streamer,
                    should_stop=lambda: is_over() or time.monotonic() > deadline,
                    max_new_tokens=max_new_tokens,
                    grammar=grammar,
                )
            finally:
                streamer.end()

        job = self._line.submit(write)
        is_empty = True
        try:
            while not is_over():
                try:
                    piece = next(streamer)
                except queue.Empty:
                    piece = ""
                except StopIteration:
                    break
                is_empty = is_empty and not piece
                yield piece
            if is_over():
                return
            self.last = job.result()
        except (RuntimeError, MemoryError) as error:
            raise InsightsError(f"{self.name} failed, probably for want of memory: ask again.") from error
        finally:
            left.set()
            job.cancel()
        if is_empty and not self.last.is_complete:
            raise InsightsError(f"{self.name} took more than {self._time_limit_s:g} s: try again later.")
