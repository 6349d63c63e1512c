"""What happens when a person does something on the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gradio as gr
import PIL.Image

from noon_demo import images
from noon_demo.errors import UNFORESEEN
from noon_demo.ml_inference import AnalysisResult, Report, nutrition_response
from noon_demo.schemas import AnalysisResponse
from noon_demo.service import PLAIN_ERRORS, AnalysisService
from noon_demo.ui import panels, text
from noon_demo.ui.chart import macro_chart
from noon_demo.ui.forms import photo_path, plate_cm, words
from noon_demo.ui.layout import Page
from noon_demo.ui.masks import annotated
from noon_demo.ui.progress import reporter
from noon_demo.ui.table import headline, nutrition_table
from noon_demo.ui.visits import Press, Run, Visits
from noon_demo.uploads import Uploads

Updates = dict[Any, Any]
PROGRESS = gr.Progress()
ANALYZE, ASK, NOTHING = "analyze", "ask", "nothing"
"""What a press is for."""


@dataclass(frozen=True)
class Conversation:
    """The meal on the page and what was said about it, as (question, answer) pairs."""

    photo: str | None
    mode: str
    plate_cm: float | None
    turns: tuple[tuple[str, str], ...] = ()


class Callbacks:
    """One method an event.

    A press is answered at once, by a number on the page's ticket. Whenever that changes, one event, `run`,
    does what the newest press is for. The browser starts it anew only after its last outputs have landed, so
    those of an older press never come after those of a newer one.
    """

    def __init__(self, service: AnalysisService, uploads: Uploads, page: Page) -> None:
        self.service = service
        self.uploads = uploads
        self.page = page
        self.visits = Visits()

    def status(self) -> tuple[str, gr.Timer]:
        """The status line, asked for again for as long as a part is loading."""
        health = self.service.health()
        return panels.status_line(health.parts), gr.Timer(active=health.status == "loading")

    def preview(self, photos: Any) -> Any:
        """A photo just added that the browser can't show, as a JPEG."""
        path = photo_path(photos)
        if path is None:
            return gr.skip()
        try:
            pixels = images.load(path)
        except images.ImageError:  # told when the photo is analysed
            return gr.skip()
        shown = self.uploads.new_file("photo.jpg")
        PIL.Image.fromarray(pixels).save(shown, quality=90)
        return [shown]

    def replace_photo(self, photo: Any, conversation: Conversation | None, request: gr.Request) -> str:
        """A photo was chosen or removed: end what is said about another, and mark its result."""
        return _mark(conversation, self.visits.press(_visitor(request), NOTHING, self._kept(photo, request)))

    def press_analyze(self, photo: Any, conversation: Conversation | None, request: gr.Request) -> Updates:
        """Analyze was pressed; an earlier result stays, marked as such, until there is a new one."""
        press = self.visits.press(_visitor(request), ANALYZE, self._kept(photo, request))
        return {self.page.ticket: press.ticket, self.page.earlier: _mark(conversation, press)}

    def press_example(self, photo: Path) -> Callable[..., Updates]:
        """The callback of an example, which is shown as the photo and analysed at once."""
        shown = {self.page.photo: [photo], self.page.question: ""}

        def press(conversation: Conversation | None, request: gr.Request) -> Updates:
            return shown | self.press_analyze([{"path": str(photo)}], conversation, request)

        return press

    def press_ask(self, question: Any, conversation: Conversation | None, request: gr.Request) -> Any:
        """A further question was asked."""
        if conversation is None or not str(question or "").strip():
            return gr.skip()
        return self.visits.press(_visitor(request), ASK, conversation.photo).ticket

    def run(
        self, form: dict[Any, Any], request: gr.Request, progress: gr.Progress = PROGRESS
    ) -> Iterator[Updates]:
        """Do what the press on the ticket is for, until a newer one comes.

        It always yields: gradio sends the last updates again at the end, and empties all outputs if there
        were none.
        """
        page, visitor = self.page, _visitor(request)
        press = replace(Press.read(form[page.ticket]), photo=photo_path(form[page.photo]))
        shown = form[page.conversation]
        with self.visits.run(visitor, press) as run:
            if run is None:
                yield {page.ticket: self.visits.newest(visitor).ticket}  # perhaps overtaken by this older one
                return
            try:
                for updates in self._answer(press, form, run, visitor, reporter(progress)):
                    if run.superseded:
                        break
                    yield updates
                    shown = updates.get(page.conversation, shown)
            except PLAIN_ERRORS as error:
                if not run.superseded:
                    yield self._failed(error, _mark(shown, replace(press, purpose=NOTHING)))
            if run.superseded:
                yield {page.earlier: _mark(shown, self.visits.newest(visitor))}

    def apologize(self) -> tuple[str, gr.Button]:
        """What to say when something broke that nobody foresaw."""
        return panels.alert(UNFORESEEN), gr.Button(visible=False)

    def stop(self, request: gr.Request) -> None:
        """End the answer being written; what is written stays."""
        self.visits.stop(_visitor(request))

    def leave(self, request: gr.Request) -> None:
        """The visitor left."""
        self.visits.leave(_visitor(request))
        self.uploads.leave(_visitor(request))

    def _kept(self, photo: Any, request: gr.Request) -> str | None:
        """The photo's path; what the page showed before is no longer kept."""
        path = photo_path(photo)
        if path:
            self.uploads.show(_visitor(request), Path(path))
        else:
            self.uploads.clear(_visitor(request), "photo")
        return path

    def _answer(
        self, press: Press, form: dict[Any, Any], run: Run, visitor: str, report: Report
    ) -> Iterator[Updates]:
        page = self.page
        conversation = form[page.conversation]
        if press.purpose == ANALYZE:
            meal = Conversation(press.photo, words(form[page.mode]), plate_cm(form[page.plate]))
            for count, result in enumerate(
                self._stream(meal, words(form[page.question]), run, visitor, report)
            ):
                if run.superseded:  # then no picture of it is to be kept for the page
                    return
                yield self._insight(meal, result) | (self._meal(result, visitor) if count == 0 else {})
        elif press.purpose == ASK and conversation:
            for result in self._stream(conversation, words(form[page.follow_up]), run, visitor, report):
                asked = {page.follow_up: ""} if result.finished else {}
                yield self._insight(conversation, result) | {page.message: ""} | asked
        else:
            yield {page.message: gr.skip()}

    def _stream(
        self, conversation: Conversation, question: str, run: Run, visitor: str, report: Report
    ) -> Iterator[AnalysisResult]:
        return self.service.stream(
            conversation.photo,
            question,
            conversation.mode,
            report,
            history=conversation.turns,
            plate_diameter_cm=conversation.plate_cm,
            stop=run.stop,
            visitor=visitor,
        )

    def _meal(self, result: AnalysisResult, visitor: str) -> Updates:
        page = self.page
        response = nutrition_response(result)
        (shown, masks), colors = annotated(result.photo)
        picture = self.uploads.new_file("meal.jpg")  # gradio would keep its own for an hour
        PIL.Image.fromarray(shown).save(picture)
        self.uploads.show(visitor, picture, "result")
        return {
            page.message: "",
            page.earlier: "",
            page.meal: {"photo": None, "result": response.model_dump(mode="json"), "stale": ""},
            page.result: gr.Column(visible=True),
            page.overlay: gr.AnnotatedImage(value=(str(picture), masks), color_map=colors),
            page.totals: headline(response.nutrition) if response.nutrition else _nothing(response),
            page.table: _table(response),
            page.chart: macro_chart(response.detected_items),
        }

    def _insight(self, conversation: Conversation, result: AnalysisResult) -> Updates:
        page = self.page
        turns = conversation.turns
        if result.awaits_insights:
            turns = (*turns, (result.question or "", result.insights))
        source = result.insights_source if result.finished else ""
        said = turns if result.insights else conversation.turns
        details = {page.details: panels.how_computed(nutrition_response(result))} if result.finished else {}
        return details | {
            page.insight: panels.insight(turns, source, result.warnings),
            page.stop: gr.Button(visible=not result.finished),
            page.follow_ups: gr.Row(visible=result.awaits_insights and result.finished),
            page.conversation: replace(conversation, turns=said),
        }

    def _failed(self, error: Exception, mark: str) -> Updates:
        """The sentence of an error; the result stays, to be asked about unless it is marked as earlier."""
        page = self.page
        return {
            page.message: panels.alert(str(error)),
            page.earlier: mark,
            page.stop: gr.Button(visible=False),
            page.follow_ups: gr.Row(visible=True),
        }


def _visitor(request: gr.Request) -> str:
    return request.session_hash or ""


def _mark(shown: Conversation | None, press: Press) -> str:
    """The heading above a result that isn't of the photo on the page, or that is being replaced."""
    if shown is None:
        return ""
    if shown.photo != press.photo:
        return panels.earlier(text.EARLIER_PHOTO)
    return panels.earlier(text.EARLIER_RESULT) if press.purpose == ANALYZE else ""


def _table(response: AnalysisResponse) -> str:
    return nutrition_table(response) + panels.cautions(response) if response.detected_items else ""


def _nothing(response: AnalysisResponse) -> str:
    return panels.note(text.NOTHING_COUNTED if response.detected_items else text.NO_FOOD)
