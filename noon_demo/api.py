"""What scripts call by `gradio_client`: six Gradio endpoints."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import gradio as gr
import PIL.Image

from noon_demo.edits import RecalculateRequest
from noon_demo.ml_inference import format_nutrition_response
from noon_demo.photos.uploads import Uploads
from noon_demo.requests import Prompt, check_plate_diameter
from noon_demo.results import overlay
from noon_demo.service import PLAIN_ERRORS, AnalysisService
from noon_demo.trials.lots import known_as

Json = dict[str, Any]
Photo = dict[str, Any] | None
"""A photo as Gradio hands it on unopened: its path among the uploads."""


def add_endpoints(service: AnalysisService, uploads: Uploads) -> None:
    """Add the endpoints, each named as its function here. Call inside a `gr.Blocks` context."""

    def analyze(  # noqa: PLR0917  (Gradio calls by position)
        image: Photo,
        question: str = "",
        mode: str = "hybrid",
        plate_diameter_cm: float | None = None,
        reference: str = "",
        request: gr.Request | None = None,
    ) -> Iterator[tuple[Path, Json]]:
        """Find and weigh the foods in a photo of a meal, add up their nutrition, and answer a question.

        Partial results come first; the last has the whole answer. The JSON holds mode, detected_items (id,
        label, confidence 0..1, candidates, bbox [x0, y0, x1, y1] in pixels, mask as COCO run-length encoding,
        area_cm2, mass_g, mass_g_range, nutrition, source), nutrition (calories, protein_g, carb_g, fat_g,
        fiber_g, sugar_g, sodium_mg, saturated_fat_g, 21 vitamins, minerals and cholesterol, each with its
        _range, and daily_values_percent; null when nothing was counted), insights, insights_source, image,
        scale, models, versions (which weights of them), timings_ms, warnings.

        Parameters:
            image: Photo of a meal: JPEG, PNG, WebP or HEIC of at most 25 MB.
            question: What to ask about the meal, at most 2,000 characters; may be empty.
            mode: "hybrid" for all of it, "ml_only" without an insight, "llava_only" by a LLaVA model alone.
            plate_diameter_cm: What the plate measures from rim to rim, if known; makes the amounts surer.
            reference: Name of a coin or card in the photo, such as "1 euro"; GET /api/references lists them.

        Returns:
            The photo with the foods drawn in, and the result as JSON.
        """
        with _plain_errors(), _given(uploads, image) as photo:
            drawn: Path | None = None
            plate = check_plate_diameter(plate_diameter_cm)
            who = _visitor(request)
            for result in service.stream(
                photo, question, mode, plate_diameter_cm=plate, reference=reference, visitor=who
            ):
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

    def segment(  # noqa: PLR0917  (Gradio calls by position)
        image: Photo,
        points: str = "[]",
        labels: str = "",
        box: str = "",
        image_key: str = "",
        request: gr.Request | None = None,
    ) -> Json:
        """Outline and name the one food in a photo that points or a box mean.

        The JSON holds image (width, height, key) and item (label, confidence 0..1, candidates, bbox, mask as
        COCO run-length encoding, outline as rings of pixels).

        Parameters:
            image: Photo of a meal; may be left out where image_key is known.
            points: JSON [[x, y], ...] in pixels of the upright photo.
            labels: JSON [1, 0, ...], 1 for a point on the food and 0 for one off it; all 1 if empty.
            box: JSON [x0, y0, x1, y1] in pixels; may be empty.
            image_key: The image.key of an earlier answer, instead of the photo.

        Returns:
            The food as JSON.
        """
        with _plain_errors(), _given(uploads, image) as path:
            prompt = Prompt.read(points, labels, box)
            return service.segment(path, prompt, image_key, _visitor(request)).model_dump(mode="json")

    def recalculate(result: Json, edits: list[Json], request: gr.Request | None = None) -> Json:
        """Correct a result: another name, weight, share eaten, outline or scale. No model runs.

        Edits are objects such as {"edit": "rename", "id": 1, "food": "tacos"}, {"edit": "weigh", "id": 1,
        "grams": 150}, {"edit": "eat", "share": 0.5}, {"edit": "remove", "id": 1}, {"edit": "add", "food":
        "olive oil", "grams": 10} or {"edit": "scale", "plate_diameter_cm": 24}; /api/openapi.json has all.

        Parameters:
            result: The JSON that analyze returned.
            edits: JSON list of edits, made in order.

        Returns:
            The new result as JSON.
        """
        with _plain_errors():
            given = RecalculateRequest.read({"result": result, "edits": edits})
            return service.recalculate(given.result, given.edits, _visitor(request)).model_dump(mode="json")

    def lookup(food: str) -> Json:
        """Look a food up by name in the food composition database, USDA FoodData Central.

        The JSON holds foods, the best fit first, none when nothing fits: food_id, description, category,
        portions_g, nutrition_per_100g (calories, protein_g, carb_g, fat_g, fiber_g, sugar_g, sodium_mg,
        saturated_fat_g, 21 vitamins, minerals and cholesterol) and score, 1 for the same words, else less.

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
        plate = gr.Number(label="Plate diameter in cm", value=None)
        reference = gr.Textbox(label="Coin or card", value="")
        points = gr.Textbox(label="Points", value="[]")
        labels, box, key = (
            gr.Textbox(label=label, value="") for label in ("Labels", "Box", "Key of the photo")
        )
        before, edits = gr.JSON(label="Result to correct"), gr.JSON(label="Edits")
        drawn = gr.Image(label="Photo with the foods drawn in", format="jpeg")
        result = gr.JSON(label="Result")
    samples = {
        photo: {"path": "meal.jpg", "meta": {"_type": "gradio.FileData"}},
        question: "Is it enough protein?",
        mode: "hybrid",
        food: "lentil soup",
        plate: 26,
        points: "[[320, 240]]",
        labels: "[1]",
        box: "[100, 80, 420, 300]",
        edits: [{"edit": "eat", "share": 0.5}],
    }
    for component, sample in samples.items():  # what the API's description shows
        component.example_payload = lambda sample=sample: sample
    unopened: Json = {"preprocess": False}  # or gr.File would leave an empty file behind at each call
    gr.on(
        [],
        analyze,
        [photo, question, mode, plate, reference],
        [drawn, result],
        api_name="analyze",
        **unopened,
    )
    gr.on([], detect, photo, result, api_name="detect", **unopened)
    gr.on([], segment, [photo, points, labels, box, key], result, api_name="segment", **unopened)
    gr.on([], recalculate, [before, edits], result, api_name="recalculate", queue=False)
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
    """The file of a photo sent with this call, deleted afterwards."""
    path = Path(photo["path"]) if photo else None
    with uploads.lent(path) if path else nullcontext():
        yield path


def _visitor(request: gr.Request | None) -> str:
    return known_as(request.cookies, request.session_hash or "") if request else ""
