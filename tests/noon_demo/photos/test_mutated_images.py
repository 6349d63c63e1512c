"""Damaged files of every format are opened or refused in one sentence. `make fuzz` tries many more."""

import numpy as np

from noon_demo.photos import images
from noon_demo.photos.decoding import FORMATS, ImageError
from tests.local_server import workers
from tests.mutated_images import mutated_images, seeds

COUNT = 400


def test_undamaged_files_of_every_format_open():
    assert {kind.split()[0] for kind in seeds()} == set(FORMATS)
    for data in seeds().values():
        assert set(images.load(data).shape) == {72, 96, 3}


def test_mutated_files_are_opened_or_refused_in_one_sentence():
    outcomes = []
    for _, data in mutated_images(COUNT):
        try:
            pixels = images.load(data)
        except ImageError as error:
            outcomes.append(str(error))
            assert str(error).endswith(".") and "\n" not in str(error)
        else:
            outcomes.append("opened")
            assert pixels.dtype == np.uint8 and pixels.shape[2] == 3
    assert 0.1 * COUNT < outcomes.count("opened") < 0.9 * COUNT
    assert not any("too long" in outcome for outcome in outcomes)
    assert sum(worker.memory_info().rss for worker in workers()) < 200e6
