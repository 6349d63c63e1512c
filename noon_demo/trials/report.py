"""The comparison of two versions in words, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from noon_demo.trials.comparison import Line, Verdict, compare
from noon_demo.trials.observations import Stage

NOTE = (
    "Each interval holds in 95 % of trials, however often it is looked at; in four of ten trials one of ten "
    "may not."
)


def as_json(part: str, stage: Stage) -> dict[str, Any]:
    """The comparison as JSON data."""
    return {
        "part": part,
        **asdict(stage.setup),
        "since": stage.since,
        "stopped": stage.stopped,
        "lines": [asdict(line) for line in compare(stage)],
        "note": NOTE,
    }


def as_text(part: str, stage: Stage) -> str:
    """The comparison as lines to read."""
    setup, lines = stage.setup, compare(stage)
    how = (
        "both looked at the same photos, only the first was shown"
        if setup.shadow
        else f"{setup.percent:g} % of the visitors got the newcomer"
    )
    head = [
        f"{part}: {setup.newcomer} (newcomer) against {setup.stable} (stable)",
        f"Since {stage.since}, {how}.",
        *([f"It was stopped. {stage.stopped}"] if stage.stopped else []),
        "",
    ]
    if not lines:
        return "\n".join([*head, "Nothing was observed yet."])
    titles = ("", "stable", "newcomer", "difference, 95 %", "")
    rows = [titles, *(_row(line) for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(titles))]
    table = [
        "  ".join(
            cell.ljust(width) if column in {0, 4} else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join([*head, *table, "", *_summary(lines), NOTE])


def _row(line: Line) -> tuple[str, str, str, str, str]:
    per = "" if line.unit in {"ms", "MB"} or line.per == "result" else f" a {line.per}"
    if line.verdict == "observed":
        verdict = "" if line.counted_by == "loading" else f"{line.units[0]} photos"
    elif line.verdict == "too little data":
        verdict = _missing(line)
    else:
        verdict = line.verdict
    values = (_amount(line.stable, line), _amount(line.newcomer, line))
    return f"{line.measure}{per}", *values, _between(line), verdict


def _between(line: Line) -> str:
    """The interval; that of a difference of shares is in percentage points."""
    found = line.difference
    if found is None:
        return ""
    factor, digits = (100 if line.unit == "share" else 1), (2 if line.unit == "number" else 1)
    value, low, high = (f"{factor * number:.{digits}f}" for number in (found.value, found.low, found.high))
    units = {"share": " %" if line.verdict == "observed" else " points", "number": ""}
    return f"{value} [{low}, {high}]{units.get(line.unit, f' {line.unit}')}"


def _missing(line: Line) -> str:
    if line.missing is None:
        return "too little data"
    digits = len(str(line.missing)) - 2
    rough = round(line.missing, -digits) if digits > 0 else line.missing
    return f"too little data: about {rough:,} more {line.counted_by}{'s' if rough > 1 else ''} of each"


def _amount(value: float | None, line: Line) -> str:
    if value is None:
        return ""
    if line.unit == "share":
        return f"{100 * value:.1f} %"
    return f"{value:.2f}" if line.unit == "number" else f"{value:.1f} {line.unit}"


def _summary(lines: Sequence[Line]) -> list[str]:
    def named(*verdicts: Verdict) -> str:
        return ", ".join(line.measure for line in lines if line.verdict in verdicts)

    said = {
        "The newcomer is better on": named("newcomer better"),
        "It is worse on": named("newcomer worse"),
        "They differ on": named("more", "fewer"),
        "No difference that matters on": named("alike"),
        "Too little data on": named("too little data"),
    }
    return [f"{begin}: {names}." for begin, names in said.items() if names]
