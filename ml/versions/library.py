"""Where versions lie: those that ship, and a folder of models with those that were added."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from ml import checksums, hub
from ml.versions import card as cards
from ml.versions.card import PARTS, Card, PartName, VersionError

HUB_FILE = "hub.json"
HUB_NAME = re.compile(r"(?P<repo>\w[\w.-]*/\w[\w.-]*)(@(?P<revision>[\w./-]+))?")
PLAIN_NAME = re.compile(r"\w[\w.+-]*")
FAMILIES: Mapping[str, PartName] = {
    "sam2": "segmenter",
    "edgetam": "segmenter",
    "siglip": "recognizer",
    "llava": "insights",
}
"""Which part a checkpoint of the hub is, by how its `model_type` begins."""

BUILTIN = Card(
    id="builtin",
    part="insights",
    sha256="",
    trained_on="Nothing: sentences computed from the facts.",
    measured_on="ml/insights/TRANSCRIPTS.md.",
    needs="Nothing.",
)


@dataclass(frozen=True)
class Version:
    """A version that is installed: in `folder`, or the revision `commit` of the hub's `repo`."""

    card: Card
    folder: Path
    ships: bool = False
    repo: str = ""
    commit: str = ""

    @property
    def id(self) -> str:
        """How it is called."""
        return self.card.id


class Library:
    """The versions of each part: those in `shipped` folders, and those added to the folder `models`."""

    def __init__(self, shipped: Sequence[Path], models: Path) -> None:
        self._shipped = shipped
        self._models = models

    def versions(self) -> list[Version]:
        """All that are installed and readable, part by part, the one that ships first."""
        return list(self._versions())

    def find(self, part: str, id: str) -> Version:
        """A version by its id. Raises `VersionError`."""
        known = [version for version in self._versions() if version.card.part == part]
        found = next((version for version in known if version.id == id), None)
        if found is None:
            raise VersionError(
                f"There is no {part} {id} here; choose one of: {', '.join(version.id for version in known)}."
                if known
                else f"There is no part {part} with versions; choose one of: {', '.join(PARTS)}."
            )
        return found

    def add(self, source: str | Path) -> Version:
        """Install a folder of weights with card and checksums, or "owner/name" or "owner/name@revision".

        A folder is copied, so that it may change or go. Nothing is run. What is there already is returned.

        Raises:
            NoonError: with a sentence saying what is wrong with it.
        """
        try:
            folder = Path(source).expanduser()
            if folder.is_dir():
                return self._add_folder(folder)
            if named := HUB_NAME.fullmatch(str(source)):
                return self._add_revision(named["repo"], named["revision"])
        except OSError as error:
            raise VersionError(f"It could not be added: {_why(error)}.") from None
        raise VersionError(
            "Name a folder of weights, or a model on the hub such as facebook/sam2.1-hiera-tiny@main."
        )

    def remove(self, part: str, id: str) -> None:
        """Delete a version that was added; the hub's cache keeps its weights. Raises `VersionError`."""
        version = self.find(part, id)
        if version.ships:
            raise VersionError(f"{id} comes with Noon and stays.")
        try:
            shutil.rmtree(version.folder)
        except OSError as error:
            raise VersionError(f"{id} could not be removed: {_why(error)}.") from None

    def _versions(self) -> Iterator[Version]:
        for part in PARTS:
            added = sorted((self._models / part).glob("[!.]*"))
            for folder in (*self._shipped, *added):
                try:
                    version = _read(folder, part, ships=folder in self._shipped)
                except (VersionError, OSError, ValueError, KeyError):
                    continue
                if version.card.part == part:
                    yield version
            if part == "insights":
                yield Version(BUILTIN, Path(), ships=True)

    def _add_folder(self, source: Path) -> Version:
        card = cards.read_card(source)
        for version in self._versions():
            if version.card == card:
                return version
            if (version.card.part, version.id) == (card.part, card.id):
                raise VersionError(
                    f"There is another {card.part} {card.id} already: give this one an id of its own in its "
                    f"{cards.FILE} and sum its files anew."
                )
        names = checksums.listed(source)
        if cards.FILE not in names or not any(name.endswith(".safetensors") for name in names):
            raise VersionError(f"{source.name} has no {checksums.FILE} of its weights and card: write one.")
        if not all(PLAIN_NAME.fullmatch(name) for name in names):
            raise VersionError(f"The {checksums.FILE} of {source.name} lists files of other folders.")
        with self._room(card.part) as room:
            for name in (*names, checksums.FILE):
                if not (source / name).is_file():
                    raise VersionError(f"The file {name} of {source.name} is missing: copy the folder whole.")
                shutil.copyfile(source / name, room / name)
            _verify(room, source.name)
            if cards.read_card(room) != card:
                raise VersionError(f"{source.name} was changed while it was copied: try again.")
            return _settle(room, Version(card, self._models / card.part / card.id))

    def _add_revision(self, repo: str, revision: str | None) -> Version:
        snapshot = hub.fetch(repo, revision)
        part = _part_of(snapshot, repo)
        version = _of_hub(part, repo, snapshot.name, self._models / part)
        if version.folder.exists():
            return version
        with self._room(part) as room:
            about = {"part": part, "repo": repo, "commit": snapshot.name}
            (room / HUB_FILE).write_text(json.dumps(about, indent=1) + "\n")
            return _settle(room, version)

    @contextmanager
    def _room(self, part: PartName) -> Iterator[Path]:
        """A new folder beside the versions of `part` to gather one in; what isn't settled is deleted."""
        room = self._models / part / f".adding-{uuid4().hex}"
        room.mkdir(parents=True)
        try:
            yield room
        finally:
            shutil.rmtree(room, ignore_errors=True)


def _why(error: OSError) -> str:
    return (error.strerror or "the disk failed").lower()


def _settle(room: Path, version: Version) -> Version:
    """Give what was gathered in `room` its place, whole and at once."""
    room.rename(version.folder)
    return version


def _verify(copy: Path, name: str) -> None:
    """Compare the `copy` of the folder `name` with its checksums. Raises `VersionError`."""
    try:
        checksums.verify(copy)
    except checksums.ChecksumError:
        raise VersionError(
            f"The files of {name} differ from its {checksums.FILE}: copy it anew, or wait until it is whole."
        ) from None


def _read(folder: Path, part: PartName, ships: bool) -> Version:
    """The version in a folder. Raises `VersionError`, `OSError`, `ValueError` or `KeyError`."""
    if (folder / HUB_FILE).is_file():
        about = json.loads((folder / HUB_FILE).read_text())
        return _of_hub(part, str(about["repo"]), str(about["commit"]), folder.parent)
    return Version(cards.read_card(folder), folder, ships)


def _of_hub(part: PartName, repo: str, commit: str, folder: Path) -> Version:
    """The version of a revision, which is noted in a folder within `folder`."""
    id = hub.version_name(repo, commit)
    there = f"see https://huggingface.co/{repo}"
    needs = "The hub, unless its weights are in the cache."
    card = Card(id, part, commit, trained_on=there, measured_on=there, needs=needs)
    return Version(card, folder / id.replace("/", "--"), repo=repo, commit=commit)


def _part_of(snapshot: Path, repo: str) -> PartName:
    """Which part a checkpoint is. Raises `VersionError`."""
    try:
        family = str(json.loads((snapshot / "config.json").read_text())["model_type"])
    except (OSError, ValueError, KeyError, TypeError):
        family = ""
    for beginning, part in FAMILIES.items():
        if family.startswith(beginning):
            return part
    raise VersionError(
        f"{repo} is no model that Noon has a part for: choose a SAM 2, EdgeTAM, SigLIP or LLaVA model."
    )
