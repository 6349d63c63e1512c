"""The card of a version of a part: which weights these are, where they come from, how good they are."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from ml import checksums
from ml.errors import NoonError

FILE = "card.yaml"
MOST_BYTES = 2**16
ID = re.compile(r"[A-Za-z0-9][\w.+-]{0,63}")
"""What a version in a folder may be called; those of the hub are "owner/name@commit"."""

PartName = Literal["segmenter", "recognizer", "insights"]
PARTS: tuple[PartName, ...] = get_args(PartName)
"""The parts that there are versions of."""

FILES: Mapping[PartName, tuple[str, ...]] = {
    "segmenter": ("config.json", "model*", "food_head.safetensors"),
    "recognizer": ("config.json", "model*", "feature_space.safetensors", "prototypes.safetensors"),
    "insights": ("config.json", "projector.safetensors", "adapter_*"),
}
"""The files, as patterns, that weights of ours in a folder are made of."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]


class VersionError(NoonError):
    """A version that can't be read, added, used or removed."""


class _Written(BaseModel):
    """What stands in a card's file."""

    model_config = ConfigDict(strict=True, extra="forbid")

    id: str
    part: PartName
    trained_on: Text
    measured_on: Text
    needs: Text


@dataclass(frozen=True)
class Card:
    """A version of a part, described.

    `sha256` is that of the folder's `SHA256SUMS`, which holds those of all its files, the card among them; of
    a revision on the hub it is the commit. `trained_on` names data and time, `measured_on` where its
    measures stand, `needs` memory and packages.
    """

    id: str
    part: PartName
    sha256: str
    trained_on: str
    measured_on: str
    needs: str


def read_card(folder: Path) -> Card:
    """The card of the weights in `folder`. Raises `VersionError`."""
    path = folder / FILE
    try:
        if path.stat().st_size > MOST_BYTES:
            raise VersionError(f"The card of {folder.name} is too long: describe the version in 64 kB.")
        written = _Written.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError):
        raise VersionError(f"{folder.name} has no {FILE}, which says what it is: write one.") from None
    except (yaml.YAMLError, RecursionError):
        raise VersionError(f"The card of {folder.name} is no YAML: write it anew.") from None
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(map(str, problem["loc"])) or "the whole"
        raise VersionError(f"The card of {folder.name} is wrong at {where}: {problem['msg']}.") from None
    if not ID.fullmatch(written.id):
        raise VersionError(
            f"The id in the card of {folder.name} may hold up to 64 letters, digits, points and dashes."
        )
    return Card(sha256=checksum(folder), **written.model_dump())


def write_card(
    folder: Path, part: PartName, *, trained_on: str, measured_on: str, needs: str = "Nothing beside Noon."
) -> None:
    """Make a version of the weights in `folder`, its id made of part, day and content.

    The checksums come last: where they are, the version is whole.
    """
    (folder / checksums.FILE).unlink(missing_ok=True)
    content = hashlib.sha256(checksums.sums(folder, FILES[part]).encode()).hexdigest()
    card = {
        "id": f"{part}-{datetime.now(UTC):%Y-%m-%d}-{content[:8]}",
        "part": part,
        "trained_on": trained_on,
        "measured_on": measured_on,
        "needs": needs,
    }
    written = yaml.safe_dump(card, sort_keys=False, allow_unicode=True, width=110)
    (folder / FILE).write_text(written, encoding="utf-8")
    checksums.write(folder, [*FILES[part], FILE])


def renew_card(folder: Path, change: str) -> None:
    """Give weights with a card that were changed in place a new id; note the `change`, a sentence, once."""
    if (folder / FILE).is_file():
        card = read_card(folder)
        trained_on = f"{card.trained_on.removesuffix(change).rstrip()} {change}"
        write_card(folder, card.part, trained_on=trained_on, measured_on=card.measured_on, needs=card.needs)


def checksum(folder: Path) -> str:
    """The sha256 that stands for all files of `folder`; "" where no checksums are kept."""
    try:
        return hashlib.sha256((folder / checksums.FILE).read_bytes()).hexdigest()
    except OSError:
        return ""


def version_of(folder: Path) -> str:
    """The id of the version in `folder`; without a card its name and the beginning of its checksum."""
    try:
        return read_card(folder).id
    except VersionError:
        return f"{folder.name}@{checksum(folder)[:12] or 'unsummed'}"
