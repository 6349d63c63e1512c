"""The words on the page, which are all in `assets/locales`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import gradio as gr

from noon_demo.config import ROOT

LANGUAGES = ("en", "de", "es")
LOCALES = ROOT / "assets" / "locales"
"""One file a language: groups of sentences by name, with `{placeholders}`."""


def words(language: str) -> dict[str, str]:
    """All sentences of a language by "group.name"."""
    return dict(_named(json.loads((LOCALES / f"{language}.json").read_text(encoding="utf-8"))))


def _named(group: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, inner in group.items():
        if isinstance(inner, dict):
            yield from _named(inner, f"{prefix}{name}.")
        else:
            yield prefix + name, inner


I18N = gr.I18n(**{language: words(language) for language in LANGUAGES})
"""What Gradio's own components are labelled by; `I18N(KEY)` is a label in the reader's language."""
ENGLISH = I18N.translations["en"]

TITLE = "Noon"
NOT_A_PLATE = ENGLISH["server.not_a_plate"]
NOT_A_FORM = ENGLISH["server.not_a_form"]
EARLIER_PHOTO = ENGLISH["server.earlier_photo"]
EARLIER_RESULT = ENGLISH["server.earlier_result"]
ASK_AGAIN = ENGLISH["server.ask_again"]
ASK_MORE = ENGLISH["server.ask_more"]
NO_FOOD = ENGLISH["server.no_food"]
BUILTIN = ENGLISH["server.builtin"]
WRITTEN_BY = ENGLISH["server.written_by"]

STAGES = tuple(
    ENGLISH[f"server.{stage}"]
    for stage in ("reading", "looking", "outlining", "tidying", "naming", "weighing", "writing")
)
"""What an analysis goes through, in the words in which it reports it."""


def tag(name: str, key: str, attributes: str = "") -> str:
    """An element with the words of a key, in English until the page's script knows its reader's language."""
    return f'<{name} data-t="{key}" {attributes}>{ENGLISH[key]}</{name}>'
