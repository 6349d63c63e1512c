"""Whether a model is quick enough to answer unasked, with the parts that ship."""

import pytest

from ml import pace
from ml.recognition.embedded import EmbeddedRecognizer
from ml.segmentation.embedded import EmbeddedSegmenter
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("name", "load"),
    [
        ("segmenter", lambda: EmbeddedSegmenter(ROOT / "assets" / "segmenter", device="cpu")),
        ("recognizer", lambda: EmbeddedRecognizer(ROOT / "assets" / "recognizer", device="cpu")),
    ],
)
def test_what_takes_longer_than_it_may_is_named_with_a_way_round(monkeypatch, name, load):
    part = load()
    monkeypatch.setattr(pace, "MOST_S", {name: 600.0})
    assert pace.why_too_slow(name, part) == ""
    monkeypatch.setattr(pace, "MOST_S", {name: 0.0})
    told = pace.why_too_slow(name, part)
    assert told.startswith(part.name)
    assert "profile=hub" in told
