"""Whether a model is quick enough on this machine to answer unasked, tried on an example once loaded."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ml.self_test import example

PROMPTS, CROPS = 24, 8
"""What a photo of a meal with several foods takes of segmenter and recognizer."""

MOST_S: Mapping[str, float] = {"segmenter": 4.0, "recognizer": 2.0, "insights": 6.0}
"""Seconds that each part may take: together 6 for a photo, and 6 to the first words about it."""


def why_too_slow(name: str, part: Any) -> str:
    """A sentence that says how long the part `name` took, if it took more than its `MOST_S`; else "".

    `part` is a segmenter, a recognizer or an `InProcessInsights`. The self-test has run the first two once,
    so that what only a first call takes doesn't count.

    Raises:
        InsightsError: if it fails.
    """
    taken = _TAKEN_S[name](part)
    if taken <= MOST_S[name]:
        return ""
    return (
        f"{part.name} is too slow here: it took more than {MOST_S[name]:g} s on an example "
        "(profile=hub uses it all the same)."
    )


def _segmenting_s(segmenter: Any) -> float:
    from ml.segmentation.base import Prompts  # noqa: PLC0415 - imports torch, as the segmenter does

    photo = example()
    clicks = np.linspace((0, 0), photo.shape[1::-1], PROMPTS, dtype=np.float32)
    return _timed(lambda: segmenter.predict(segmenter.embed(photo), Prompts.clicks(clicks)))


def _naming_s(recognizer: Any) -> float:
    return _timed(lambda: recognizer.classify([example()] * CROPS))


def _answering_s(insights: Any) -> float:
    seconds: float = insights.first_words_s(example(), MOST_S["insights"])
    return seconds


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


_TAKEN_S: Mapping[str, Callable[[Any], float]] = {
    "segmenter": _segmenting_s,
    "recognizer": _naming_s,
    "insights": _answering_s,
}
