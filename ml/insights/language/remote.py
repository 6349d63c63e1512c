"""Insights by any OpenAI-compatible chat endpoint that takes images: Ollama, llama.cpp, vLLM, hosted ones."""

from __future__ import annotations

import asyncio
import base64
import io
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Sequence
from contextlib import aclosing, closing
from typing import Any

import httpx2
import openai
import PIL.Image
from openai import AsyncOpenAI

from ml.insights.base import Request
from ml.insights.checks.grounding import grounded
from ml.insights.checks.grounding_counts import GroundingCounts
from ml.insights.checks.known_meal import KnownMeal
from ml.insights.checks.sentence_stream import MAX_ANSWER_CHARS, limited
from ml.insights.errors import InsightsError
from ml.insights.language.food_list import SCHEMA, FoodList, parse_food_list
from ml.insights.language.prompt import Message, conversation, food_list_request
from ml.insights.language.queued import POLL_S, Received, pieces
from ml.insights.language.remote_errors import NoAnswerError, sentence_of
from ml.insights.language.thinking import ThoughtFilter
from ml.redact import host_of
from ml.types import Image

CONNECT_TIMEOUT_S = 3.0
IMAGE_SIDE_PX = 768
MAX_TOKENS = 400
NONSENSE = (ValueError, TypeError, AttributeError)
"""What an answer of another form than the protocol's raises: openai does not check it."""
THOUGHTS = ("reasoning", "reasoning_content")
"""Where servers put what a model thinks, if not into its answer."""


class RemoteInsights:
    """Streams answers from a chat endpoint, checked against the facts before they are shown.

    Args:
        base_url: the endpoint up to and including "/v1".
        model: the model's name there.
        api_key: sent as bearer token; neither logged nor part of any message.
        timeout_s: for a whole answer, the connection and one repeat after a refused request included.

    Raises:
        InsightsError: if `base_url` or `model` is empty; from `answer` and `list_foods`, with one sentence,
            when the endpoint is away, slow, refuses the key, is busy, takes no images, or answers nonsense.
    """

    answers_on_diets = True

    def __init__(
        self, base_url: str, model: str, api_key: str | None = None, *, timeout_s: float = 60.0
    ) -> None:
        if not base_url or not model:
            raise InsightsError("Remote insights need the endpoint's base URL and a model name: set both.")
        self.name = self.version = f"remote {model}"
        self.grounding = GroundingCounts()
        self._base_url = base_url
        self._model = model
        self._api_key = api_key
        self._timeout_s = timeout_s

    def answer(self, request: Request) -> Generator[str, None, None]:
        """See `Insights.answer`. Setting `stop`, or closing the iterator, closes the connection."""
        messages = conversation(request.question, request.facts, request.history)
        with closing(self._stream(request.image, messages, request.stop)) as text:
            yield from grounded(text, KnownMeal(request.facts, request.question), self.grounding)

    def list_foods(self, image: Image, stop: threading.Event | None = None) -> FoodList:
        """The foods the model sees in `image` (uint8 HxWx3 RGB) with its estimate of their grams."""
        schema = {"type": "json_schema", "json_schema": {"name": "foods", "strict": True, "schema": SCHEMA}}
        stop = stop or threading.Event()
        with closing(self._stream(image, food_list_request(), stop, response_format=schema)) as answer:
            text = "".join(limited(answer, MAX_ANSWER_CHARS))
        try:
            return parse_food_list(text)
        except ValueError as error:
            server = f"The model server {host_of(self._base_url)}"
            raise InsightsError(f"{server} sent no list of foods: choose another model.") from error

    def _stream(
        self, image: Image, messages: list[Message], stop: threading.Event, **options: Any
    ) -> Generator[str, None, None]:
        """The model's text as it arrives, and "" while it is silent; a thread of its own listens."""
        left = threading.Event()
        ends = [left, stop]
        deadline = time.monotonic() + self._timeout_s
        received = Received()

        async def listen() -> None:
            try:
                async with aclosing(self._request(with_image(messages, image), options)) as answer:
                    while (piece := await _next(answer, ends, deadline)) is not None:
                        received.put(piece)
            except (openai.OpenAIError, httpx2.InvalidURL, TimeoutError, NoAnswerError, *NONSENSE) as error:
                received.put(error)
            finally:
                received.put(None)

        threading.Thread(target=lambda: asyncio.run(listen()), daemon=True).start()
        try:
            for piece in pieces(received):
                if isinstance(piece, Exception):
                    sentence = sentence_of(piece, self._base_url, self._model, self._timeout_s)
                    raise InsightsError(sentence) from piece
                yield piece
        finally:
            left.set()

    async def _request(self, messages: list[Message], options: dict[str, Any]) -> AsyncGenerator[str, None]:
        client = AsyncOpenAI(
            base_url=self._base_url,
            api_key=self._api_key or "none",
            timeout=openai.Timeout(self._timeout_s, connect=CONNECT_TIMEOUT_S),
            max_retries=1,
        )
        create: Any = client.chat.completions.create
        answer, is_blank = ThoughtFilter(), True
        async with client:
            request = {"model": self._model, "messages": messages, "max_tokens": MAX_TOKENS, **options}
            async with await create(stream=True, **request) as chunks:
                async for chunk in chunks:
                    for choice in chunk.choices or ():
                        answer.thought = answer.thought or any(map(choice.delta.model_extra.get, THOUGHTS))
                        text = answer.add(choice.delta.content or "")
                        text = text.lstrip() if is_blank else text
                        if text:
                            is_blank = False
                            yield text
        if is_blank and not answer.rest().strip():
            raise NoAnswerError(answer.thought)
        yield answer.rest()


def with_image(messages: list[Message], image: Image) -> list[Message]:
    """The messages in OpenAI's format: the photo as a data URL, a JPEG of at most `IMAGE_SIDE_PX` a side."""
    picture = PIL.Image.fromarray(image)
    picture.thumbnail((IMAGE_SIDE_PX, IMAGE_SIDE_PX))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=85)
    url = f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode()}"
    photo = {"type": "image_url", "image_url": {"url": url}}
    return [
        {**message, "content": [photo if part["type"] == "image" else part for part in message["content"]]}
        for message in messages
    ]


async def _next(pieces: AsyncIterator[str], ends: Sequence[threading.Event], deadline: float) -> str | None:
    """The next piece; None at the end, or once one of `ends` is set. TimeoutError at the deadline."""
    piece = asyncio.ensure_future(anext(pieces, None))
    while not piece.done():
        await asyncio.wait({piece}, timeout=POLL_S)
        is_late = time.monotonic() > deadline
        if is_late or any(event.is_set() for event in ends):
            piece.cancel()
            await asyncio.wait({piece})
            if is_late:
                raise TimeoutError
            return None
    return piece.result()
