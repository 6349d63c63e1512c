"""The smaller pieces of the page, as HTML: header, status line, messages, insight, how it was computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from noon_demo.schemas import AnalysisResponse, PartStatus
from noon_demo.ui import text
from noon_demo.ui.text import tag

SUN = (
    '<svg viewBox="0 0 32 32" aria-hidden="true"><circle cx="16" cy="16" r="7"/>'
    '<g stroke-width="2.6" stroke-linecap="round"><path d="M16 2v4M16 26v4M2 16h4M26 16h4M6.1 6.1l2.8 2.8'
    'M23.1 23.1l2.8 2.8M6.1 25.9l2.8-2.8M23.1 8.9l2.8-2.8"/></g></svg>'
)
ICON = '<svg viewBox="0 0 24 24" aria-hidden="true">{}</svg>'
CLOCK = ICON.format('<path d="M3.5 12a8.5 8.5 0 1 0 2.6-6.1L3.5 8.4M3.5 3.8v4.6h4.6M12 7.4V12l3.4 2"/>')
SLIDERS = ICON.format(
    '<path d="M3 7h9m4 0h5M3 17h3m4 0h11"/><circle cx="14" cy="7" r="2"/><circle cx="8" cy="17" r="2"/>'
)
QUIET = 'type="button" class="noon-quiet" id="{}"'
HEADER = f"""<header class="noon-header">
  {SUN}<div><h1>{text.TITLE}</h1>{tag("p", "page.tagline")}</div>
  <nav>
    <button {QUIET.format("open-history")}>{CLOCK}{tag("span", "history.title")}</button>
    <button {QUIET.format("open-settings")}>{SLIDERS}{tag("span", "settings.title")}</button>
  </nav>
</header>"""
BAR = f"""<div class="noon-row noon-bar">
  {tag("button", "form.new_photo", 'type="button" class="noon-secondary" id="new-photo"')}
  {tag("button", "form.change", QUIET.format("change"))}
  {tag("button", "export.open", QUIET.format("open-export"))}
</div>
<p class="noon-said" role="status"></p>"""
EXAMPLES_HEADING = tag("h2", "form.examples", 'class="noon-heading"')
API_LINK = tag("a", "page.api", 'href="api/docs" target="_blank" rel="noopener"')
FOOTNOTE = (
    f'<p class="noon-footnote">{tag("span", "page.disclaimer")} {tag("span", "page.kept")} {API_LINK}</p>'
)

ENGLISH_ONLY = tag("span", "insight.english", 'class="noon-english"')


def status_line(parts: Sequence[PartStatus]) -> str:
    """Which models are loading or have failed, such as "Segmenter: loading"; nothing once all are ready."""
    amiss = "".join(_part(part) for part in parts if part.state != "ready")
    return f'<div role="status"><ul class="noon-status">{amiss}</ul></div>' if amiss else ""


def _part(part: PartStatus) -> str:
    message = f" <span>{escape(part.message)}</span>" if part.message else ""
    name, state = tag("b", f"part.{part.part}"), tag("span", f"part.{part.state}")
    return f'<li data-state="{part.state}">{name}: {state}{message}</li>'


def alert(sentence: str) -> str:
    """What went wrong and what to do next, read out at once by a screen reader."""
    return f'<p class="noon-alert" role="alert" {_told(sentence)}</p>' if sentence else ""


def note(sentence: str) -> str:
    """A plain remark in place of a result."""
    return f'<p class="noon-note" role="status" {_told(sentence)}</p>'


def earlier(sentence: str) -> str:
    """The heading of a result that is not the current one."""
    return f'<div class="noon-earlier" role="status"><h2 {_told(sentence)}</h2></div>'


def _told(sentence: str) -> str:
    """The rest of an element's tag with a sentence that the page's script translates if it knows it."""
    return f'data-told="{escape(sentence)}">{escape(sentence)}'


def insight(
    turns: Sequence[tuple[str, str]], source: str = "", warnings: Sequence[str] = (), live: bool = True
) -> str:
    """Questions and answers, the last one growing while it is written. Always shown as plain text.

    Below stand by whom it was written and, where another part was to write, why it did not. Unless `live`, a
    screen reader does not read it out.
    """
    said = "".join(_turn(question, answer) for question, answer in turns)
    reasons = "".join(f"<p {_told(warning)}</p>" for warning in warnings)
    byline = f"<footer>{reasons}{_written_by(source)}{ENGLISH_ONLY}</footer>" if source else ""
    spoken = "polite" if live else "off"
    return f'<section class="noon-insight" aria-live="{spoken}">{said}{byline}</section>' if said else ""


def _written_by(source: str) -> str:
    said = text.BUILTIN if source == "builtin" else text.WRITTEN_BY.format(model=source)
    return f"<span {_told(said)}</span>"


def _turn(question: str, answer: str) -> str:
    asked = f"<h3>{escape(question)}</h3>" if question else ""
    return asked + "".join(_english(line) for line in answer.splitlines() if line.strip())


def _english(sentence: str) -> str:
    """A paragraph that is English in every language of the page."""
    return f'<p lang="en">{escape(sentence)}</p>'


def how_computed(response: AnalysisResponse) -> str:
    """Models, scale, data source and the time of each stage."""
    scale = {tag("dt", "details.size"): response.scale.source} if response.scale else {}
    sources = {
        _name(item.label): f"{item.source.database}: {item.source.description}"
        for item in response.detected_items
        if item.source
    }
    seconds = {_known("stage", stage): f"{ms / 1000:.2f} s" for stage, ms in response.timings_ms.items()}
    return (
        _facts("details.models", {_known("part", part): name for part, name in response.models.items()})
        + _facts("details.versions", {_known("part", part): id for part, id in response.versions.items()})
        + _facts("details.scale", scale)
        + _facts("part.nutrition", sources)
        + _facts("details.time", seconds)
    )


def _facts(title: str, facts: Mapping[str, str]) -> str:
    """A section of facts by the elements that name them."""
    if not facts:
        return ""
    rows = "".join(f"<div>{name}<dd {_told(value)}</dd></div>" for name, value in facts.items())
    return f'<section class="noon-facts">{tag("h3", title)}<dl>{rows}</dl></section>'


def _known(group: str, name: str) -> str:
    key = f"{group}.{name}"
    return tag("dt", key) if key in text.ENGLISH else _name(name)


def _name(name: str) -> str:
    return f"<dt>{escape(name)}</dt>"
