"""`noon models`: the versions of the models, and which of them answer."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from typing import get_args

from noon_demo import config
from noon_demo.commands import trials
from noon_demo.errors import RequestError
from noon_demo.ml_inference import Models, NoonError, Versions
from noon_demo.ml_inference.choices import AS_CONFIGURED, Choice, Versioned

CONFIGURED = "configured"
"""What stands for `AS_CONFIGURED` on the command line."""
SOON = "A running server takes it up within seconds if it passes its test; /api/health tells."


def main(arguments: Sequence[str]) -> None:
    """Do what the command line asks for; what is wrong ends in one line and status 1."""
    given = _parser().parse_args(arguments)
    versions = Versions(config.load_or_exit([]))
    try:
        for line in given.run(versions, given):
            sys.stdout.write(f"{line}\n")
    except (NoonError, RequestError) as error:
        sys.exit(str(error))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="noon models", description=__doc__)
    commands = parser.add_subparsers(metavar="command")
    parser.set_defaults(run=_list)
    commands.add_parser("list", help="list what is installed; * marks what is to answer, ~ what is on trial")
    add = commands.add_parser("add", help="install a folder of weights, or a model of the hub")
    add.add_argument("source", help="a folder, or owner/name or owner/name@revision on the hub")
    add.set_defaults(run=_add)
    for name, run, words in (
        ("try", _try, "try a version on the examples and on the photos in the models folder"),
        ("use", _use, f'have a version answer from now on; "{CONFIGURED}" is what the settings name'),
        ("remove", _remove, "delete a version that was added"),
    ):
        command = commands.add_parser(name, help=words)
        command.add_argument("part", choices=get_args(Versioned))
        command.add_argument("id")
        command.set_defaults(run=run)
        if run is _try:
            trials.add_options(command)
    rollback = commands.add_parser("rollback", help="have the version answer that did before")
    rollback.add_argument("part", choices=get_args(Versioned))
    rollback.set_defaults(run=_rollback)
    trials.add_commands(commands)
    return parser


def _list(versions: Versions, given: argparse.Namespace) -> Iterator[str]:
    chosen = versions.choices.read()
    for part in get_args(Versioned):
        choice = chosen.get(part, Choice())
        use, trial = choice.use, choice.newcomer and choice.newcomer.version
        yield f"{part}{'' if use else ', as configured'}"
        for version in versions.library.versions():
            if version.card.part == part:
                origin = "comes with Noon" if version.ships else "of the hub" if version.repo else "added"
                mark = "*" if version.id == use else "~" if version.id == trial else " "
                yield f"  {mark} {version.id}  {origin}  {version.card.sha256[:12]}".rstrip()


def _add(versions: Versions, given: argparse.Namespace) -> Iterator[str]:
    version = versions.library.add(given.source)
    yield f"{version.id} is installed. Try it: noon models try {version.card.part} {version.id}"


def _try(versions: Versions, given: argparse.Namespace) -> Iterator[str]:
    if given.shadow or given.percent is not None:
        yield from trials.begin(versions, given)
        return
    models = Models(config.load(["profile=embedded"]))
    models.renewal.try_out(given.part, versions.load(given.part, given.id))
    yield f"{given.id} passes. Have it answer: noon models use {given.part} {given.id}"


def _use(versions: Versions, given: argparse.Namespace) -> Iterator[str]:
    versions.use(given.part, AS_CONFIGURED if given.id == CONFIGURED else given.id)
    yield f"{given.id} is chosen. {SOON}"


def _rollback(versions: Versions, given: argparse.Namespace) -> Iterator[str]:
    yield f"{versions.choices.rollback(given.part).use or CONFIGURED} is chosen again. {SOON}"


def _remove(versions: Versions, given: argparse.Namespace) -> Iterator[str]:
    versions.remove(given.part, given.id)
    yield f"{given.id} is removed."
