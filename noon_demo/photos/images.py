"""Opening image files of any origin safely."""

from __future__ import annotations

import hashlib
import io
import sys
from typing import Any

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from noon_demo.photos import decoding
from noon_demo.photos.decoding import MAX_BYTES, TOO_LARGE, Image, ImageError, ImageTooLargeError
from noon_demo.photos.sources import File, opened

if sys.platform != "win32":
    from noon_demo.photos import decoder

__all__ = [
    "MAX_BYTES",
    "TOO_LARGE",
    "Image",
    "ImageError",
    "ImageTooLargeError",
    "Source",
    "fingerprint",
    "load",
    "read",
]

Source = File | PIL.Image.Image | NDArray[Any]
"""A photo: an image file, a PIL image, or an array as `decoding.from_array` takes."""

PIECE_BYTES = 2**20


def load(source: Source | None) -> Image:
    """The photo as upright HxWx3 uint8 RGB.

    One of more than 12.6 megapixels (`decoding.WORK_PIXELS`) is reduced to that; of more than 50 it is
    refused. EXIF orientation is applied; the first frame of an animation is taken; transparency lies over
    white; deeper channels are scaled to 8 bits. Files are decoded in another process, which is given up
    after a few seconds; PIL images and arrays are trusted. Raises `ImageError`, or `RequestError` for an
    address that leads to no photo.
    """
    if isinstance(source, np.ndarray):
        return decoding.from_array(source)
    if isinstance(source, PIL.Image.Image):
        return np.array(decoding.decode(source))
    data = read(source)
    if sys.platform == "win32":  # where no descriptor can be passed to another process
        return np.array(decoding.decode(io.BytesIO(data)))
    return decoder.decode(data)


def read(source: File | None) -> bytes:
    """The bytes of an image file. Raises `ImageError` for a missing, empty or too large one."""
    with opened(source) as file:
        data = file.read(MAX_BYTES + 1)
    _check_length(len(data))
    return data


def fingerprint(source: Source | None) -> str:
    """A key that equal photos share: SHA-256 of the file's bytes, or of size and pixels as `load` gives them.

    A file is read piece by piece, so that it takes no memory. Raises `ImageError` as `read` does.
    """
    digest = hashlib.sha256()
    if isinstance(source, np.ndarray | PIL.Image.Image):
        pixels = np.ascontiguousarray(load(source))
        digest.update(str(pixels.shape).encode())
        digest.update(pixels.data)
        return digest.hexdigest()
    size = 0
    with opened(source) as file:
        while piece := file.read(PIECE_BYTES):
            size += len(piece)
            _check_length(size)
            digest.update(piece)
    _check_length(size)
    return digest.hexdigest()


def _check_length(size: int) -> None:
    if not size:
        raise ImageError("The photo's file is empty; save or upload it again.")
    if size > MAX_BYTES:
        raise ImageTooLargeError(TOO_LARGE)
