"""Photos of one's own are read whatever a phone saves them as."""

import PIL.Image
import pillow_heif
import pytest

from ml.photo_files import photos_in, read_upright
from tests.photos import MEAL


@pytest.mark.parametrize("name", ["a.jpg", "a.PNG", "a.webp", "a.avif", "a.HEIC", "a.heif"])
def test_a_photo_of_any_common_format_is_read_upright_and_scaled_down(tmp_path, name):
    photo = PIL.Image.open(MEAL).resize((640, 480))
    turned = PIL.Image.Exif()
    turned[0x0112] = 6  # shown a quarter turn clockwise
    if name.lower().startswith("a.hei"):
        pillow_heif.from_pillow(photo).save(tmp_path / name, exif=turned.tobytes())
    else:
        photo.save(tmp_path / name, exif=turned)
    (path,) = photos_in(tmp_path)
    assert read_upright(path).shape == (640, 480, 3)
    assert read_upright(path, 320).shape == (320, 240, 3)


def test_other_files_and_folders_below_are_left(tmp_path):
    (tmp_path / "notes.txt").write_text("no photo")
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "a.jpg").write_bytes(b"")
    assert photos_in(tmp_path) == []
