"""Opening untrusted image files safely."""

from __future__ import annotations

import hashlib
import io
import struct
from pathlib import Path

import numpy as np
import PIL.Image
import PIL.ImageOps
import pillow_heif
from numpy.typing import NDArray

from noon_demo.errors import RequestError

Image = NDArray[np.uint8]
Source = str | Path | bytes | PIL.Image.Image | Image
"""A photo: a path, the bytes of an image file, a PIL image or an HxWx3 uint8 RGB array."""

MAX_BYTES = 25 * 2**20
TOO_LARGE = "The photo's file is larger than 25 MB; use a smaller one."
MAX_PIXELS = 50_000_000
MIN_SIDE = 32
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "GIF", "BMP", "TIFF")
BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error)
"""What Pillow's decoders raise on damaged data."""

pillow_heif.register_heif_opener()


class ImageError(RequestError):
    """A photo that can't be opened; the sentence says what to do next."""


class ImageTooLargeError(ImageError):
    """A file of more than `MAX_BYTES`."""

    status = 413


def load(source: Source) -> Image:
    """The photo as upright HxWx3 uint8 RGB at its full size, at most `MAX_PIXELS`.

    EXIF orientation is applied; the first frame of an animation is taken; transparency lies over white;
    deeper channels are scaled to 8 bits. Raises `ImageError`.
    """
    if isinstance(source, np.ndarray):
        return _checked_array(source)
    data = source if isinstance(source, PIL.Image.Image) else io.BytesIO(read(source))
    try:
        picture = PIL.Image.open(data, formats=FORMATS) if isinstance(data, io.BytesIO) else data
        _check_size(*picture.size)
        return np.array(_to_rgb(PIL.ImageOps.exif_transpose(picture)))
    except PIL.Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except PIL.UnidentifiedImageError as error:
        raise ImageError(
            "This file is not an image that can be opened; use a JPEG, PNG, WebP or HEIC photo."
        ) from error
    except BROKEN as error:
        raise ImageError("The photo's file is damaged or incomplete; save or upload it again.") from error


def read(source: str | Path | bytes) -> bytes:
    """The bytes of an image file. Raises `ImageError` for a missing, empty or too large one."""
    if isinstance(source, bytes):
        data = source
    else:
        path = Path(source)
        if not path.is_file():
            raise ImageError(f"There is no photo at {path.name or path}; check the path.")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    if not data:
        raise ImageError("The photo's file is empty; save or upload it again.")
    if len(data) > MAX_BYTES:
        raise ImageTooLargeError(TOO_LARGE)
    return data


def fingerprint(source: bytes | PIL.Image.Image | Image) -> str:
    """A key that equal photos share: SHA-256 of the file's bytes, or of size and pixels."""
    if isinstance(source, bytes):
        return hashlib.sha256(source).hexdigest()
    pixels = np.ascontiguousarray(source)
    digest = hashlib.sha256(str(pixels.shape).encode())
    digest.update(pixels.data)
    return digest.hexdigest()


def _to_rgb(image: PIL.Image.Image) -> PIL.Image.Image:
    """8-bit RGB of any mode of Pillow's."""
    if image.mode.startswith(("I", "F")):
        return PIL.Image.fromarray(_to_8_bits(np.asarray(image))).convert("RGB")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        return PIL.Image.alpha_composite(PIL.Image.new("RGBA", image.size, "white"), image).convert("RGB")
    return image.convert("RGB")


def _to_8_bits(grey: NDArray[np.generic]) -> Image:
    """HxW grey of 16 bits, or of any other depth by its own maximum, scaled to 0..255."""
    values = np.nan_to_num(grey.astype(np.float32)).clip(min=0)
    full = 65535.0 if grey.dtype.itemsize == 2 else max(float(values.max()), 1.0)
    return np.rint(values * (255.0 / full)).clip(max=255).astype(np.uint8)


def _checked_array(pixels: NDArray[np.generic]) -> Image:
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
        raise ImageError("A photo given as an array must be HxWx3 RGB of dtype uint8.")
    _check_size(pixels.shape[1], pixels.shape[0])
    return pixels.astype(np.uint8, copy=False)


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise _too_many_pixels()
    if min(width, height) < MIN_SIDE:
        raise ImageError(
            f"The photo is {width} x {height} pixels, too small to show a meal; "
            f"use one of at least {MIN_SIDE} pixels on each side."
        )


def _too_many_pixels() -> ImageError:
    return ImageError("The photo has more than 50 megapixels; use a smaller one.")
