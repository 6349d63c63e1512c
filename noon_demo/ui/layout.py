"""The page, top to bottom as a person reads it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import gradio as gr

from noon_demo.ui import panels, text
from noon_demo.uploads import EXAMPLES

Html = partial(gr.HTML, apply_default_css=False)


@dataclass(frozen=True)
class Page:
    """The components that callbacks read and write."""

    status: gr.HTML
    photo: gr.Image
    question: gr.Textbox
    mode: gr.Radio
    plate: gr.Number
    analyze: gr.Button
    message: gr.HTML
    examples: dict[Path, gr.Button]
    empty: gr.HTML
    result: gr.Column
    earlier: gr.HTML
    overlay: gr.AnnotatedImage
    totals: gr.HTML
    table: gr.HTML
    chart: gr.HTML
    insight: gr.HTML
    stop: gr.Button
    follow_ups: gr.Row
    follow_up: gr.Textbox
    ask: gr.Button
    details: gr.HTML
    ticket: gr.Textbox
    conversation: gr.State


def lay_out(assumed_plate_cm: float) -> Page:
    """Place every component; call inside `gr.Blocks`."""
    with gr.Column(elem_id="top"):
        Html(panels.HEADER)
        status = Html(elem_id="status")
    with gr.Row(elem_id="main"):
        with gr.Column(scale=4, min_width=320, elem_id="input"):
            photo = gr.Image(
                label="Photo",
                show_label=False,
                alt_text="Your photo",
                placeholder=text.PHOTO_PLACEHOLDER,
                format="jpeg",
                sources=["upload", "clipboard", "webcam"],
                buttons=[],
                height=280,
                elem_id="photo",
            )
            question = gr.Textbox(
                label=text.QUESTION, placeholder=text.QUESTION_PLACEHOLDER, lines=2, elem_id="question"
            )
            with gr.Accordion("Options", open=False, elem_id="options"):
                mode = gr.Radio(list(text.MODES), value="hybrid", label=text.MODE, elem_id="mode")
                plate = gr.Number(
                    value=0,
                    label=text.PLATE,
                    info=text.PLATE_INFO.format(assumed_plate_cm),
                    minimum=0,
                    maximum=60,
                    elem_id="plate",
                )
            analyze = gr.Button("Analyze", variant="primary", size="lg", elem_id="analyze")
            message = Html(elem_id="message")
            examples = _example_buttons()
        with gr.Column(scale=8, min_width=320, elem_id="output"):
            empty = Html(panels.EMPTY, elem_id="empty")
            with gr.Column(visible=False, elem_id="result") as result:
                earlier = Html(elem_id="earlier")
                overlay = gr.AnnotatedImage(label="Foods in your photo", show_label=False, elem_id="overlay")
                totals = Html(elem_id="totals")
                table = Html(elem_id="table", js_on_load=panels.HOVER_ROW)
                chart = Html(elem_id="chart")
                insight = Html(elem_id="insight")
                stop = gr.Button("Stop", size="sm", visible=False, elem_id="stop")
                with gr.Row(visible=False, elem_id="follow-ups") as follow_ups:
                    follow_up = gr.Textbox(
                        label=text.FOLLOW_UP,
                        placeholder=text.FOLLOW_UP_PLACEHOLDER,
                        scale=5,
                        elem_id="follow-up",
                    )
                    ask = gr.Button("Ask", scale=1, min_width=96, elem_id="ask")
                with gr.Accordion(text.HOW, open=False, elem_id="how"):
                    details = Html(elem_id="details")
    Html(panels.FOOTNOTE)
    return Page(
        status=status,
        photo=photo,
        question=question,
        mode=mode,
        plate=plate,
        analyze=analyze,
        message=message,
        examples=examples,
        empty=empty,
        result=result,
        earlier=earlier,
        overlay=overlay,
        totals=totals,
        table=table,
        chart=chart,
        insight=insight,
        stop=stop,
        follow_ups=follow_ups,
        follow_up=follow_up,
        ask=ask,
        details=details,
        ticket=gr.Textbox(visible="hidden", elem_id="ticket"),
        conversation=gr.State(None),
    )


def _example_buttons() -> dict[Path, gr.Button]:
    """A thumbnail for each photo in `EXAMPLES`, captioned by the file's name."""
    photos = sorted(EXAMPLES.glob("*.jpg"))
    if not photos:
        return {}
    Html(panels.EXAMPLES_HEADING)
    with gr.Row(elem_id="examples"):
        return {photo: gr.Button(photo.stem.capitalize(), icon=photo, min_width=64) for photo in photos}
