"""Serves tools to agents, by the Model Context Protocol over streamable HTTP.

Gradio's own tools answer with Python's representation of a result; these with JSON that has a schema.
"""

from __future__ import annotations

import base64
import binascii
import io
import itertools
import logging
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import CancelledError
from contextlib import asynccontextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import anyio.from_thread
import PIL.Image
from anyio import BrokenResourceError, CapacityLimiter, ClosedResourceError
from anyio.lowlevel import current_token
from anyio.to_thread import run_sync
from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from noon_demo.edits import RecalculateRequest
from noon_demo.errors import UNFORESEEN, RequestError
from noon_demo.mcp.tools import (
    TOOLS,
    AnalyzeArguments,
    LookupArguments,
    PhotoArguments,
    RecalculateArguments,
    SegmentArguments,
    checked,
)
from noon_demo.middleware.guard import MCP, PHOTO_ROUTES
from noon_demo.ml_inference import AnalysisResult, Report, nutrition_response
from noon_demo.photos.images import Image
from noon_demo.photos.uploads import Uploads
from noon_demo.photos.web import fetch, is_web
from noon_demo.requests import NOT_A_PROMPT, Prompt, check_plate_diameter
from noon_demo.results import overlay
from noon_demo.schemas import AnalysisResponse, DetectionResponse, Strict
from noon_demo.service import PLAIN_ERRORS, AnalysisService
from noon_demo.trials import lots
from noon_demo.watching import logs

logger = logging.getLogger(__name__)

NO_PHOTO = (
    "Please send the photo as an https address or as a data: URL with base64; "
    "a path on your machine can't be read here."
)


class Agents:
    """What agents are served with: `routes` to add to an app, and a `lifespan` to run with it.

    At most `most_at_once` calls run at a time; the service lets them wait in its line.
    """

    def __init__(self, service: AnalysisService, uploads: Uploads, most_at_once: int) -> None:
        self._service = service
        self._uploads = uploads
        self._threads = CapacityLimiter(most_at_once)
        self._server: Server[Any, Request] = Server("noon")
        self._server.list_tools()(_tools)  # type: ignore[no-untyped-call]
        self._server.call_tool(validate_input=False)(self._call)
        self._manager = StreamableHTTPSessionManager(
            self._server, stateless=True, max_request_body_size=PHOTO_ROUTES[MCP]
        )
        self.routes: list[BaseRoute] = [
            Route(f"{MCP}/schema", _schema),
            *(Route(path, self._manager.asgi_app) for path in (MCP, f"{MCP}/")),
        ]

    @asynccontextmanager
    async def lifespan(self, app: object) -> AsyncIterator[None]:
        """Serve for as long as the context lasts."""
        async with self._manager.run():
            yield

    async def _call(self, name: str, arguments: dict[str, Any]) -> types.CallToolResult:
        try:
            given = checked(name, arguments)
            match name:
                case "analyze":
                    return await self._analyze(given)
                case "detect":
                    return await self._detect(given)
                case "segment":
                    return await self._segment(given)
                case "recalculate":
                    return await self._recalculate(given)
                case "lookup":
                    return await self._lookup(given)
                case _:
                    return _answer(self._service.health())
        except PLAIN_ERRORS as error:
            return _failure(str(error))
        except Exception as error:  # a fault of ours, of whatever kind: the agent gets a sentence
            logger.error("The tool %s failed: %s", name, logs.fault(error))
            logger.debug("How it came to that:", exc_info=error)
            return _failure(UNFORESEEN)

    async def _analyze(self, given: AnalyzeArguments) -> types.CallToolResult:
        plate_cm = check_plate_diameter(given.plate_diameter_cm)
        async with self._photo(given.image) as photo:
            result = await self._result(photo, given, plate_cm)
        return await run_sync(_drawn, result, limiter=self._threads)

    async def _result(
        self, photo: Path | bytes, given: AnalyzeArguments, plate_cm: float | None
    ) -> AnalysisResult:
        """The last result for a photo; waiting and writing end early where the agent takes back its call."""
        stop = threading.Event()
        results = self._service.stream(
            photo,
            given.question,
            given.mode,
            self._progress(stop),
            plate_diameter_cm=plate_cm,
            stop=stop,
            visitor=self._visitor,
        )
        try:
            *_, last = await run_sync(list, results, abandon_on_cancel=True, limiter=self._threads)
            return last
        finally:
            stop.set()

    async def _detect(self, given: PhotoArguments) -> types.CallToolResult:
        visitor = self._visitor
        async with self._photo(given.image) as photo:
            return await self._answered(lambda: _without_masks(self._service.detect(photo, visitor)))

    async def _segment(self, given: SegmentArguments) -> types.CallToolResult:
        labels = [1] * len(given.points) if given.labels is None else given.labels
        try:
            prompt = Prompt.model_validate({"points": given.points, "labels": labels, "box": given.box})
        except ValidationError:
            raise RequestError(NOT_A_PROMPT) from None
        async with self._photo(given.image) if given.image else nullcontext() as photo:
            arguments = (photo, prompt, given.image_key, self._visitor)
            return await self._answered(partial(self._service.segment, *arguments))

    async def _recalculate(self, given: RecalculateArguments) -> types.CallToolResult:
        visitor = self._visitor

        def corrected() -> Strict:
            request = RecalculateRequest.read(given.model_dump())
            return _without_masks(self._service.recalculate(request.result, request.edits, visitor))

        return await self._answered(corrected)

    async def _lookup(self, given: LookupArguments) -> types.CallToolResult:
        return await self._answered(partial(self._service.lookup, given.food))

    async def _answered(self, answer: Callable[[], Strict]) -> types.CallToolResult:
        """What `answer` gives, as agents take it, both in a worker thread: it takes a while to encode."""
        return await run_sync(lambda: _answer(answer()), limiter=self._threads)

    @asynccontextmanager
    async def _photo(self, image: str) -> AsyncIterator[Path | bytes]:
        """A photo that an argument names or holds; what was fetched is deleted afterwards."""
        if is_web(image):
            path = await fetch(image, self._uploads.folder)
            try:
                yield path
            finally:
                self._uploads.discard(path)
            return
        kind, comma, data = image.partition(",")
        if not (comma and kind.lower().startswith("data:") and kind.lower().endswith(";base64")):
            raise RequestError(NO_PHOTO)
        try:
            photo = base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError):
            raise RequestError(NO_PHOTO) from None
        yield photo

    def _progress(self, stop: threading.Event) -> Report | None:
        """Tells an agent that wants to know it what is being done; sets `stop` once the agent has gone."""
        context = self._server.request_context
        token = context.meta.progressToken if context.meta else None
        if token is None:
            return None
        told, loop = itertools.count(1), current_token()

        def report(stage: str) -> None:
            try:
                anyio.from_thread.run(
                    context.session.send_progress_notification,
                    token,
                    next(told),
                    None,
                    stage,
                    str(context.request_id),
                    token=loop,
                )
            except (BrokenResourceError, ClosedResourceError, CancelledError):
                stop.set()

        return report

    @property
    def _visitor(self) -> str:
        request = self._server.request_context.request
        return lots.visitor(request) if request else ""


async def _tools() -> list[types.Tool]:
    return [
        types.Tool(
            name=name,
            description=tool.description,
            inputSchema=tool.arguments.model_json_schema(),
            outputSchema=tool.result.model_json_schema(mode="serialization"),
        )
        for name, tool in TOOLS.items()
    ]


async def _schema(request: Request) -> JSONResponse:
    """The tools as Gradio's page and the Hugging Face hub read them, without the protocol."""
    fields = {"name", "description", "inputSchema"}
    return JSONResponse(
        [
            tool.model_dump(include=fields) | {"meta": {"mcp_type": "tool", "file_data_present": False}}
            for tool in await _tools()
        ]
    )


def _answer(result: Strict, *pictures: types.ImageContent) -> types.CallToolResult:
    data = result.model_dump(mode="json")
    text = types.TextContent(type="text", text=result.model_dump_json())
    return types.CallToolResult(content=[*pictures, text], structuredContent=data)


def _drawn(result: AnalysisResult) -> types.CallToolResult:
    """The photo with the foods drawn in, and the result. It takes a while, so is for a worker thread."""
    return _answer(_without_masks(nutrition_response(result)), _jpeg(overlay.draw(result.photo)))


def _failure(sentence: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=sentence)], isError=True)


def _without_masks(response: AnalysisResponse | DetectionResponse) -> Strict:
    """For agents, who can't look at a mask but pay for its length."""
    items = [item.model_copy(update={"mask": None, "outline": []}) for item in response.detected_items]
    return response.model_copy(update={"detected_items": items})


def _jpeg(pixels: Image) -> types.ImageContent:
    file = io.BytesIO()
    PIL.Image.fromarray(pixels).save(file, "JPEG", quality=85)
    data = base64.b64encode(file.getvalue()).decode()
    return types.ImageContent(type="image", data=data, mimeType="image/jpeg")
