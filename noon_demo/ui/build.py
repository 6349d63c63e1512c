"""Puts layout, events and looks together."""

from __future__ import annotations

from typing import Any

import gradio as gr

from noon_demo.config import ROOT
from noon_demo.photos.uploads import EXAMPLES, Uploads
from noon_demo.service import AnalysisService
from noon_demo.ui import text
from noon_demo.ui.blocks import PublicBlocks
from noon_demo.ui.callbacks import Callbacks
from noon_demo.ui.layout import Page, lay_out
from noon_demo.ui.scripts import called
from noon_demo.ui.text import I18N
from noon_demo.ui.theme import NoonTheme

STYLES = ("noon", "photo", "dialogs", "meal", "meal-controls", "meal-photo", "meal-foods", "meal-numbers")
LAUNCH: dict[str, Any] = {
    "theme": NoonTheme(),
    "css_paths": [ROOT / "assets" / "css" / f"{name}.css" for name in STYLES],
    "i18n": I18N,
    "footer_links": ["api"],
}
"""What `Blocks.launch` needs for the page to look as it should."""


WRITTEN = """(meal, written) =>
  meal?.result && !meal.result.insights_source ? { ...meal, result: { ...meal.result, ...written } } : meal
"""
"""Adds what was written to the meal, unless a person has corrected that meanwhile."""

ARRIVED = called("photo", "arrived")
"""Has Analyze wait for a photo that is still on its way, and sent again where the server has deleted it."""

ASKED = called("meal/index", "asked")
"""Has Ask wait for corrections on their way, and a photo that the server has deleted sent again."""

PRESS_ANALYZE = "() => document.querySelector('#analyze').click()"

OPEN_API_VIEW = """() => {
  if (new URLSearchParams(location.search).get("view") !== "api") return;
  const button = document.querySelector("footer .show-api");
  button?.click();
  button?.click();
}"""
"""At /?view=api Gradio takes its API view for open without having fetched it: close it, and open it."""


def build(service: AnalysisService, uploads: Uploads) -> gr.Blocks:
    """The page over a service; each of its events is private. Launch it with `**LAUNCH`."""
    gr.set_static_paths([EXAMPLES])
    with PublicBlocks(title=text.TITLE, analytics_enabled=False) as blocks:
        page = lay_out()
        _connect(blocks, page, Callbacks(service, uploads, page))
    return blocks


def _connect(blocks: gr.Blocks, page: Page, callbacks: Callbacks) -> None:
    private: dict[str, Any] = {"api_visibility": "private"}
    quiet: dict[str, Any] = {**private, "show_progress": "hidden", "queue": False}
    press: dict[str, Any] = {**quiet, "preprocess": False, "trigger_mode": "multiple"}

    timer = gr.Timer(1.0)
    gr.on([blocks.load, timer.tick], callbacks.status, outputs=[page.status, timer], **quiet)
    blocks.unload(callbacks.leave)

    photo, marked = [page.photo, page.shown], {page.ticket, page.earlier}
    page.photo.upload(callbacks.preview, photo, {page.photo, page.earlier}, **press)
    presses = [
        page.photo.input(callbacks.replace_photo, photo, page.earlier, **press),
        page.analyze.click(callbacks.press_analyze, photo, marked, js=ARRIVED, **press),
        gr.on(
            [page.ask.click, page.follow_up.submit],
            callbacks.press_ask,
            [page.follow_up, page.meal, page.photo],
            page.ticket,
            js=ASKED,
            **press,
        ),
    ]
    for example, button in page.examples.items():
        shown = called("photo", "example", str(example))
        button.click(None, js=shown, outputs=[page.photo, page.question], **quiet)
        presses.append(button.click(callbacks.press_example(example), page.shown, marked, **press))
    starts = [page.analyze.click, *(button.click for button in page.examples.values())]
    gr.on(starts, None, js=called("shell", "started"), outputs=page.message, **quiet)
    page.question.submit(None, js=PRESS_ANALYZE, **quiet)
    page.cancel.click(callbacks.cancel, photo, page.earlier, **press)
    page.meal.input(
        callbacks.corrected,
        page.meal,
        {page.insight, page.turns, page.details, page.stop, page.follow_ups},
        **press,
    )
    page.written.change(None, [page.meal, page.written], page.meal, js=WRITTEN, **quiet)
    page.meal.change(None, page.meal, js=called("history", "keep"), **quiet)
    page.history.select(None, page.history, page.meal, js="(meal) => meal", **quiet).then(
        callbacks.reopened,
        [page.meal, page.photo],
        {
            *(page.message, page.earlier, page.result, page.insight, page.stop, page.follow_ups),
            *(page.details, page.shown, page.turns),
        },
        **press,
    )
    run = page.ticket.change(
        callbacks.run,
        {
            *(page.ticket, page.photo, page.question, page.mode, page.plate, page.taught),
            *(page.follow_up, page.meal, page.shown, page.turns),
        },
        {
            *(page.message, page.earlier, page.meal, page.result, page.insight, page.stop, page.follow_ups),
            *(page.follow_up, page.details, page.written, page.shown, page.turns, page.ticket),
        },
        show_progress_on=[page.photo, page.insight],
        api_name="page_run",
        preprocess=False,  # or gr.Radio would refuse a mode that there isn't without our sentence
        trigger_mode="always_last",  # a newer press waits until the run it superseded has ended
        **private,
    )
    for event in [*presses, run]:
        event.failure(callbacks.apologize, outputs=[page.message, page.stop], **quiet)
    page.message.change(None, js=called("shell", "showMessage"), **quiet)
    page.earlier.change(None, page.earlier, js=called("shell", "markEarlier"), **quiet)
    page.stop.click(callbacks.stop, **quiet)
    blocks.load(None, js=OPEN_API_VIEW, **quiet)
