"""The application: `POST /analyze`, `GET /health`, those of `meal.py`, and their description at `/docs`."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import AsyncIterator, Generator
from contextlib import closing

from anyio import CancelScope, CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response, StreamingResponse
from fastapi_offline import FastAPIOffline
from starlette.exceptions import HTTPException

from noon_demo import teaching
from noon_demo.concurrency.line import BusyError
from noon_demo.errors import DISK_FULL, RequestError, is_disk_full
from noon_demo.ml_inference import AnalysisResult, format_nutrition_response
from noon_demo.photos.images import TOO_LARGE, ImageTooLargeError
from noon_demo.rest import form, meal
from noon_demo.schemas import AnalysisResponse, ErrorResponse, HealthResponse
from noon_demo.service import PLAIN_ERRORS, AnalysisService
from noon_demo.trials import lots
from noon_demo.watching import logs

logger = logging.getLogger(__name__)

DESCRIPTION = "A photo of a meal in; what is on the plate, its nutrition and an insight out. Estimates."
FIELD_BYTES = 2**17
"""Of a field of the form beside the photo; the guard bounds the whole."""
LOOK_S = 0.5
"""How often it is looked whether a client is still there."""

Results = Generator[AnalysisResult, None, None]
Events = Generator[str, None, None]


def build(service: AnalysisService, most_at_once: int) -> FastAPI:
    """The application to mount; at most `most_at_once` analyses are held open."""
    app = FastAPIOffline(  # its page takes nothing from another host
        title="Noon",
        description=DESCRIPTION,
        redoc_url=None,
        swagger_ui_parameters={"validatorUrl": None},
        exception_handlers={
            RequestValidationError: _unfit,
            HTTPException: _refused,
            **dict.fromkeys(PLAIN_ERRORS, _sentence),
        },
    )
    threads = CapacityLimiter(most_at_once)
    app.include_router(meal.router(service, threads))

    @app.post(
        "/analyze",
        response_model=AnalysisResponse,
        responses={status: {"model": ErrorResponse} for status in (400, 413, 415, 503)},
        form_limits={"max_files": 1, "max_fields": 8, "max_part_size": FIELD_BYTES},
        dependencies=[Depends(form.only_known_fields)],
    )
    async def analyze(
        request: Request,
        *,
        image: form.Photo,
        question: form.Question = "",
        mode: form.Mode = "hybrid",
        plate_diameter_cm: form.PlateDiameter = None,
        reference: form.Reference = "",
        taught: form.Taught = "",
        query: form.Query = "",
    ) -> Response:
        """The JSON that the Gradio endpoint `/analyze` returns, for a photo sent as a form.

        With `Accept: text/event-stream` every event is that JSON, more complete each time. Bad input gets a
        4xx status, a busy server 503 with `Retry-After`, both with `{"error": "<one plain sentence>"}`.
        """
        stop = threading.Event()
        visitor = lots.visitor(request)
        if question and query:
            raise RequestError("Please ask in question or in query, not in both.")
        results = service.stream(
            image.file,
            question or query,
            mode,
            plate_diameter_cm=plate_diameter_cm,
            reference=reference,
            taught=teaching.read(taught),
            stop=stop,
            visitor=visitor,
        )
        watch = asyncio.create_task(_stop_when_left(request, stop))
        try:
            if "text/event-stream" in request.headers.get("accept", ""):
                events = _encoded(results)
                first = await run_sync(next, events, limiter=threads)
                return StreamingResponse(
                    _events(first, events, stop, threads), media_type="text/event-stream"
                )
            return await run_sync(_last, results, limiter=threads)
        except PLAIN_ERRORS as error:
            return _refusal(error)
        finally:
            watch.cancel()

    @app.get("/health", response_model=HealthResponse, responses={503: {"model": HealthResponse}})
    async def health() -> Response:
        """The state of the server, with status 503 when a part has failed; never waits for an analysis."""
        health = service.health()
        return JSONResponse(health.model_dump(mode="json"), 503 if health.status == "failed" else 200)

    return app


async def _stop_when_left(request: Request, stop: threading.Event) -> None:
    """Set `stop` once the client is gone, so that nobody waits for an answer without a reader."""
    while not await request.is_disconnected():
        await asyncio.sleep(LOOK_S)
    stop.set()


def _last(results: Results) -> JSONResponse:
    """The last result as an answer. Masks take a while to encode, so this is for a worker thread."""
    *_, last = results
    return JSONResponse(format_nutrition_response(last))


def _encoded(results: Results) -> Events:
    """Server-sent events, each the JSON of a result; for a worker thread too."""
    with closing(results):
        for result in results:
            yield f"data: {json.dumps(format_nutrition_response(result))}\n\n"


async def _events(
    first: str, rest: Events, stop: threading.Event, threads: CapacityLimiter
) -> AsyncIterator[str]:
    """Server-sent events as they come; one named "error" should an error come up on the way.

    When the client leaves, the answer being written is ended.
    """
    event: str | None = first
    try:
        while event:
            yield event
            event = await run_sync(next, rest, None, limiter=threads)
    except PLAIN_ERRORS as error:
        yield f"event: error\ndata: {json.dumps({'error': str(error)})}\n\n"
    finally:
        stop.set()
        with CancelScope(shield=True):
            await run_sync(rest.close)


def _refusal(error: Exception) -> JSONResponse:
    wait = {"Retry-After": str(error.retry_after_s)} if isinstance(error, BusyError) else None
    return JSONResponse({"error": str(error)}, getattr(error, "status", 503), wait)


async def _sentence(request: Request, error: Exception) -> JSONResponse:
    return _refusal(error)


async def _unfit(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return _refusal(form.unfit(request, error))


async def _refused(request: Request, error: Exception) -> JSONResponse:
    """What the framework refuses: a body that is too large or can't be stored, no form, no such route."""
    assert isinstance(error, HTTPException)
    if (cause := error.__cause__) and is_disk_full(cause):
        logger.error("A request's body can't be stored: %s", logs.fault(cause))
        return JSONResponse({"error": DISK_FULL}, 507)
    if error.status_code == 413:
        return _refusal(ImageTooLargeError(TOO_LARGE))
    return JSONResponse({"error": f"This can't be served: {error.detail}"}, error.status_code, error.headers)
