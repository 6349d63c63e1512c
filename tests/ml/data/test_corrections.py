"""Corrections as crops; tests/browser/test_teach.py reads a file that the page saved."""

import base64
import io
import json

import numpy as np
import PIL.Image
import pytest

from ml.data.corrections import read_corrections
from ml.data.crops import load
from ml.errors import NoonError

KEY = "ab" * 32


def photo_url(width=200, height=100):
    file = io.BytesIO()
    PIL.Image.fromarray(np.full((height, width, 3), 120, np.uint8)).save(file, "JPEG")
    return "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode()


def line(**changes):
    row = {
        "label": "pizza",
        "bbox": [40, 20, 80, 60],
        "mask": None,
        "candidates": [{"label": "cake", "confidence": 0.4}],
        "named_by": "person",
        "outlined_by": "model",
        "image": {"width": 200, "height": 100, "key": KEY},
        "photo": None,
    }
    return json.dumps(row | changes)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "corrections.jsonl"


def test_a_photo_in_the_file_serves_all_of_its_foods(file):
    file.write_text("\n".join([line(), line(label="guacamole", photo=photo_url()), line(named_by="model")]))
    crops = read_corrections(file)
    assert [(crop.label, crop.validation) for crop in crops] == [("pizza", False), ("guacamole", False)]
    assert load(crops[0]).shape == (52, 52, 3)
    assert crops == read_corrections(file)


def test_without_its_photo_a_correction_teaches_nothing(file):
    file.write_text(line())
    assert read_corrections(file) == []


def test_a_larger_photo_put_beside_the_file_is_cut_at_the_same_place(file):
    file.write_text(line())
    PIL.Image.new("RGB", (400, 200)).save(file.with_name(f"{KEY}.jpg"))
    (crop,) = read_corrections(file)
    assert load(crop).shape == (104, 104, 3)


def test_a_name_that_is_no_label_counts_as_the_broader_food(file):
    file.write_text("\n".join([line(label="pepperoni pizza", photo=photo_url()), line(label="my own dish")]))
    assert [crop.label for crop in read_corrections(file)] == ["pizza"]


@pytest.mark.parametrize(
    "wrong",
    [
        "nonsense",
        "[]",
        "{}",
        line(bbox=[40, 20, 30, 60]),
        line(bbox=None),
        line(image={"width": 200, "height": 100, "key": "../../escape"}),
        line(image={"width": 200, "height": 100, "key": None}),
        line(photo="data:image/jpeg;base64,%%%"),
    ],
)
def test_a_line_that_is_no_correction_is_named(file, wrong):
    file.write_text(f"{line()}\n{wrong}\n")
    with pytest.raises(NoonError, match=r"Line 2 of corrections\.jsonl"):
        read_corrections(file)
    assert list(file.parent.iterdir()) == [file]
