"""How far an analysis is, on the page."""

from __future__ import annotations

import gradio as gr

from noon_demo.ml_inference import Report
from noon_demo.ui import text


def reporter(progress: gr.Progress) -> Report:
    """Shows what is being done above a bar that only the stages of an analysis push on, not waiting."""
    done = 0.0

    def report(words: str) -> None:
        nonlocal done
        if words in text.STAGES:
            done = text.STAGES.index(words) / len(text.STAGES)
        progress(done, desc=words)  # without a number gradio would hide the words too

    return report
