"""What scripts call by `gradio_client`: four Gradio endpoints."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gradio as gr
import PIL.Image

from noon_demo import overlay
from noon_demo.ml_inference import format_nutrition_response
from noon_demo.service import PLAIN_ERRORS, AnalysisService
from noon_demo.uploads import Uploads

Json = dict[str, Any]
Photo = dict[str, Any] | None
"""A photo as Gradio hands it on unopened: its path among the uploads."""


def add_endpoints(service: AnalysisService, uploads: Uploads) -> None:
    """Add `/analyze`, `/detect`, `/lookup` and `/health`. Call inside a `gr.Blocks` context."""

    def analyze(
        image: Photo, question: str = "", mode: str = "hybrid", request: gr.Request | None = None
    ) -> Iterator[tuple[Path, Json]]:
        """Find and weigh the foods in a photo of a meal, add up their nutrition, and answer a question.

        Partial results come first; the last has the whole answer. The JSON holds mode, detected_items (id,
        label, confidence 0..1, candidates, bbox [x0, y0, x1, y1] in pixels, mask as COCO run-length encoding,
        area_cm2, mass_g, mass_g_range, nutrition, source), nutrition (calories, protein_g, carb_g, fat_g,
        fiber_g, sugar_g, sodium_mg, saturated_fat_g, 21 vitamins, minerals and cholesterol, each with its
        _range, and daily_values_percent; null when nothing was counted), insights, insights_source, image,
        scale, models, timings_ms, warnings.

        Parameters:
            image: Photo of a meal: JPEG, PNG, WebP or HEIC of at most 25 MB.
            question: What to ask about the meal, at most 2,000 characters; may be empty.
            mode: "hybrid" for all of it, "ml_only" without an insight, "llava_only" by a LLaVA model alone.

        Returns:
            The photo with the foods drawn in, and the result as JSON.
        """
        with _plain_errors(), _given(uploads, image) as photo:
            drawn: Path | None = None
            for result in service.stream(photo, question, mode, visitor=_visitor(request)):
                if drawn is None:
                    drawn = uploads.new_file("foods.jpg")
                    PIL.Image.fromarray(overlay.draw(result.photo)).save(drawn)
                yield drawn, format_nutrition_response(result)

    def detect(image: Photo, request: gr.Request | None = None) -> Json:
        """Find and name the foods in a photo of a meal, without weighing them.

        The JSON holds detected_items (id, label, confidence 0..1, candidates, bbox [x0, y0, x1, y1] in
        pixels, mask as COCO run-length encoding), image (width, height), models, timings_ms, warnings.

        Parameters:
            image: Photo of a meal: JPEG, PNG, WebP or HEIC of at most 25 MB.

        Returns:
            The foods as JSON.
        """
        with _plain_errors(), _given(uploads, image) as path:
            return service.detect(path, _visitor(request)).model_dump(mode="json")

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
    unopened: Json = {"preprocess": False}  # or gr.File would leave an empty file behind at each call
    gr.on([], analyze, [photo, question, mode], [drawn, result], api_name="analyze", **unopened)
    gr.on([], detect, photo, result, api_name="detect", **unopened)
    gr.on([], lookup, food, result, api_name="lookup")
    gr.on([], health, None, result, api_name="health", queue=False)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Show a client the sentence of what went wrong, without a traceback."""
    try:
        yield
    except PLAIN_ERRORS as error:
        raise gr.Error(str(error), print_exception=False) from None


@contextmanager
def _given(uploads: Uploads, photo: Photo) -> Iterator[Path | None]:
    """The file of a photo sent with this call alone, deleted afterwards."""
    path = Path(photo["path"]) if photo else None
    try:
        yield path
    finally:
        if path:
            uploads.discard(path)


def _visitor(request: gr.Request | None) -> str:
    return (request and request.session_hash) or ""
