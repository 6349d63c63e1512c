"""Puts layout, events and looks together."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr
from omegaconf import DictConfig

from noon_demo.blocks import PublicBlocks
from noon_demo.config import ROOT
from noon_demo.service import AnalysisService
from noon_demo.ui import text
from noon_demo.ui.callbacks import Callbacks
from noon_demo.ui.layout import Page, lay_out
from noon_demo.ui.theme import NoonTheme
from noon_demo.uploads import EXAMPLES

LAUNCH: dict[str, Any] = {
    "theme": NoonTheme(),
    "css_paths": ROOT / "assets" / "css" / "noon.css",
    "footer_links": ["api"],
}
"""What `Blocks.launch` needs for the page to look as it should."""

START = "() => { if (innerWidth < 768) document.querySelector('#output').scrollIntoView(); return ''; }"
"""Clears the last message; on a phone shows the place where the result comes."""
SHOW_MESSAGE = "() => document.querySelector('#message .noon-alert')?.scrollIntoView({ block: 'nearest' })"


def build(service: AnalysisService, config: DictConfig) -> gr.Blocks:
    """The page over a service; each of its events is private. Launch it with `**LAUNCH`."""
    gr.set_static_paths([EXAMPLES])
    with PublicBlocks(title=text.TITLE, analytics_enabled=False) as blocks:
        page = lay_out(config.plate_diameter_cm)
        _connect(blocks, page, Callbacks(service, page))
    return blocks


def _connect(blocks: gr.Blocks, page: Page, callbacks: Callbacks) -> None:
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "queue": False}
    answer = {page.message, page.insight, page.stop, page.follow_ups, page.follow_up, page.conversation}
    meal = {page.empty, page.result, page.overlay, page.totals, page.table, page.chart, page.details}
    analysis: dict[str, Any] = {
        "fn": callbacks.analyze,
        "inputs": {page.photo, page.question, page.mode, page.plate},
        "outputs": answer | meal,
        "show_progress_on": [page.empty, page.overlay],
        "api_name": "page_analyze",  # "analyze" is the public endpoint's
        "preprocess": False,  # or gr.Image would open the file, and fail without our sentence on a bad one
        "api_visibility": "private",
    }
    follow_up: dict[str, Any] = {
        "fn": callbacks.ask,
        "inputs": [page.follow_up, page.conversation],
        "outputs": answer,
        "show_progress_on": page.insight,
        "api_visibility": "private",
    }

    timer = gr.Timer(1.0)
    gr.on([blocks.load, timer.tick], callbacks.status, outputs=[page.status, timer], **quiet)
    blocks.unload(callbacks.stop)

    page.photo.upload(callbacks.preview, page.photo, page.photo, preprocess=False, **quiet)
    starts = [page.analyze.click, *(button.click for button in page.examples.values())]
    gr.on(starts, None, js=START, outputs=page.message, **quiet)
    runs = [page.analyze.click(**analysis), gr.on([page.ask.click, page.follow_up.submit], **follow_up)]
    for photo, button in page.examples.items():
        chosen = button.click(partial(_example, photo), outputs=[page.photo, page.question], **quiet)
        runs.append(chosen.success(**analysis))
    for run in runs:
        run.failure(callbacks.apologize, outputs=[page.message, page.stop], **quiet)
    page.message.change(None, js=SHOW_MESSAGE, **quiet)
    page.stop.click(callbacks.stop, **quiet)


def _example(photo: Path) -> tuple[str, str]:
    return str(photo), ""
