"""What happens when a person does something on the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr
import PIL.Image

from noon_demo import teaching
from noon_demo.concurrency.line import LeftError
from noon_demo.errors import UNFORESEEN
from noon_demo.ml_inference import AnalysisResult, Report, nutrition_response
from noon_demo.photos import images
from noon_demo.photos.uploads import Uploads
from noon_demo.service import PLAIN_ERRORS, AnalysisService
from noon_demo.trials.lots import known_as
from noon_demo.ui import panels, text
from noon_demo.ui.forms import meal_result, photo_path, plate_cm, typed_text
from noon_demo.ui.layout import Page
from noon_demo.ui.progress import reporter
from noon_demo.ui.visits import ANALYZE, ASK, NOTHING, Press, Run, Visits

Updates = dict[Any, Any]
PROGRESS = gr.Progress()
CUT_SHORT = {ANALYZE: (text.ASK_MORE,), ASK: (text.ASK_AGAIN,)}
"""What to say where a correction ends what is being written, by the press for that."""


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

    def preview(self, photo: Any, shown: str | None, request: gr.Request) -> Updates:
        """A photo was chosen that the browser can't show: put a JPEG there, unless a newer press came."""
        page, visitor = self.page, _visitor(request)
        press = self.visits.choose(visitor, self._kept(photo, request))
        preview = self._jpeg(press.photo) if press else None
        if press is None or self.visits.newest(visitor) != press:
            if preview:
                self.uploads.discard(preview)
            return {page.earlier: gr.skip()}
        if preview:
            self.uploads.show(visitor, preview)
        return {page.earlier: _mark(shown, press), page.photo: preview or gr.skip()}

    def replace_photo(self, photo: Any, shown: str | None, request: gr.Request) -> Any:
        """A photo was chosen or removed: end what is said about another, and mark its result."""
        press = self.visits.choose(_visitor(request), self._kept(photo, request))
        return _mark(shown, press) if press else gr.skip()

    def cancel(self, photo: Any, shown: str | None, request: gr.Request) -> Any:
        """End what runs; an earlier result is no longer being replaced."""
        return _mark(shown, self.visits.press(_visitor(request), NOTHING, self._kept(photo, request)))

    def press_analyze(self, photo: Any, shown: str | None, request: gr.Request) -> Updates:
        """Analyze was pressed; an earlier result stays, marked as such, until there is a new one."""
        press = self.visits.press(_visitor(request), ANALYZE, self._kept(photo, request))
        return {self.page.ticket: press.ticket, self.page.earlier: _mark(shown, press)}

    def press_example(self, photo: Path) -> Callable[..., Updates]:
        """The callback of an example, which is analysed at once; the browser shows it as the photo."""

        def press(shown: str | None, request: gr.Request) -> Updates:
            return self.press_analyze({"path": str(photo)}, shown, request)

        return press

    def press_ask(self, question: Any, meal: Any, photo: Any, request: gr.Request) -> Any:
        """A further question was asked about the meal on the page."""
        if not meal or not str(question or "").strip():
            return gr.skip()
        return self.visits.press(_visitor(request), ASK, photo_path(photo)).ticket

    def corrected(self, meal: Any, request: gr.Request) -> Updates:
        """A person corrected the meal: what was said of it before, or is being said, no longer holds."""
        ended = self.visits.outdate(_visitor(request))
        return self._described(meal, CUT_SHORT.get(ended, ()))

    def _described(self, meal: Any, warnings: Sequence[str] = ()) -> Updates:
        """What is said of a meal that was corrected or brought back, which can be asked about."""
        result = meal_result(meal)
        if not result.insights:  # undone to before anything was written
            result = self.service.recalculate(result, [])
        said = (("", result.insights),)
        return {
            self.page.stop: gr.Button(visible=False),
            self.page.follow_ups: gr.Row(visible=True),
            self.page.insight: panels.insight(said, result.insights_source, warnings, live=bool(warnings)),
            self.page.turns: said,
            self.page.details: panels.how_computed(result),
        }

    def reopened(self, meal: Any, photo: Any, request: gr.Request) -> Updates:
        """A meal of the visitor's history is on the page; `is_earlier` where the photo there is another."""
        page, updates, is_earlier = self.page, self._described(meal), bool(meal.get("is_earlier"))
        press = self.visits.press(_visitor(request), NOTHING, self._kept(photo, request))
        return updates | {
            page.message: "",
            page.earlier: panels.earlier(text.EARLIER_PHOTO) if is_earlier else "",
            page.result: gr.Column(visible=True),
            page.shown: "" if is_earlier else press.photo or "",
        }

    def run(
        self, form: dict[Any, Any], request: gr.Request, progress: gr.Progress = PROGRESS
    ) -> Iterator[Updates]:
        """Do what the press on the ticket is for, until a newer one comes.

        It always yields: gradio sends the last updates again at the end, and empties all outputs if there
        were none.
        """
        page, visitor = self.page, _visitor(request)
        press = replace(Press.read(form[page.ticket]), photo=photo_path(form[page.photo]))
        shown = form[page.shown]
        with self.visits.run(visitor, press) as run:
            if run is None:
                yield {page.ticket: self.visits.newest(visitor).ticket}  # perhaps overtaken by this older one
                return
            run.asker = known_as(request.cookies, visitor)
            try:
                for updates in self._answer(press, form, run, visitor, reporter(progress)):
                    if run.superseded:
                        break
                    yield updates
                    shown = updates.get(page.shown, shown)
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
        """The visitor closed the page, or lost the connection to it."""
        self.visits.leave(_visitor(request))
        self.uploads.leave(_visitor(request))

    def _jpeg(self, photo: str | None) -> Path | None:
        """A copy of a photo that any browser shows; None if it can't be opened, as its analysis will tell."""
        with suppress(images.ImageError):
            pixels = images.load(photo)
            preview = self.uploads.new_file("photo.jpg")
            PIL.Image.fromarray(pixels).save(preview, quality=90)
            return preview
        return None

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
        if press.purpose == ANALYZE:
            for count, result in enumerate(self._analysis(press, form, run, report)):
                if run.superseded:
                    return
                run.is_of_meal = True
                yield self._analyzed(result) | (self._first(result, press, visitor) if count == 0 else {})
        elif press.purpose == ASK and form[page.meal] and form[page.follow_up]:
            run.is_of_meal = True
            yield from self._asked(form, run)
        else:
            yield {page.message: gr.skip()}

    def _analysis(
        self, press: Press, form: dict[Any, Any], run: Run, report: Report
    ) -> Iterator[AnalysisResult]:
        page = self.page
        return self.service.stream(
            press.photo,
            typed_text(form[page.question]),
            typed_text(form[page.mode]),
            report,
            plate_diameter_cm=plate_cm(form[page.plate]),
            taught=teaching.read(form[page.taught]),
            stop=run.stop,
            visitor=run.asker,
        )

    def _first(self, result: AnalysisResult, press: Press, visitor: str) -> Updates:
        """The meal, as soon as there is one."""
        page, response = self.page, nutrition_response(result)
        self.uploads.show(visitor, Path(str(press.photo)), "result")
        return {
            page.message: "" if response.detected_items else panels.note(text.NO_FOOD),
            page.earlier: "",
            page.meal: {
                "photo": f"/gradio_api/file={press.photo}",
                "result": response.model_dump(mode="json"),
            },
            page.result: gr.Column(visible=True),
            page.shown: press.photo,
        }

    def _analyzed(self, result: AnalysisResult) -> Updates:
        """What is written about the meal by now."""
        page, said = self.page, ((result.question or "", result.insights),)
        updates: Updates = {
            page.insight: panels.insight(
                said if result.awaits_insights else (),
                result.insights_source if result.finished else "",
                result.warnings,
            ),
            page.stop: gr.Button(visible=not result.finished),
            page.follow_ups: gr.Row(visible=result.awaits_insights and result.finished),
            page.turns: said if result.insights else (),
        }
        if result.finished:
            response = nutrition_response(result)
            updates[page.details] = panels.how_computed(response)
            updates[page.written] = response.model_dump(
                include={"insights", "insights_source", "versions", "warnings"}
            )
        return updates

    def _asked(self, form: dict[Any, Any], run: Run) -> Iterator[Updates]:
        """The answer to a further question, and the meal if that corrects it.

        A question that is stopped before the first word of its answer stays in its field.
        """
        page = self.page
        turns: tuple[tuple[str, str], ...] = tuple(map(tuple, form[page.turns] or ()))
        question, before = typed_text(form[page.follow_up]), meal_result(form[page.meal])
        answers = self.service.ask(
            before, question, photo_path(form[page.photo]), history=turns, stop=run.stop, visitor=run.asker
        )
        yield {page.stop: gr.Button(visible=True), page.message: ""}
        answer, said = before, turns
        with suppress(LeftError):
            for answer in answers:
                said = (*turns, (question, answer.insights))
                yield {page.insight: panels.insight(said)}
        if not answer.insights:
            answer, said = before, turns
        warnings = [warning for warning in answer.warnings if warning not in before.warnings]
        corrected = answer.detected_items is not before.detected_items
        yield {
            page.insight: panels.insight(said, answer.insights_source, warnings),
            page.stop: gr.Button(visible=False),
            page.follow_up: gr.skip() if said is turns else "",
            page.turns: said,
        } | ({page.meal: form[page.meal] | {"result": answer.model_dump(mode="json")}} if corrected else {})

    def _failed(self, error: Exception, mark: Any) -> Updates:
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


def _mark(shown: str | None, press: Press) -> Any:
    """The heading above a result that isn't of the photo on the page, or that is being replaced.

    `shown` is the photo of the result, None where there is no result. Then the heading stays as it is: the
    browser may bring a result back meanwhile.
    """
    if shown is None:
        return gr.skip()
    if shown != press.photo:
        return panels.earlier(text.EARLIER_PHOTO)
    return panels.earlier(text.EARLIER_RESULT) if press.purpose == ANALYZE else ""
