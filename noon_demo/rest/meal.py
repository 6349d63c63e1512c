"""Plain HTTP for correcting a meal: outline a food, recalculate, find foods and things of known size."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from fastapi.responses import JSONResponse, Response
from pydantic import SkipValidation

from noon_demo.edits import RecalculateRequest
from noon_demo.requests import Prompt
from noon_demo.schemas import (
    AnalysisResponse,
    ErrorResponse,
    FoodsResponse,
    ReferencesResponse,
    SegmentResponse,
    Strict,
    TeachResponse,
)
from noon_demo.service import AnalysisService
from noon_demo.trials import lots

ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorResponse} for status in (400, 410, 413, 503)
}

Image = Annotated[UploadFile | None, File(description="The photo; may be left out where image_key is known")]
ImageKey = Annotated[str | None, Form(description="image.key of an earlier answer")]
Box = Annotated[str | None, Form(description="JSON: [x0, y0, x1, y1] in pixels of the photo")]


def router(service: AnalysisService, threads: CapacityLimiter) -> APIRouter:
    """The routes; the application turns what they raise into sentences."""
    routes = APIRouter()

    async def answered(answer: Callable[[], Strict]) -> Response:
        """What `answer` gives, as JSON, both in a worker thread: masks take a while to encode."""
        return await run_sync(lambda: _json(answer()), limiter=threads)

    @routes.post("/segment", response_model=SegmentResponse, responses=ERRORS)
    async def segment(  # noqa: PLR0917  (the fields of a form)
        request: Request,
        image: Image = None,
        image_key: ImageKey = None,
        points: Annotated[str, Form(description="JSON: [[x, y], ...] in pixels of the photo")] = "[]",
        labels: Annotated[str | None, Form(description="JSON: [1, 0, ...], 1 on the food, 0 off it")] = None,
        box: Box = None,
    ) -> Response:
        """The outline and name of the one food that points or a box mean.

        A photo is sent once; later calls name it by its key. Status 410 asks for it again.
        """
        prompt = Prompt.read(points, labels, box)
        visitor = lots.visitor(request)

        def answer() -> SegmentResponse:
            return service.segment(image.file if image else None, prompt, image_key, visitor)

        return await answered(answer)

    @routes.post("/teach", response_model=TeachResponse, responses=ERRORS)
    async def teach(
        request: Request, box: Box = None, image: Image = None, image_key: ImageKey = None
    ) -> Response:
        """What the recognizer sees of the food in a box, to be sent with later photos in the field taught.

        Nothing is kept here. A photo is named by its key or sent, as for `/segment`.
        """
        prompt = Prompt.read("[]", None, box)
        visitor = lots.visitor(request)

        def answer() -> TeachResponse:
            return service.teach(image.file if image else None, prompt, image_key, visitor)

        return await answered(answer)

    @routes.post("/recalculate", response_model=AnalysisResponse, responses=ERRORS)
    async def recalculate(given: SkipValidation[RecalculateRequest], request: Request) -> Response:
        """A result after corrections: another name, weight, share eaten, outline, scale; no model runs."""
        visitor = lots.visitor(request)

        def answer() -> AnalysisResponse:
            corrections = RecalculateRequest.read(given)  # here, since a large one takes a while to check
            return service.recalculate(corrections.result, corrections.edits, visitor)

        return await answered(answer)

    @routes.get("/foods", response_model=FoodsResponse, responses=ERRORS)
    async def foods(
        query: Annotated[str, Query(max_length=200)],
        language: Annotated[str, Query(max_length=10)] = "en",
        limit: Annotated[int, Query(ge=1, le=50)] = 8,
    ) -> Response:
        """Foods by what is typed, forgiving of spelling, to rename a food or to add one."""
        return await answered(partial(service.foods, query, language, limit))

    @routes.get("/food-names", response_model=dict[str, str], responses=ERRORS)
    async def food_names(language: Annotated[str, Query(max_length=10)] = "en") -> Response:
        """What the labels of foods are called in a language: en, de or es."""
        return JSONResponse(await run_sync(service.food_names, language, limiter=threads))

    @routes.get("/references", response_model=ReferencesResponse)
    async def references() -> Response:
        """Coins and cards of known size, one of which an edit "scale" may name."""
        return _json(service.references())

    return routes


def _json(answer: Strict) -> Response:
    return Response(answer.model_dump_json(), media_type="application/json")
