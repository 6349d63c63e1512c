"""What scripts and agents call: four Gradio endpoints, which are MCP tools too, and two plain HTTP routes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

import anyio
import gradio as gr
from fastapi import APIRouter, Request
from fastapi.concurrency import iterate_in_threadpool, run_in_threadpool
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from noon_demo import overlay
from noon_demo.errors import RequestError
from noon_demo.images import MAX_BYTES, Image
from noon_demo.ml_inference import AnalysisResult, format_nutrition_response
from noon_demo.schemas import DetectedJson, DetectionResponse, ImageJson
from noon_demo.service import PLAIN_ERRORS, AnalysisService

Json = dict[str, Any]
FORM_BYTES = 64 * 1024
"""What a multipart request may hold beside the photo."""


class NotMultipartError(RequestError):
    """A request whose body is not a form."""

    status = 415


class BodyTooLargeError(RequestError):
    """A request of more than a photo's permitted size."""

    status = 413


def add_endpoints(service: AnalysisService) -> None:
    """Add `/analyze`, `/detect`, `/lookup` and `/health`. Call inside a `gr.Blocks` context."""

    def analyze(image: str, question: str = "", mode: str = "hybrid") -> Iterator[tuple[Image | None, Json]]:
        """Find and weigh the foods in a photo of a meal, add up their nutrition, and answer a question.

        Partial results come first; the last has the whole answer. The JSON holds mode, detected_items (id,
        label, confidence 0..1, candidates, bbox [x0, y0, x1, y1] in pixels, mask as COCO run-length encoding,
        area_cm2, mass_g, mass_g_range, nutrition, source), nutrition (calories, protein_g, carb_g, fat_g,
        fiber_g, sugar_g, sodium_mg, saturated_fat_g, each with its _range, and daily_values_percent; null
        when nothing was counted), insights, insights_source, image, scale, models, timings_ms, warnings.

        Parameters:
            image: Photo of a meal: JPEG, PNG, WebP or HEIC of at most 25 MB.
            question: What to ask about the meal, at most 2,000 characters; may be empty.
            mode: "hybrid" for all of it, "ml_only" without an insight, "llava_only" by a LLaVA model alone.

        Returns:
            The photo with the foods drawn in, and the result as JSON.
        """
        with _plain_errors():
            drawn = None
            for result in service.stream(image, question, mode):
                drawn = overlay.draw(result.photo) if drawn is None else drawn
                yield drawn, format_nutrition_response(result)

    def detect(image: str) -> Json:
        """Find and name the foods in a photo of a meal, without weighing them.

        The JSON holds detected_items (id, label, confidence 0..1, candidates, bbox [x0, y0, x1, y1] in
        pixels, mask as COCO run-length encoding), image (width, height), models, timings_ms, warnings.

        Parameters:
            image: Photo of a meal: JPEG, PNG, WebP or HEIC of at most 25 MB.

        Returns:
            The foods as JSON.
        """
        with _plain_errors():
            photo = service.detect(image)
        height, width = photo.image.shape[:2]
        return DetectionResponse(
            detected_items=[DetectedJson.model_validate(item) for item in photo.items],
            image=ImageJson(width=width, height=height),
            models=dict(photo.models),
            timings_ms=dict(photo.timings_ms),
            warnings=list(photo.warnings),
        ).model_dump(mode="json")

    def lookup(food: str) -> Json:
        """Look a food up by name in the food composition database, USDA FoodData Central.

        The JSON holds foods, the best fit first: food_id, description, category, portions_g and
        nutrition_per_100g (calories, protein_g, carb_g, fat_g, fiber_g, sugar_g, sodium_mg, saturated_fat_g).

        Parameters:
            food: Name of a food, such as "lentil soup".

        Returns:
            The rows as JSON.
        """
        with _plain_errors():
            return service.lookup(food).model_dump(mode="json")

    def health() -> Json:
        """Tell which models are loaded, on what device, and how long each stage of an analysis takes.

        The JSON holds status, parts (part, state, model, message), device, memory_mb, uptime_s, counts,
        timings_ms (p50, p95 and count of each stage) and versions.

        Returns:
            The state of the server as JSON.
        """
        return service.health().model_dump(mode="json")

    with gr.Row(visible=False):
        photo = gr.File(label="Photo")
        question = gr.Textbox(label="Question", value="")
        mode = gr.Textbox(label="Mode", value="hybrid")
        food = gr.Textbox(label="Food")
        drawn = gr.Image(label="Photo with the foods drawn in", format="jpeg")
        result = gr.JSON(label="Result")
    gr.on([], analyze, [photo, question, mode], [drawn, result], api_name="analyze")
    gr.on([], detect, photo, result, api_name="detect")
    gr.on([], lookup, food, result, api_name="lookup")
    gr.on([], health, None, result, api_name="health", queue=False)


def routes(service: AnalysisService) -> APIRouter:
    """`POST /api/analyze` and `GET /api/health`."""
    router = APIRouter()

    @router.post("/api/analyze")
    async def analyze(request: Request) -> Response:
        """Multipart `image` and optional `query` and `mode`; the JSON that `/analyze` returns.

        With `Accept: text/event-stream` every event is that JSON, more complete each time. Bad input gets a
        4xx status and `{"error": "<one plain sentence>"}`.
        """
        try:
            form = await _form(request)
            image = await _photo(form)
            question, mode = str(form.get("query") or ""), str(form.get("mode") or "hybrid")
            results = service.stream(image, question, mode)
            first = await run_in_threadpool(next, results)
            if "text/event-stream" in request.headers.get("accept", ""):
                return StreamingResponse(_events(first, results), media_type="text/event-stream")
            *_, last = await run_in_threadpool(lambda: [first, *results])
        except PLAIN_ERRORS as error:
            return JSONResponse({"error": str(error)}, getattr(error, "status", 503))
        return JSONResponse(format_nutrition_response(last))

    @router.get("/api/health")
    def health() -> JSONResponse:
        """The JSON that `/health` returns; its status is 503 when a part has failed, for container checks."""
        health = service.health()
        return JSONResponse(health.model_dump(mode="json"), 503 if health.status == "failed" else 200)

    return router


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Show a client the sentence of what went wrong, without a traceback."""
    try:
        yield
    except PLAIN_ERRORS as error:
        raise gr.Error(str(error), print_exception=False) from None


async def _form(request: Request) -> FormData:
    """The multipart form of a request that says it is small enough."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise NotMultipartError("Please send the photo as multipart/form-data in the field image.")
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        raise RequestError("Please send the request's Content-Length.")
    if int(length) > MAX_BYTES + FORM_BYTES:
        raise BodyTooLargeError("The photo's file is larger than 25 MB; use a smaller one.")
    try:
        return await request.form(max_files=1, max_fields=4, max_part_size=FORM_BYTES)
    except HTTPException as error:
        raise RequestError(f"The form can't be read: {error.detail}") from error


async def _photo(form: FormData) -> bytes:
    photo = form.get("image")
    if not isinstance(photo, UploadFile):
        raise RequestError("Please add a photo of a meal in the field image.")
    return await photo.read()


async def _events(first: AnalysisResult, rest: Generator[AnalysisResult, None, None]) -> AsyncIterator[str]:
    """Server-sent events, each the JSON of a result; an event "error" should one come up on the way.

    When the client leaves, the answer being written is ended.
    """
    try:
        async for result in iterate_in_threadpool(chain([first], rest)):
            yield f"data: {json.dumps(format_nutrition_response(result))}\n\n"
    except PLAIN_ERRORS as error:
        yield f"event: error\ndata: {json.dumps({'error': str(error)})}\n\n"
    finally:
        with anyio.CancelScope(shield=True):
            await run_in_threadpool(rest.close)
