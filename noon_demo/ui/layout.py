"""The page, top to bottom as a person reads it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import gradio as gr

from noon_demo.photos.uploads import EXAMPLES
from noon_demo.requests import MODES
from noon_demo.ui import panels
from noon_demo.ui.photo import Photo
from noon_demo.ui.scripts import mounted
from noon_demo.ui.text import I18N

MEAL = '<div class="meal"></div><p class="meal-status meal-unseen" role="status"></p>'
"""What `assets/js/meal` fills; the value is `{"photo": address, "result": an AnalysisResponse}` or None."""
Html = partial(gr.HTML, apply_default_css=False)
Worded = partial(Html, js_on_load=mounted("words"))
"""HTML whose words come from the locales, as its `data-t` attributes say."""


@dataclass(frozen=True)
class Page:
    """The components that callbacks read and write."""

    status: gr.HTML
    photo: Photo
    question: gr.Textbox
    mode: gr.Radio
    plate: gr.Textbox
    analyze: gr.Button
    cancel: gr.Button
    message: gr.HTML
    examples: dict[Path, gr.Button]
    meal: gr.HTML
    history: gr.HTML
    taught: gr.HTML
    result: gr.Column
    earlier: gr.HTML
    insight: gr.HTML
    stop: gr.Button
    follow_ups: gr.Row
    follow_up: gr.Textbox
    ask: gr.Button
    details: gr.HTML
    ticket: gr.Textbox
    written: gr.JSON
    shown: gr.State
    turns: gr.State


def lay_out() -> Page:
    """Place every component; call inside `gr.Blocks`."""
    with gr.Column(elem_id="page"):
        Html(panels.HEADER, elem_id="header", js_on_load=mounted("shell"))
        status = Worded(elem_id="status")
        with gr.Column(elem_id="input"):
            photo = Photo(elem_id="photo")
            question = gr.Textbox(
                label=I18N("form.question"),
                placeholder=I18N("form.question_hint"),
                lines=1,
                max_lines=4,
                elem_id="question",
            )
            with gr.Accordion(I18N("form.options"), open=False, elem_id="options"):
                mode = gr.Radio(
                    [(I18N(f"form.{mode}"), mode) for mode in MODES],
                    value="hybrid",
                    label=I18N("form.mode"),
                    elem_id="mode",
                )
                plate = gr.Textbox(
                    label=I18N("form.plate"), info=I18N("form.plate_info"), max_lines=1, elem_id="plate"
                )
            analyze = gr.Button(I18N("form.analyze"), variant="primary", size="lg", elem_id="analyze")
            cancel = gr.Button(I18N("form.analyzing"), size="lg", elem_id="cancel")
        message = Worded(elem_id="message")
        examples = _example_buttons()
        with gr.Column(elem_id="output"):
            Worded(panels.BAR, elem_id="bar")
            earlier = Worded(elem_id="earlier")
            meal = Html(elem_id="meal", html_template=MEAL, js_on_load=mounted("meal/index"))
            with gr.Column(visible=False, elem_id="result") as result:
                insight = Worded(elem_id="insight")
                stop = gr.Button(I18N("insight.stop"), size="sm", visible=False, elem_id="stop")
                with gr.Row(visible=False, elem_id="follow-ups") as follow_ups:
                    follow_up = gr.Textbox(
                        label=I18N("insight.follow_up"),
                        placeholder=I18N("insight.follow_up_hint"),
                        scale=5,
                        elem_id="follow-up",
                    )
                    ask = gr.Button(I18N("insight.ask"), scale=1, min_width=96, elem_id="ask")
                with gr.Accordion(I18N("insight.how"), open=False, elem_id="how"):
                    details = Worded(elem_id="details")
        Worded(panels.FOOTNOTE, elem_id="footnote")
        history = Html(elem_id="history", html_template="", js_on_load=mounted("history"))
        taught = Html(elem_id="taught", html_template="", js_on_load=mounted("taught"))
    return Page(
        status=status,
        photo=photo,
        question=question,
        mode=mode,
        plate=plate,
        analyze=analyze,
        cancel=cancel,
        message=message,
        examples=examples,
        meal=meal,
        history=history,
        taught=taught,
        result=result,
        earlier=earlier,
        insight=insight,
        stop=stop,
        follow_ups=follow_ups,
        follow_up=follow_up,
        ask=ask,
        details=details,
        ticket=gr.Textbox(visible="hidden", elem_id="ticket"),
        written=gr.JSON(visible="hidden", elem_id="written"),
        shown=gr.State(None),
        turns=gr.State(()),
    )


def _example_buttons() -> dict[Path, gr.Button]:
    """A thumbnail for each photo in `EXAMPLES`, captioned by the file's name."""
    photos = sorted(EXAMPLES.glob("*.jpg"))
    if not photos:
        return {}
    Worded(panels.EXAMPLES_HEADING, elem_id="examples-heading")
    with gr.Row(elem_id="examples"):
        return {photo: gr.Button(I18N(f"example.{photo.stem}"), icon=photo, min_width=64) for photo in photos}
