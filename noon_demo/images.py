"""Opening image files of any origin safely."""

from __future__ import annotations

import hashlib
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from noon_demo import decoding
from noon_demo.decoding import Image, ImageError

if sys.platform != "win32":
    from noon_demo import decoder

__all__ = ["Image", "ImageError", "ImageTooLargeError", "Source", "fingerprint", "load", "read"]

Source = str | Path | bytes | BinaryIO | PIL.Image.Image | Image
"""A photo: an image file's path, its bytes or the open file, a PIL image or an HxWx3 uint8 RGB array."""

MAX_BYTES = 25 * 2**20
PIECE_BYTES = 2**20
TOO_LARGE = "The photo's file is larger than 25 MB; use a smaller one."


class ImageTooLargeError(ImageError):
    """A file of more than `MAX_BYTES`."""

    status = 413


def load(source: Source) -> Image:
    """The photo as upright HxWx3 uint8 RGB.

    One of more than 12.6 megapixels (`decoding.WORK_PIXELS`) is reduced to that; of more than 50 it is
    refused. EXIF orientation is applied; the first frame of an animation is taken; transparency lies over
    white; deeper channels are scaled to 8 bits. Files are decoded in another process, which is given up
    after a few seconds; PIL images and arrays are trusted. Raises `ImageError`.
    """
    if isinstance(source, np.ndarray):
        return _checked_array(source)
    if isinstance(source, PIL.Image.Image):
        return np.array(decoding.decode(source))
    data = read(source)
    if sys.platform == "win32":  # where no descriptor can be passed to another process
        return decoding.decode(io.BytesIO(data))
    return decoder.decode(data)


def read(source: str | Path | bytes | BinaryIO) -> bytes:
    """The bytes of an image file. Raises `ImageError` for a missing, empty or too large one."""
    with _opened(source) as file:
        data = file.read(MAX_BYTES + 1)
    _check_length(len(data))
    return data


def fingerprint(source: Source) -> str:
    """A key that equal photos share: SHA-256 of the file's bytes, or of size and pixels.

    A file is read piece by piece, so that it takes no memory. Raises `ImageError` as `read` does.
    """
    digest = hashlib.sha256()
    if isinstance(source, np.ndarray | PIL.Image.Image):
        pixels = np.ascontiguousarray(source)
        digest.update(str(pixels.shape).encode())
        digest.update(pixels.data)
        return digest.hexdigest()
    size = 0
    with _opened(source) as file:
        while piece := file.read(PIECE_BYTES):
            size += len(piece)
            _check_length(size)
            digest.update(piece)
    _check_length(size)
    return digest.hexdigest()


@contextmanager
def _opened(source: str | Path | bytes | BinaryIO) -> Iterator[BinaryIO]:
    """The file at its beginning; one that was given open stays open."""
    if isinstance(source, bytes):
        yield io.BytesIO(source)
    elif isinstance(source, str | Path):
        path = Path(source)
        if not path.is_file():
            raise ImageError(f"There is no photo at {path.name or path}; check the path.")
        with path.open("rb") as file:
            yield file
    else:
        source.seek(0)
        yield source


def _check_length(size: int) -> None:
    if not size:
        raise ImageError("The photo's file is empty; save or upload it again.")
    if size > MAX_BYTES:
        raise ImageTooLargeError(TOO_LARGE)


def _checked_array(pixels: NDArray[np.generic]) -> Image:
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
        raise ImageError("A photo given as an array must be HxWx3 RGB of dtype uint8.")
    height, width = pixels.shape[:2]
    decoding.check_size(width, height)
    if decoding.reduced_size(width, height) == (width, height):
        return pixels.astype(np.uint8, copy=False)
    return np.array(decoding.reduced(PIL.Image.fromarray(pixels)))
