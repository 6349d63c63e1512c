"""The file of a photo, however a Python caller gives it."""

from __future__ import annotations

import asyncio
import io
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from noon_demo.photos.decoding import ImageError
from noon_demo.photos.web import fetch, is_web

File = str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes]
"""An image file: its path or address on the web, its bytes, or the open file."""

NO_PHOTO = "Please add a photo of a meal."
NOT_A_SOURCE = (
    "Please give the photo as a path, an address, bytes, an open file, a PIL image or a NumPy array."
)
NOT_BINARY = 'The photo\'s file is open as text or closed; open it anew in binary mode, "rb".'


@contextmanager
def opened(source: File | None) -> Iterator[IO[bytes]]:
    """The file at its beginning, if it has one; one that was given open stays open.

    Raises `ImageError` where there is none, and `RequestError` for an address that leads to none.
    """
    if source is None:
        raise ImageError(NO_PHOTO)
    if isinstance(source, bytes | bytearray | memoryview):
        yield io.BytesIO(source)
    elif isinstance(source, str) and is_web(source):
        yield io.BytesIO(_fetched(source))
    elif isinstance(source, str | os.PathLike):
        path = Path(source)
        if not is_file(path):
            raise ImageError(f"There is no photo at {path.name[:80] or path}; check the path.")
        with path.open("rb") as file:
            yield file
    elif hasattr(source, "read"):
        if isinstance(source, io.TextIOBase) or source.closed:
            raise ImageError(NOT_BINARY)
        if source.seekable():
            source.seek(0)
        yield source
    else:
        raise ImageError(NOT_A_SOURCE)


def is_file(path: Path) -> bool:
    """Whether there is such a file; a text that is too long for a name names none."""
    with suppress(OSError):
        return path.is_file()
    return False


def _fetched(url: str) -> bytes:
    """The photo at an address, by a loop of its own: the caller, such as a notebook, may run one already."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, fetch(url, Path(folder))).result().read_bytes()
