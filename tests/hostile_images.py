"""Image files made to take long or much memory to open, in no or little data."""

from __future__ import annotations

import io
import itertools
import re
import struct
import zlib
from functools import cache

import numpy as np
import PIL.Image


def encoded(picture: PIL.Image.Image, kind: str, **options) -> bytes:
    """The bytes of an image file."""
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def noise(width: int = 320, height: int = 240, seed: int = 0) -> PIL.Image.Image:
    """Random RGB."""
    return PIL.Image.fromarray(np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8))


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of chunks given as (name, content)."""
    body = (struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


@cache
def _bomb() -> bytes:
    return encoded(PIL.Image.new("RGB", (7000, 7000)), "WEBP", lossless=True, method=0)


def tiny_bomb(number: int = 0) -> bytes:
    """49 black megapixels in some 40 bytes of WebP; another file for every number."""
    return _bomb() + struct.pack("<H", number)


def gif_with_comment(size: int) -> bytes:
    """A GIF before whose picture come `size` bytes of comment, which Pillow joins in quadratic time."""
    picture = encoded(PIL.Image.new("P", (64, 64)), "GIF")
    start = 13 + 3 * 2 ** ((picture[10] & 7) + 1)
    return picture[:start] + b"!\xfe" + (b"\xff" + bytes(255)) * (size // 256) + b"\0" + picture[start:]


def jpeg_of_scans(count: int, side: int = 7000) -> bytes:
    """A progressive JPEG whose shortest scan, over all of the picture, comes `count` times."""
    picture = encoded(PIL.Image.new("L", (side, side), 90), "JPEG", progressive=True)
    starts = [match.start() for match in re.finditer(b"\xff\xda", picture)]
    scans = [picture[start:end] for start, end in itertools.pairwise(starts)]
    shortest = min(scans, key=len)
    before = starts[scans.index(shortest)]
    return picture[:before] + shortest * count + picture[before + len(shortest) :]


def png_with_text(size: int) -> bytes:
    """A PNG with a text and a colour profile of `size` bytes each, compressed a thousandfold."""
    content = zlib.compress(bytes(size), 9)
    picture = encoded(noise(), "PNG")
    after_header = picture.index(b"IDAT") - 4
    extra = png((b"iCCP", b"profile\0\0" + content), (b"zTXt", b"text\0\0" + content))[8:]
    return picture[:after_header] + extra + picture[after_header:]


def png_shorter_than_its_pixels(width: int, height: int) -> bytes:
    """A PNG of so many pixels of which none are there."""
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return png((b"IHDR", header), (b"IDAT", zlib.compress(b"\0")), (b"IEND", b""))


def tiff_of_directories(count: int) -> bytes:
    """A TIFF of `count` directories, each naming the next and the last one the first."""
    entries = [(256, 4, 64), (257, 4, 64), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 8), (279, 4, 4096)]
    size = 2 + 12 * len(entries) + 4
    first = 8 + 4096
    out = [b"II*\0", struct.pack("<I", first), bytes(4096)]
    for number in range(count):
        following = first + size * ((number + 1) % count)
        out.append(struct.pack("<H", len(entries)))
        out += [struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries]
        out.append(struct.pack("<I", following))
    return b"".join(out)


def tiff_of_strips(count: int) -> bytes:
    """A TIFF of 64 x `count` pixels in as many strips, all of them the same 64 bytes."""
    offsets = 8 + 64
    lengths = offsets + 4 * count
    entries = [(256, 4, 1, 64), (257, 4, 1, count), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1)]
    entries += [(273, 4, count, offsets), (278, 4, 1, 1), (279, 4, count, lengths)]
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
    tables = struct.pack("<I", 8) * count + struct.pack("<I", 64) * count
    return struct.pack("<4sI", b"II*\0", lengths + 4 * count) + bytes(64) + tables + directory + bytes(4)


def animation(kind: str, frames: int, side: int = 64) -> bytes:
    """An animation whose first frame is lime and whose others are each another blue."""
    first = PIL.Image.new("RGB", (side, side), "lime")
    others = [PIL.Image.new("RGB", (side, side), (0, 0, 1 + number % 255)) for number in range(frames - 1)]
    return encoded(first, kind, save_all=True, append_images=others, duration=20)
