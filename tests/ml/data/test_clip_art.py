"""Pictures without food made of clip art: nothing edible by its name, and the drawing shows on its ground."""

import numpy as np
import PIL.Image

from ml.data.clip_art import find_drawings, lay


def test_drawings_of_food_are_left_out(tmp_path):
    names = (
        "animals/fish_01.png",
        "tools/saw.png",
        "office/coffee/mug.png",
        "food/soup.png",
        "people/a.png",
    )
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        PIL.Image.new("RGBA", (4, 4)).save(tmp_path / name)
    found = [path.relative_to(tmp_path).as_posix() for path in find_drawings(tmp_path)]
    assert found == ["people/a.png", "tools/saw.png"]


def test_a_drawing_is_laid_on_a_ground_that_shows_around_it():
    drawing = PIL.Image.new("RGBA", (300, 200), (255, 0, 255, 255))
    for seed in range(6):
        picture = lay(drawing.copy(), np.random.default_rng(seed), 64)
        assert picture.shape == (64, 64, 3)
        drawn = (picture == (255, 0, 255)).all(axis=2).mean()
        assert 0.2 < drawn < 0.7
