"""Subcommands of `noon models` for two versions side by side: try, stop, promote, compare."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, get_args

from noon_demo.errors import RequestError
from noon_demo.ml_inference import Versions
from noon_demo.ml_inference.choices import Newcomer, Versioned
from noon_demo.trials import report
from noon_demo.trials.observations import Observations

NO_SHADOW = (
    "An insight can't be tried in the shadow, where nobody reads it: give a percentage of the visitors."
)
NOTHING = "Nothing was compared yet; begin with: noon models try {} ID --percent 10"
SOON = "A running server takes it up within seconds; /api/health tells."


def add_options(command: argparse.ArgumentParser) -> None:
    """Let `try` begin a trial."""
    command.add_argument("--percent", type=_percent, help="of the visitors who get it from now on")
    command.add_argument("--shadow", action="store_true", help="let it see the photos, shown to nobody")


def add_commands(commands: Any) -> None:
    """Add what ends trials and compares versions to the sub-parsers of `noon models`."""
    for name, run, words in (
        ("stop", _stop, "end a trial: everybody gets the version in use"),
        ("promote", _promote, "have the version on trial answer everybody"),
        ("compare", _compare, "say which of two versions is better on what"),
    ):
        command = commands.add_parser(name, help=words)
        command.add_argument("part", choices=get_args(Versioned))
        command.set_defaults(run=run)
        if run is _compare:
            command.add_argument("--json", action="store_true", help="as JSON")
            command.add_argument(
                "--all", action="store_true", help="what was compared before too, oldest first"
            )


def begin(versions: Versions, given: argparse.Namespace) -> Iterator[str]:
    """Try a version on visitors or in the shadow, or change how."""
    if given.part == "insights" and given.shadow:
        raise RequestError(NO_SHADOW)
    versions.library.find(given.part, given.id)
    percent = 0 if given.shadow else given.percent
    versions.choices.begin_trial(given.part, Newcomer(version=given.id, percent=percent, shadow=given.shadow))
    whom = "in the shadow" if given.shadow else f"on {percent:g} % of the visitors"
    yield f"{given.id} is tried {whom}. {SOON}"


def _stop(versions: Versions, given: argparse.Namespace) -> Iterator[str]:
    versions.choices.end_trial(given.part, promote=False)
    yield f"The trial is over. {SOON}"


def _promote(versions: Versions, given: argparse.Namespace) -> Iterator[str]:
    yield f"{versions.choices.end_trial(given.part, promote=True).use} is chosen. {SOON}"


def _compare(versions: Versions, given: argparse.Namespace) -> Iterator[str]:
    stages = Observations(versions.folder, given.part).stages()
    if not stages:
        raise RequestError(NOTHING.format(given.part))
    shown = stages if given.all else stages[-1:]
    if given.json:
        reports = [report.as_json(given.part, stage) for stage in shown]
        yield json.dumps(reports if given.all else reports[0], indent=1, allow_nan=False)
    else:
        yield "\n\n".join(report.as_text(given.part, stage) for stage in shown)


def _percent(text: str) -> float:
    with suppress(ValueError):
        if 0 <= (percent := float(text)) <= 100:
            return percent
    raise argparse.ArgumentTypeError(f"must be from 0 to 100, not {text}")
