"""Where a crop lies, and how a network sees it."""

import numpy as np

from ml.recognition.crops import cut, squeeze, with_margin


def test_a_crop_reaches_beyond_the_box_on_all_sides_alike_but_not_beyond_the_photo():
    image = np.arange(100 * 80 * 3, dtype=np.int64).reshape(80, 100, 3).astype(np.uint8)
    assert np.array_equal(cut(image, with_margin((20, 30, 60, 50))), image[24:56, 14:66])
    assert np.array_equal(cut(image, with_margin((0, 0, 100, 80))), image)


def test_a_photo_and_its_thumbnail_look_alike_once_squeezed():
    photo = np.random.default_rng(0).integers(0, 256, (512, 512, 3), np.uint8)
    thumbnail = squeeze(photo, 64)
    assert np.array_equal(squeeze(photo, 128, detail=64), squeeze(thumbnail, 128, detail=64))
    assert not np.array_equal(squeeze(photo, 128), squeeze(thumbnail, 128))


def test_a_long_thin_photo_is_averaged_where_it_shrinks():
    stripes = np.tile(np.array([0, 255], np.uint8)[:, None], (40, 100, 3))
    assert abs(squeeze(stripes, 96).astype(int) - 127).max() < 40
