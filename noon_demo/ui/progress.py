"""How far an analysis is, on the page."""

from __future__ import annotations

import gradio as gr

from noon_demo.ml_inference import Report
from noon_demo.ui import text


def reporter(progress: gr.Progress) -> Report:
    """Shows what is being done, with a bar for the stages of an analysis and none for waiting."""

    def report(words: str) -> None:
        staged = words in text.STAGES
        progress(text.STAGES.index(words) / len(text.STAGES) if staged else None, desc=words)

    return report
