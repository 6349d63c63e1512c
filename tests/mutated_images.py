"""Image files of every format that Noon opens, damaged in ways that a seed decides."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Iterator
from functools import cache

import numpy as np
import PIL.Image

from noon_demo.photos import images  # noqa: F401  (registers HEIF with Pillow)
from tests.hostile_images import encoded

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
SIZES = (0, 1, 31, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)
"""What a field of a header is set to; widths, heights, lengths and offsets among them."""


def mutated_images(count: int, seed: int = 0) -> Iterator[tuple[str, bytes]]:
    """Yield the name of a format and a damaged file of it, in turn for all formats."""
    chance = random.Random(seed)
    kinds = list(seeds())
    for number in range(count):
        kind = kinds[number % len(kinds)]
        data = seeds()[kind]
        for _ in range(chance.choice((1, 1, 1, 2, 4))):
            data = chance.choice(MUTATIONS)(data, chance)
        yield kind, with_checksums(data) if data.startswith(PNG_SIGNATURE) else data


@cache
def seeds() -> dict[str, bytes]:
    """An undamaged file of each format and of the variants that take other ways through a decoder."""
    picture = drawn(96, 72)
    clear = picture.convert("RGBA")
    clear.putalpha(picture.convert("L"))
    deep = PIL.Image.fromarray(np.asarray(picture.convert("L"), np.uint16) * 257)
    turned = PIL.Image.Exif()
    turned[0x0112] = 6
    frames = {"save_all": True, "append_images": [picture.transpose(PIL.Image.Transpose.ROTATE_180)]}
    return {
        "JPEG": encoded(picture, "JPEG", exif=turned),
        "JPEG progressive": encoded(picture, "JPEG", progressive=True),
        "JPEG CMYK": encoded(picture.convert("CMYK"), "JPEG"),
        "PNG": encoded(picture, "PNG"),
        "PNG palette": encoded(picture.quantize(32), "PNG", transparency=3),
        "PNG 16 bit": encoded(deep, "PNG"),
        "PNG animated": encoded(picture, "PNG", **frames),
        "WEBP": encoded(picture, "WEBP"),
        "WEBP lossless": encoded(clear, "WEBP", lossless=True),
        "WEBP animated": encoded(picture, "WEBP", **frames),
        "HEIF": encoded(picture, "HEIF"),
        "AVIF": encoded(clear, "AVIF"),
        "AVIF animated": encoded(picture, "AVIF", **frames),
        "GIF": encoded(picture, "GIF"),
        "GIF animated": encoded(picture, "GIF", **frames),
        "BMP": encoded(picture, "BMP"),
        "TIFF": encoded(deep, "TIFF"),
        "TIFF LZW": encoded(picture, "TIFF", compression="tiff_lzw"),
        "TIFF JPEG": encoded(picture, "TIFF", compression="jpeg"),
    }


def drawn(width: int, height: int) -> PIL.Image.Image:
    """A plate: a bright disc with rings on a slope of colours."""
    y, x = np.mgrid[:height, :width] / height
    distance = np.hypot(x - width / height / 2, y - 0.5)
    slope = np.stack([60 + 80 * x, 90 + 60 * y, 120 - 50 * x], 2)
    plate = (190 + 50 * np.cos(40 * distance))[..., None] * [1, 0.9, 0.7]
    return PIL.Image.fromarray(np.where(distance[..., None] < 0.4, plate, slope).astype(np.uint8))


def with_checksums(data: bytes) -> bytes:
    """A PNG whose chunks have the right checksums, so that their content is looked at."""
    out, at = [PNG_SIGNATURE], len(PNG_SIGNATURE)
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        chunk = data[at + 4 : at + 8 + length]
        out.append(data[at : at + 4] + chunk + struct.pack(">I", zlib.crc32(chunk)))
        at += 12 + length
    return b"".join(out) + data[at:]


def _flip_bits(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 4, 32))):
        if changed:
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _truncate(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _splice(data: bytes, chance: random.Random) -> bytes:
    """Replace a part by one of another file."""
    other = chance.choice(list(seeds().values()))
    start, end = _part(data, chance)
    other_start, other_end = _part(other, chance)
    return data[:start] + other[other_start:other_end] + data[end:]


def _set_size(data: bytes, chance: random.Random) -> bytes:
    """Overwrite a field near the beginning."""
    order = chance.choice("<>")
    size, code = chance.choice(((2, "H"), (4, "I")))
    field = struct.pack(order + code, chance.choice(SIZES) & (256**size - 1))
    at = chance.randrange(min(len(data), 256) + 1)
    return data[:at] + field + data[at + size :]


def _repeat(data: bytes, chance: random.Random) -> bytes:
    """Have a part come several times."""
    start, end = _part(data, chance)
    return data[:end] + data[start:end] * chance.choice((1, 3, 100)) + data[end:]


def _cut_out(data: bytes, chance: random.Random) -> bytes:
    start, end = _part(data, chance)
    return data[:start] + data[end:]


def _part(data: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + int(2 ** chance.uniform(0, 10)))


MUTATIONS = (_flip_bits, _truncate, _splice, _set_size, _repeat, _cut_out)
