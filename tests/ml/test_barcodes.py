"""Barcodes of packaged food are read in photos, at any angle, and none where there is none."""

from __future__ import annotations

import numpy as np
import PIL.Image
import pytest

from ml import barcodes
from tests.barcodes import EAN, photo_with
from tests.photos import MEALS


@pytest.mark.parametrize("angle", [0, 12, 90, 171])
@pytest.mark.parametrize("width", [180, 400])
def test_a_barcode_is_read_where_it_is(width, angle):
    (code,) = barcodes.read(photo_with(EAN, width, angle))
    assert (code.format, code.text) == ("EAN-13", EAN)
    x0, y0, x1, y1 = code.box
    assert 0 <= x0 < x1 <= 1.2 * width
    assert 0 <= y0 < y1 <= 1.2 * width


@pytest.mark.parametrize(("kind", "text"), [("EAN8", "96385074"), ("UPCA", "036000291452")])
def test_shorter_codes_are_read_too(kind, text):
    (code,) = barcodes.read(photo_with(text, kind=kind))
    assert code.text.lstrip("0") == text.lstrip("0")


@pytest.mark.parametrize("photo", sorted(MEALS.glob("*.jpg")), ids=lambda path: path.stem)
def test_meals_have_none(photo):
    assert barcodes.read(np.array(PIL.Image.open(photo).convert("RGB"))) == ()
