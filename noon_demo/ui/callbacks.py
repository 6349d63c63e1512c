"""What happens when a person does something on the page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gradio as gr

from noon_demo import images
from noon_demo.errors import UNFORESEEN, RequestError
from noon_demo.ml_inference import AnalysisResult, format_nutrition_response
from noon_demo.schemas import AnalysisResponse
from noon_demo.service import PLAIN_ERRORS, AnalysisService, Progress
from noon_demo.ui import panels, text
from noon_demo.ui.chart import macro_chart
from noon_demo.ui.layout import Page
from noon_demo.ui.masks import annotated
from noon_demo.ui.table import headline, nutrition_table

Updates = dict[Any, Any]
PROGRESS = gr.Progress()
STAGES_EXPECTED = 8
MIN_PLATE_CM, MAX_PLATE_CM = 8, 60
HIDDEN_FORMATS = {".heic", ".heif", ".tif", ".tiff"}
"""Names end so in files that Noon opens and most browsers show as a broken image."""


@dataclass(frozen=True)
class Conversation:
    """The meal on the page and what was said about it, as (question, answer) pairs."""

    photo: str | None
    mode: str
    plate_cm: float | None
    turns: tuple[tuple[str, str], ...] = ()


class Callbacks:
    """One method an event; the only state is how to stop the answer that a visitor is getting."""

    def __init__(self, service: AnalysisService, page: Page) -> None:
        self.service = service
        self.page = page
        self._stops: dict[str, threading.Event] = {}

    def status(self) -> tuple[str, gr.Timer]:
        """The status line, asked for again for as long as a part is loading."""
        health = self.service.health()
        return panels.status_line(health.parts), gr.Timer(active=health.status == "loading")

    def preview(self, photo: dict[str, Any] | None) -> Any:
        """A photo just added, in place of one that browsers can't show."""
        if photo and Path(photo["path"]).suffix.lower() in HIDDEN_FORMATS:
            with suppress(images.ImageError):  # told when the photo is analysed
                return images.load(photo["path"])
        return gr.skip()

    def analyze(
        self, form: dict[Any, Any], request: gr.Request, progress: gr.Progress = PROGRESS
    ) -> Iterator[Updates]:
        """Show masks and table as soon as there are any, then the insight while it is written."""
        page = self.page
        try:
            photo = form[page.photo]
            meal = Conversation(photo and photo["path"], form[page.mode], _checked(form[page.plate]))
            results = self._stream(meal, form[page.question], request, _reporter(progress))
            for count, result in enumerate(results):
                updates = self._insight(meal, result)
                if count == 0:
                    updates |= self._meal(result)
                if result.finished:
                    updates |= {page.details: panels.how_computed(_response(result))}
                yield updates
        except PLAIN_ERRORS as error:
            yield self._failed(error)

    def ask(self, question: str, conversation: Conversation | None, request: gr.Request) -> Iterator[Updates]:
        """Answer one more question about the meal on the page."""
        if conversation is None or not question.strip():
            return
        try:
            for result in self._stream(conversation, question, request):
                yield {self.page.follow_up: ""} | self._insight(conversation, result)
        except PLAIN_ERRORS as error:
            yield self._failed(error)

    def apologize(self) -> tuple[str, gr.Button]:
        """What to say when something broke that nobody foresaw."""
        return panels.alert(UNFORESEEN), gr.Button(visible=False)

    def stop(self, request: gr.Request) -> None:
        """End the answer being written, at a press of Stop or when the visitor leaves."""
        if event := self._stops.get(request.session_hash or ""):
            event.set()

    def _stream(
        self, conversation: Conversation, question: str, request: gr.Request, progress: Progress | None = None
    ) -> Iterator[AnalysisResult]:
        session = request.session_hash or ""
        stop = self._stops[session] = threading.Event()
        try:
            yield from self.service.stream(
                conversation.photo,
                question,
                conversation.mode,
                progress,
                history=conversation.turns,
                plate_diameter_cm=conversation.plate_cm,
                stop=stop,
            )
        finally:
            self._stops.pop(session, None)

    def _meal(self, result: AnalysisResult) -> Updates:
        page = self.page
        response = _response(result)
        value, colors = annotated(result.photo)
        return {
            page.message: "",
            page.empty: gr.HTML(visible=False),
            page.result: gr.Column(visible=True),
            page.overlay: gr.AnnotatedImage(value=value, color_map=colors),
            page.totals: headline(response.nutrition) if response.nutrition else _nothing(response),
            page.table: nutrition_table(response) + panels.cautions(response)
            if response.detected_items
            else "",
            page.chart: macro_chart(response.detected_items),
        }

    def _insight(self, conversation: Conversation, result: AnalysisResult) -> Updates:
        page = self.page
        turns = conversation.turns
        if result.awaits_insights:
            turns = (*turns, (result.question or "", result.insights))
        source = result.insights_source if result.finished else ""
        said = turns if result.insights else conversation.turns
        return {
            page.insight: panels.insight(turns, source, result.warnings),
            page.stop: gr.Button(visible=not result.finished),
            page.follow_ups: gr.Row(visible=result.awaits_insights and result.finished),
            page.conversation: replace(conversation, turns=said),
        }

    def _failed(self, error: Exception) -> Updates:
        return {self.page.message: panels.alert(str(error)), self.page.stop: gr.Button(visible=False)}


def _checked(plate_cm: float | None) -> float | None:
    """The plate's diameter, None if it isn't known. Raises `RequestError` for no plate's size."""
    if plate_cm and not MIN_PLATE_CM <= plate_cm <= MAX_PLATE_CM:
        raise RequestError(text.NOT_A_PLATE.format(MIN_PLATE_CM, MAX_PLATE_CM))
    return plate_cm or None


def _response(result: AnalysisResult) -> AnalysisResponse:
    return AnalysisResponse.model_validate(format_nutrition_response(result))


def _table(response: AnalysisResponse) -> str:
    return nutrition_table(response) + panels.cautions(response) if response.detected_items else ""


def _nothing(response: AnalysisResponse) -> str:
    return panels.note(text.NOTHING_COUNTED if response.detected_items else text.NO_FOOD)


def _reporter(progress: gr.Progress) -> Progress:
    """Turns the names of stages, as they start, into a growing bar."""
    seen: set[str] = set()

    def report(stage: str) -> None:
        seen.add(stage)
        progress(min(len(seen) / STAGES_EXPECTED, 0.95), desc=stage)

    return report
