"""Checksums of what ships, kept beside the files: `python -m ml.checksums FOLDER…` sums them anew.

`sha256sum --check SHA256SUMS` verifies a folder too.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path

from ml.errors import NoonError

FILE = "SHA256SUMS"
KINDS = {".csv", ".json", ".safetensors", ".sqlite", ".yaml"}
"""Files that models, tables and versions are read from; texts and pictures have no checksum."""


class ChecksumError(NoonError):
    """A file is missing or differs from its checksum."""


def sums(folder: Path, patterns: Iterable[str] = ("*",)) -> str:
    """A line for each file of `folder` that is of the `KINDS` and matches one of the shell `patterns`."""
    files = {path for pattern in patterns for path in folder.glob(pattern) if path.suffix in KINDS}
    return "".join(f"{sha256(path)}  {path.name}\n" for path in sorted(files))


def write(folder: Path, patterns: Iterable[str] = ("*",)) -> None:
    """Keep the `sums` of `folder` in it; they appear whole, so that where they are, the files are too."""
    unfinished = folder / f"{FILE}.unfinished"
    unfinished.write_text(sums(folder, patterns))
    unfinished.replace(folder / FILE)


def listed(folder: Path) -> list[str]:
    """The names of the files that have a checksum in `folder`; none where none are kept."""
    try:
        lines = (folder / FILE).read_text(errors="replace").splitlines()
    except OSError:
        return []
    return [line.partition("  ")[2] for line in lines]


def verify(path: Path) -> None:
    """Compare a file, or all of a folder, with the checksums beside it; nothing where none are kept.

    Raises:
        ChecksumError: naming the first file that is missing or differs.
    """
    folder = path if path.is_dir() else path.parent
    if not (folder / FILE).is_file():
        return
    for line in (folder / FILE).read_text(errors="replace").splitlines():
        digest, _, name = line.partition("  ")
        if path not in (folder, folder / name):
            continue
        if not (folder / name).is_file():
            raise ChecksumError(
                f"The file {name} of {folder.name} is missing: restore it from the repository."
            )
        if sha256(folder / name) != digest:
            raise ChecksumError(
                f"The file {name} of {folder.name} is damaged: restore it from the repository, or run "
                "`make checksums` if you changed it."
            )


def sha256(path: Path) -> str:
    """The hexadecimal SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        if not Path(argument).is_dir():
            sys.exit(f"There is no folder {argument}.")
        write(Path(argument))
