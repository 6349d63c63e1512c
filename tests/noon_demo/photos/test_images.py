"""Any file a person may upload is opened upright as RGB, or refused with one plain sentence."""

import io
import struct
import subprocess
import zlib

import numpy as np
import PIL.Image
import pytest

from noon_demo.errors import RequestError
from noon_demo.photos import images
from noon_demo.photos.images import ImageError, ImageTooLargeError
from tests.hostile_images import encoded, png

WIDTH, HEIGHT = 64, 48
LEFT, RIGHT = (200, 40, 30), (20, 90, 220)


def two_halves() -> PIL.Image.Image:
    """Red on the left, blue on the right."""
    picture = PIL.Image.new("RGB", (WIDTH, HEIGHT), LEFT)
    picture.paste(RIGHT, (WIDTH // 2, 0, WIDTH, HEIGHT))
    return picture


def assert_two_halves(pixels: np.ndarray, tolerance: int = 12) -> None:
    assert pixels.shape == (HEIGHT, WIDTH, 3)
    assert pixels.dtype == np.uint8
    np.testing.assert_allclose(pixels[:, : WIDTH // 2 - 8].mean((0, 1)), LEFT, atol=tolerance)
    np.testing.assert_allclose(pixels[:, WIDTH // 2 + 8 :].mean((0, 1)), RIGHT, atol=tolerance)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "BMP", "TIFF", "GIF"])
def test_opens_the_formats_that_photos_come_in(kind):
    assert_two_halves(images.load(encoded(two_halves(), kind)))


def test_takes_a_path_bytes_a_picture_or_an_array(tmp_path):
    path = tmp_path / "meal.png"
    two_halves().save(path)
    pixels = np.array(two_halves())
    for source in (path, str(path), path.read_bytes(), two_halves(), pixels):
        np.testing.assert_array_equal(images.load(source), pixels)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "HEIF"])
def test_phone_photos_come_out_upright(kind, orientation):
    undo = {
        2: [PIL.Image.Transpose.FLIP_LEFT_RIGHT],
        3: [PIL.Image.Transpose.ROTATE_180],
        4: [PIL.Image.Transpose.FLIP_TOP_BOTTOM],
        5: [PIL.Image.Transpose.TRANSPOSE],
        6: [PIL.Image.Transpose.ROTATE_90],
        7: [PIL.Image.Transpose.TRANSVERSE],
        8: [PIL.Image.Transpose.ROTATE_270],
    }
    stored = two_halves()
    for step in undo.get(orientation, []):
        stored = stored.transpose(step)
    exif = PIL.Image.Exif()
    exif[0x0112] = orientation
    assert_two_halves(images.load(encoded(stored, kind, exif=exif.tobytes())))


@pytest.mark.parametrize("mode", ["CMYK", "P", "1", "L", "LA", "RGBA", "YCbCr", "LAB"])
def test_every_colour_mode_becomes_rgb(mode):
    pixels = images.load(two_halves().convert(mode))
    assert pixels.shape == (HEIGHT, WIDTH, 3)
    if mode in {"CMYK", "RGBA", "YCbCr"}:
        assert_two_halves(pixels)


def test_a_cmyk_jpeg_keeps_its_colours():
    assert_two_halves(images.load(encoded(two_halves().convert("CMYK"), "JPEG")))


@pytest.mark.parametrize(("kind", "dtype"), [("PNG", np.uint16), ("TIFF", np.uint16), ("TIFF", np.int32)])
def test_deep_grey_is_scaled_not_clipped(kind, dtype):
    ramp = np.tile(np.linspace(0, 65535, WIDTH), (HEIGHT, 1)).astype(dtype)
    pixels = images.load(encoded(PIL.Image.fromarray(ramp), kind))
    np.testing.assert_allclose(pixels[0, :, 0], np.linspace(0, 255, WIDTH), atol=1.5)


def test_deep_colour_is_scaled_not_clipped():
    half, full = 32768, 65535
    row = b"\x00" + struct.pack(">3H", half, 0, full) * WIDTH
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 16, 2, 0, 0, 0)
    pixels = images.load(png((b"IHDR", header), (b"IDAT", zlib.compress(row * HEIGHT)), (b"IEND", b"")))
    np.testing.assert_allclose(pixels[0, 0], (128, 0, 255), atol=1)


def test_transparency_lies_over_white():
    assert (images.load(PIL.Image.new("RGBA", (WIDTH, HEIGHT), (255, 0, 0, 0))) == 255).all()
    palette = PIL.Image.new("P", (WIDTH, HEIGHT), 0)
    palette.putpalette([10, 20, 30])
    assert (images.load(encoded(palette, "PNG", transparency=0)) == 255).all()


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_an_animation_gives_its_first_frame(kind):
    frames = [PIL.Image.new("RGB", (WIDTH, HEIGHT), color) for color in ("lime", "navy")]
    animation = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    np.testing.assert_allclose(images.load(animation)[0, 0], (0, 255, 0), atol=4)


@pytest.mark.parametrize("size", [(4000, 3000), (4032, 3024), (3072, 4080)])
def test_a_photo_of_12_megapixels_keeps_its_size(size):
    width, height = size
    assert images.load(encoded(PIL.Image.new("RGB", size), "JPEG")).shape == (height, width, 3)


LARGE = {
    "48 megapixels": ("JPEG", (8064, 6048), (3024, 4032)),
    "24 megapixels": ("JPEG", (5656, 4242), (3072, 4096)),
    "16 bit": ("I;16", (8064, 6048), (3024, 4032)),
    "palette": ("P", (8064, 6048), (3024, 4032)),
    "transparent": ("RGBA", (5656, 4242), (3072, 4096)),
}


@pytest.mark.parametrize(("kind", "size", "expected"), LARGE.values(), ids=LARGE)
def test_a_larger_photo_is_reduced(kind, size, expected):
    picture = two_halves().resize(size, PIL.Image.Resampling.NEAREST)
    file = encoded(picture, "JPEG") if kind == "JPEG" else encoded(picture.convert(kind), "PNG")
    pixels = images.load(file)
    assert pixels.shape == (*expected, 3)
    left, right = (pixels[:, x].mean(0) for x in (0, -1))
    if kind == "I;16":
        assert (left == pixels[0, 0]).all() and (right == pixels[0, -1]).all()
    else:
        np.testing.assert_allclose([left, right], [LEFT, RIGHT], atol=6)


def test_a_larger_picture_or_array_is_reduced_too_and_stays_as_it_was():
    picture = two_halves().resize((8064, 6048), PIL.Image.Resampling.NEAREST)
    pixels = np.array(picture)
    for source in (picture, pixels):
        reduced = images.load(source)
        assert reduced.shape == (3024, 4032, 3)
        np.testing.assert_array_equal(reduced[0, [0, -1]], [LEFT, RIGHT])
    assert picture.size == (8064, 6048)
    assert pixels.shape == (6048, 8064, 3)


def test_pixels_may_be_written_and_outlive_the_next_photo():
    first = images.load(encoded(two_halves(), "PNG"))
    first[0, 0] = 7
    images.load(encoded(PIL.Image.new("RGB", (WIDTH, HEIGHT)), "PNG"))
    assert (first[0, 0] == 7).all()
    assert (first[0, 1] == LEFT).all()


REFUSED = {
    "zero bytes": (b"", "empty"),
    "not an image": (b"%PDF-1.7 hello", "not an image"),
    "a format that runs programs": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 64 64\n", "not an image"),
    "truncated": (encoded(two_halves(), "JPEG")[:-200], "damaged or incomplete"),
    "truncated png": (
        encoded(PIL.Image.effect_noise((WIDTH, HEIGHT), 60), "PNG")[:-900],
        "damaged or incomplete",
    ),
    "1x1": (encoded(PIL.Image.new("RGB", (1, 1)), "PNG"), "1 x 1 pixels"),
    "32x1500000": (encoded(PIL.Image.new("1", (1_500_000, 32)), "PNG"), "too narrow"),
    "40x70000": (encoded(PIL.Image.new("1", (40, 70_000)), "PNG"), "too narrow"),
    "20x8000": (encoded(PIL.Image.new("RGB", (20, 8000)), "PNG"), "20 x 8000 pixels"),
    "bomb": (
        png((b"IHDR", struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)), (b"IDAT", b"")),
        "megapixels",
    ),
    "truncated avif": (encoded(two_halves(), "AVIF")[:-20], "damaged or incomplete"),
    "truncated heic": (encoded(two_halves(), "HEIF")[:-20], "damaged or incomplete"),
    "too many pixels": (encoded(PIL.Image.new("1", (10000, 6000)), "PNG"), "megapixels"),
}


@pytest.mark.parametrize(("data", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_a_photo_is_refused_in_one_sentence(data, reason):
    with pytest.raises(ImageError, match=reason) as refusal:
        images.load(data)
    assert str(refusal.value).endswith(".")
    assert "\n" not in str(refusal.value)
    assert refusal.value.status == 400


def test_a_file_over_25_mb_is_refused_before_it_is_opened(tmp_path):
    path = tmp_path / "large.jpg"
    with path.open("wb") as file:
        file.truncate(25 * 2**20 + 1)
    with pytest.raises(ImageTooLargeError, match="larger than 25 MB"):
        images.load(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ImageError, match=r"lunch\.jpg"):
        images.load(tmp_path / "lunch.jpg")


GREY = np.tile(np.arange(64, dtype=np.uint8) * 4, (48, 1))
ARRAYS = {
    "grey": GREY,
    "grey with a channel": GREY[..., None],
    "RGBA": np.dstack([GREY, GREY, GREY, np.full_like(GREY, 255)]),
    "bools": GREY > 127,
    "floats to 1": GREY / 255,
    "floats to 255": GREY.astype(np.float64),
    "half floats": (GREY / 255).astype(np.float16),
    "whole numbers": GREY.astype(np.int64),
    "16 bit": GREY.astype(np.uint16) * 257,
    "float RGB": np.dstack([GREY] * 3).astype(np.float32) / 255,
}


@pytest.mark.parametrize("pixels", ARRAYS.values(), ids=ARRAYS)
def test_an_array_of_any_depth_and_channels_is_opened(pixels):
    before = pixels.copy()
    opened = images.load(pixels)
    expected = (GREY > 127) * 255 if pixels.dtype == bool else GREY
    assert opened.dtype == np.uint8
    np.testing.assert_allclose(opened, np.dstack([expected] * 3), atol=1)
    np.testing.assert_array_equal(pixels, before)


def test_transparent_pixels_of_an_array_lie_over_white():
    assert (images.load(np.zeros((64, 64, 4), np.uint8)) == 255).all()


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((3, 64, 64), np.uint8),
        np.zeros((64, 64, 2), np.uint8),
        np.zeros(64, np.uint8),
        np.full((64, 64, 3), -1),
        np.full((64, 64, 3), 70_000),
        np.full((64, 64, 3), "red"),
        np.zeros((64, 64), np.complex64),
    ],
    ids=lambda pixels: f"{pixels.dtype} {pixels.shape}",
)
def test_an_array_of_another_kind_is_refused(pixels):
    with pytest.raises(ImageError, match="HxWx3"):
        images.load(pixels)


def test_takes_whatever_holds_a_file(tmp_path):
    data = encoded(two_halves(), "PNG")
    path = tmp_path / "meal.png"
    path.write_bytes(data)
    buffer = io.BytesIO(data)
    buffer.seek(99)
    with path.open("rb") as file, subprocess.Popen(["cat", path], stdout=subprocess.PIPE) as pipe:
        for source in (bytearray(data), memoryview(data), buffer, file, pipe.stdout):
            assert_two_halves(images.load(source))
        assert not file.closed


NO_SOURCES = {
    "nothing": (lambda path: None, r"^Please add a photo of a meal\.$"),
    "a number": (lambda path: 7, "^Please give the photo as a path"),
    "a list": (lambda path: [[1, 2], [3, 4]], "^Please give the photo as a path"),
    "an object": (lambda path: object(), "^Please give the photo as a path"),
    "a folder": (lambda path: path.parent, "^There is no photo at"),
    "a long text": (lambda path: "data:image/png;base64," + "A" * 5000, "^There is no photo at"),
    "a text file": (lambda path: path.open(), "open it anew in binary mode"),
    "a text": (lambda path: io.StringIO("x"), "open it anew in binary mode"),
    "a closed file": (lambda path: closed(path.open("rb")), "open it anew in binary mode"),
    "this network": (
        lambda path: "http://127.0.0.1/meal.jpg",
        r"^The photo can't be fetched from 127\.0\.0\.1;",
    ),
}


def closed(file):
    file.close()
    return file


@pytest.mark.parametrize(("given", "sentence"), NO_SOURCES.values(), ids=NO_SOURCES)
def test_what_holds_no_photo_is_told_in_one_sentence(tmp_path, given, sentence):
    path = tmp_path / "meal.png"
    path.write_bytes(encoded(two_halves(), "PNG"))
    with pytest.raises(RequestError, match=sentence) as refusal:
        images.load(given(path))
    assert str(refusal.value).endswith(".")
    assert len(str(refusal.value)) < 200
    assert "\n" not in str(refusal.value)


def test_equal_photos_share_a_fingerprint():
    data = encoded(two_halves(), "PNG")
    assert images.fingerprint(data) == images.fingerprint(bytes(data))
    pixels = np.array(two_halves())
    assert images.fingerprint(pixels) == images.fingerprint(two_halves())
    changed = pixels.copy()
    changed[0, 0, 0] += 1
    assert images.fingerprint(changed) != images.fingerprint(pixels)
    assert images.fingerprint(pixels.transpose(1, 0, 2)) != images.fingerprint(pixels)
    exif = PIL.Image.Exif()
    exif[0x0112] = 3
    upside_down = PIL.Image.open(io.BytesIO(encoded(two_halves(), "PNG", exif=exif.tobytes())))
    assert images.fingerprint(upside_down) != images.fingerprint(two_halves())
    assert images.fingerprint(np.ones((64, 64), bool)) != images.fingerprint(np.ones((64, 64), np.uint8))
