"""From an image of any format and mode to upright RGB of a bounded size.

Runs in the worker process that `noon_demo.photos.decoder` starts for files that strangers send.
"""

from __future__ import annotations

import math
from typing import BinaryIO

import numpy as np
import PIL.AvifImagePlugin
import PIL.Image
import PIL.ImageOps
import pillow_heif
from numpy.typing import NDArray

from noon_demo.errors import RequestError

Image = NDArray[np.uint8]

MAX_BYTES = 25 * 2**20
MAX_PIXELS = 50_000_000
WORK_PIXELS = 4096 * 3072
"""Larger photos are reduced to this; the 12-megapixel photos of phones (4080 x 3072 and less) are not."""
MIN_SIDE = 32
MOST_ELONGATED = 100
"""How many times as long as wide a photo may be; our choice, far beyond any panorama."""
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "GIF", "BMP", "TIFF")
NO_MEMORY = "The photo takes too much memory to open; use a smaller one."
TOO_LARGE = "The photo's file is larger than 25 MB; use a smaller one."
NOT_PIXELS = (
    "A photo given as an array must be HxW grey, HxWx3 RGB or HxWx4 RGBA, "
    "its values from 0 to 255, or to 1 where they are floats."
)
DAMAGED = "The photo's file is damaged or incomplete; save or upload it again."

pillow_heif.register_heif_opener()
# As many threads on every machine, since each takes memory.
pillow_heif.options.DECODE_THREADS = PIL.AvifImagePlugin.DEFAULT_MAX_THREADS = 2


class ImageError(RequestError):
    """A photo that can't be opened; the sentence says what to do next."""


class ImageTooLargeError(ImageError):
    """A file of more than `MAX_BYTES`."""

    status = 413


def decode(source: BinaryIO | PIL.Image.Image) -> PIL.Image.Image:
    """The photo, upright, of mode RGB and at most `WORK_PIXELS`, its pixels loaded.

    Raises `ImageError` for an image of more than `MAX_PIXELS`, before its pixels are decoded, for one of a
    shape that `check_size` refuses, and for whatever is no image or a damaged one.
    """
    try:
        if isinstance(source, PIL.Image.Image):
            check_size(*source.size)
            return _to_rgb(source.copy())
        picture = PIL.Image.open(source, formats=FORMATS)
        check_size(*picture.size)
        picture.draft(None, reduced_size(*picture.size))  # decodes a JPEG at half its size, if that will do
        rgb = _to_rgb(picture)
        rgb.load()
        return rgb
    except ImageError:
        raise
    except PIL.Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except PIL.UnidentifiedImageError as error:
        raise ImageError(
            "This file is not an image that can be opened; use a JPEG, PNG, WebP or HEIC photo."
        ) from error
    except MemoryError as error:
        raise ImageError(NO_MEMORY) from error
    except Exception as error:  # decoders raise whatever they like on damaged data
        raise ImageError(DAMAGED) from error


def from_array(pixels: NDArray[np.generic]) -> Image:
    """The photo that an array holds: HxW or HxWx1 grey, HxWx3 RGB or HxWx4 RGBA, of any numeric dtype.

    White is 255; 1 where floats or bools are all at most 1; 65535 where some value exceeds 255. Raises
    `ImageError`.
    """
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[..., 0]
    is_grey = pixels.ndim == 2
    if pixels.dtype.kind not in "buif" or not (is_grey or (pixels.ndim == 3 and pixels.shape[2] in {3, 4})):
        raise ImageError(NOT_PIXELS)
    height, width = pixels.shape[:2]
    check_size(width, height)
    values = pixels if pixels.dtype == np.uint8 else _as_uint8(pixels)
    if is_grey or pixels.shape[2] == 4 or reduced_size(width, height) != (width, height):
        return np.array(_to_rgb(PIL.Image.fromarray(values)))
    return values.astype(np.uint8, copy=False)


def _as_uint8(pixels: NDArray[np.generic]) -> Image:
    values = np.nan_to_num(pixels.astype(np.float32))
    whites = (1.0, 255.0, 65535.0) if pixels.dtype.kind in "bf" else (255.0, 65535.0)
    white = next((white for white in whites if values.max() <= white), None)
    if white is None or values.min() < 0:
        raise ImageError(NOT_PIXELS)
    return np.asarray(np.rint(values * (255.0 / white)), np.uint8)


def check_size(width: int, height: int) -> None:
    """Raises `ImageError` for a size in pixels that no photo of a meal has."""
    if width * height > MAX_PIXELS:
        raise _too_many_pixels()
    if min(width, height) < MIN_SIDE:
        raise ImageError(
            f"The photo is {width} x {height} pixels, too small to show a meal; "
            f"use one of at least {MIN_SIDE} pixels on each side."
        )
    if max(width, height) > MOST_ELONGATED * min(width, height):
        raise ImageError(f"The photo is {width} x {height} pixels, too narrow to show a meal; crop it.")


def reduced_size(width: int, height: int) -> tuple[int, int]:
    """Width and height of the same shape with at most `WORK_PIXELS`; half of each where that is little less.

    Halving is quick: the decoder of JPEG does so by itself, and other pixels are averaged four by four.
    """
    scale = math.sqrt(WORK_PIXELS / max(width * height, 1))
    if scale >= 1:
        return width, height
    if scale < 0.56:
        return width // 2, height // 2
    return int(width * scale), int(height * scale)


def _to_rgb(image: PIL.Image.Image) -> PIL.Image.Image:
    """Upright, reduced 8-bit RGB of any mode of Pillow's. Changes `image`."""
    PIL.ImageOps.exif_transpose(image, in_place=True)
    if image.mode.startswith(("I", "F")):
        return _to_8_bits(image).convert("RGB")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    if image.mode != mode:
        image = image.convert(mode)
    image = reduced(image)
    if mode == "RGB":
        return image
    return PIL.Image.alpha_composite(PIL.Image.new("RGBA", image.size, "white"), image).convert("RGB")


def _to_8_bits(grey: PIL.Image.Image) -> PIL.Image.Image:
    """Grey of 16 bits, or of any other depth by its own maximum, scaled to 0..255."""
    is_16_bit = grey.mode.startswith("I;16")
    if is_16_bit:
        grey = grey.convert("I")
    values = np.nan_to_num(np.asarray(reduced(grey), np.float32)).clip(min=0)
    full = 65535.0 if is_16_bit else max(float(values.max()), 1.0)
    return PIL.Image.fromarray(np.rint(values * (255.0 / full)).clip(max=255).astype(np.uint8))


def reduced(image: PIL.Image.Image) -> PIL.Image.Image:
    """The image itself, or a copy of its `reduced_size`."""
    size = reduced_size(*image.size)
    return image if size == image.size else image.resize(size, reducing_gap=1.0)


def _too_many_pixels() -> ImageError:
    return ImageError("The photo has more than 50 megapixels; use a smaller one.")
