"""Insights by a LLaVA-family model in this process: one model for all visitors, asked in turn."""

from __future__ import annotations

import queue
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import cached_property

from transformers import TextIteratorStreamer

from ml.insights.base import Request
from ml.insights.checks.grounding import grounded
from ml.insights.checks.grounding_counts import GroundingCounts
from ml.insights.checks.known_meal import KnownMeal
from ml.insights.errors import InsightsError
from ml.insights.language.food_list import FoodList, parse_food_list
from ml.insights.language.grammar import MAX_TOKENS, FoodListGrammar, FoodVocabulary
from ml.insights.language.model import Generation, LlavaModel, Prompt
from ml.types import Image

POLL_S = 0.1
FIRST_WORDS = 24
"""Tokens of a first sentence, about: it is shown once it is whole and checked."""


class InProcessInsights(ABC):
    """Streams answers about a photo and its facts; each sentence is checked before it is shown.

    Requests wait in line, first come, first served. A follow-up question about one of the photos used last
    computes only what is new. A subclass loads a model and writes its prompts.

    Args:
        name: how results name this part.
        model: what writes.
        max_new_tokens: the longest answer.
        time_limit_s: when an answer ends where it is; waiting in line does not count.

    Raises:
        InsightsError: from `answer` and `list_foods`, if the model takes too long or runs out of memory.
    """

    answers_on_diets = True

    def __init__(self, name: str, model: LlavaModel, max_new_tokens: int, time_limit_s: float) -> None:
        self.name = self.version = name
        self.dtype = model.dtype
        self.memory_gb = model.parameters * self.dtype.itemsize / 1e9
        self.grounding = GroundingCounts()
        self.last: Generation | None = None
        """What the answer finished last took."""
        self._model = model
        self._max_new_tokens = max_new_tokens
        self._time_limit_s = time_limit_s
        self._line = ThreadPoolExecutor(max_workers=1, thread_name_prefix="llava")

    @abstractmethod
    def write_prompt(self, request: Request) -> str:
        """The conversation up to where the model goes on, with one placeholder for the photo."""

    @abstractmethod
    def food_list_prompt(self) -> str:
        """The request for the foods in a photo with their grams, with one placeholder for it."""

    def answer(self, request: Request) -> Generator[str, None, None]:
        """See `Insights.answer`. Setting `stop`, or closing the iterator, frees the model within a second."""
        prompt = Prompt(request.image, self.write_prompt(request), self._max_new_tokens)
        with closing(self._stream(prompt, request.stop)) as pieces:
            yield from grounded(pieces, KnownMeal(request.facts, request.question), self.grounding)

    def list_foods(self, image: Image, stop: threading.Event | None = None) -> FoodList:
        """The foods the model sees in `image` (uint8 HxWx3 RGB) with its estimate of their grams."""
        grammar = FoodListGrammar(self._vocabulary)
        prompt = Prompt(image, self.food_list_prompt(), MAX_TOKENS, grammar)
        with closing(self._stream(prompt, stop or threading.Event())) as pieces:
            text = "".join(pieces)
        try:
            return parse_food_list(text)
        except ValueError as error:
            raise InsightsError(f"{self.name} was stopped before its list of foods was whole.") from error

    def first_words_s(self, image: Image, most_s: float) -> float:
        """Seconds to the first words about `image` (uint8 HxWx3), left when they take more than `most_s`.

        Raises InsightsError.
        """
        started = time.perf_counter()
        prompt = Prompt(image, self.food_list_prompt(), FIRST_WORDS)
        with closing(self._stream(prompt, threading.Event())) as pieces:
            for _ in pieces:
                if time.perf_counter() - started > most_s:
                    break
        return time.perf_counter() - started

    @cached_property
    def _vocabulary(self) -> FoodVocabulary:
        return FoodVocabulary(self._model.tokenizer)

    def _stream(self, prompt: Prompt, stop: threading.Event) -> Generator[str, None, None]:
        """The model's text as it arrives, and "" while it is silent."""
        left = threading.Event()

        def is_over() -> bool:
            return left.is_set() or stop.is_set()

        streamer = TextIteratorStreamer(
            self._model.tokenizer, skip_prompt=True, timeout=POLL_S, skip_special_tokens=True
        )
        job = self._line.submit(self._write, prompt, streamer, is_over)
        is_empty = True
        try:
            for piece in _pieces(streamer, is_over):
                is_empty = is_empty and not piece
                yield piece
            if is_over():
                return
            self.last = taken = job.result()
        except (RuntimeError, MemoryError) as error:
            raise InsightsError(f"{self.name} failed, probably for want of memory: ask again.") from error
        finally:
            left.set()
            job.cancel()
        if is_empty and not taken.is_complete:
            raise InsightsError(f"{self.name} took more than {self._time_limit_s:g} s: try again later.")

    def _write(
        self, prompt: Prompt, streamer: TextIteratorStreamer, is_over: Callable[[], bool]
    ) -> Generation:
        deadline = time.monotonic() + self._time_limit_s
        try:
            return self._model.generate(prompt, streamer, lambda: is_over() or time.monotonic() > deadline)
        finally:
            streamer.end()


def _pieces(streamer: TextIteratorStreamer, is_over: Callable[[], bool]) -> Iterator[str]:
    """What a model writes, and "" for each `POLL_S` without."""
    while not is_over():
        try:
            piece = next(streamer)
        except queue.Empty:
            piece = ""
        except StopIteration:
            return
        yield piece
