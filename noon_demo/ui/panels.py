"""The smaller pieces of the page, as HTML: header, status line, messages, insight, how it was computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from noon_demo.schemas import AnalysisResponse, PartStatus
from noon_demo.ui import text

SUN = (
    '<svg viewBox="0 0 32 32" aria-hidden="true"><circle cx="16" cy="16" r="7"/>'
    '<g stroke-width="2.6" stroke-linecap="round"><path d="M16 2v4M16 26v4M2 16h4M26 16h4M6.1 6.1l2.8 2.8'
    'M23.1 23.1l2.8 2.8M6.1 25.9l2.8-2.8M23.1 8.9l2.8-2.8"/></g></svg>'
)
HEADER = f'<header class="noon-header">{SUN}<div><h1>{text.TITLE}</h1><p>{text.TAGLINE}</p></div></header>'
EXAMPLES_HEADING = '<h2 class="noon-heading">Or try an example</h2>'
FOOTNOTE = f'<p class="noon-footnote">{text.DISCLAIMER} {text.KEPT}</p>'
EMPTY = (
    f'<div class="noon-empty">{SUN}<h2>Your meal’s nutrition shows up here</h2><ol>'
    "<li>Add a photo, best taken from above with the whole plate in view.</li>"
    "<li>Ask a question, if you have one.</li>"
    "<li>Press Analyze, or try one of the examples.</li></ol></div>"
)

HOVER_ROW = """
for (const event of ["mouseover", "mouseout"]) {
  element.addEventListener(event, ({ target }) => {
    const item = target.closest("tr[data-item]")?.dataset.item;
    const legend = [...document.querySelectorAll("#overlay .legend-item")];
    const entry = legend.find((button) => button.textContent.trim().startsWith(item + " "));
    entry?.dispatchEvent(new Event(event, { bubbles: true }));
  });
}
"""
"""Pointing at a row of the table highlights its mask, as pointing at the photo's legend does."""


def status_line(parts: Sequence[PartStatus]) -> str:
    """Which models there are and how far each is, such as "Segmenter: embedded SAM 2, ready"."""
    return f'<ul class="noon-status" role="status">{"".join(map(_part, parts))}</ul>'


def _part(part: PartStatus) -> str:
    model = f"{escape(part.model)}, " if part.model else ""
    title = f' title="{escape(part.message)}"' if part.message else ""
    return f'<li data-state="{part.state}"{title}><b>{text.PARTS[part.part]}:</b> {model}{part.state}</li>'


def alert(sentence: str) -> str:
    """What went wrong and what to do next, read out at once by a screen reader."""
    return f'<p class="noon-alert" role="alert">{escape(sentence)}</p>' if sentence else ""


def note(sentence: str) -> str:
    """A plain remark in place of a result."""
    return f'<p class="noon-note" role="status">{escape(sentence)}</p>'


def earlier(sentence: str) -> str:
    """The heading of a result that is not the current one."""
    return f'<div class="noon-earlier" role="status"><h2>{escape(sentence)}</h2></div>'


def insight(turns: Sequence[tuple[str, str]], source: str = "", warnings: Sequence[str] = ()) -> str:
    """Questions and answers, the last one growing while it is written. Always shown as plain text.

    Below stand by whom it was written and, where another part was to write, why it did not.
    """
    said = "".join(_turn(question, answer) for question, answer in turns)
    reasons = "".join(f"<p>{escape(warning)}</p>" for warning in warnings)
    byline = f"<footer>{reasons}{_written_by(source)}</footer>" if source else ""
    return f'<section class="noon-insight" aria-live="polite">{said}{byline}</section>' if said else ""


def _written_by(source: str) -> str:
    return text.BUILTIN if source == "builtin" else escape(text.WRITTEN_BY.format(source))


def _turn(question: str, answer: str) -> str:
    asked = f"<h3>{escape(question)}</h3>" if question else ""
    return asked + "".join(f"<p>{escape(line)}</p>" for line in answer.splitlines() if line.strip())


def cautions(response: AnalysisResponse) -> str:
    """What to be careful about, such as foods that are not counted."""
    warnings = "".join(f"<li>{escape(warning)}</li>" for warning in response.warnings)
    return f'<ul class="noon-warnings">{warnings}</ul>' if warnings else ""


def how_computed(response: AnalysisResponse) -> str:
    """Models, scale, data source and the time of each stage."""
    sources = {
        item.label: f"{item.source.database}: {item.source.description}"
        for item in response.detected_items
        if item.source
    }
    seconds = {
        stage.replace("_", " ").capitalize(): f"{ms / 1000:.2f} s"
        for stage, ms in response.timings_ms.items()
    }
    return (
        _facts("Models", {text.PARTS.get(part, part): name for part, name in response.models.items()})
        + _facts("Scale", {"Size in the photo": response.scale.source} if response.scale else {})
        + _facts("Food data", sources)
        + _facts("Time", seconds)
    )


def _facts(title: str, facts: Mapping[str, str]) -> str:
    if not facts:
        return ""
    rows = "".join(f"<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>" for k, v in facts.items())
    return f'<section class="noon-facts"><h3>{title}</h3><dl>{rows}</dl></section>'
