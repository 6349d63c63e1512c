"""Crops: which are held out, what they show, and that nothing called "not food" touches food."""

from collections import Counter

import numpy as np
import pytest

from ml.data.crops import NO_LABEL, OTHER_DISHES, label_table, labels, load, meal_foods, read_crops
from ml.data.drawings import KINDS, draw
from ml.types import NOT_FOOD, UNKNOWN_FOOD
from tests.photo_sets import make_photo_sets


@pytest.fixture(scope="module")
def crops(tmp_path_factory):
    return read_crops(make_photo_sets(tmp_path_factory.mktemp("sets")))


def test_names_are_merged_by_meaning():
    table = label_table()
    assert table["ecustfd", "qiwi"] == table["grocery", "Kiwi"] == "kiwi"
    assert table["dish", "donuts"] == table["ecustfd", "doughnut"] == "doughnut"
    assert table["ecustfd", "coin"] == NOT_FOOD
    assert table["title", "cookies"] == "cookies"
    assert len(labels()) == 322
    assert labels()[-1] == NOT_FOOD


def test_photos_of_dishes_without_a_label_are_learnt_as_such_and_those_of_other_foods_kept_apart(tmp_path):
    sources = [f"someone+{i}" for i in range(40)]
    rows = [
        f"{source},{title}.jpg,{source}.jpg" for source in sources for title in ("gulab jamun", "bok choy")
    ]
    (tmp_path / "photos.csv").write_text("\n".join(["source,title,file", *rows]))
    crops = read_crops(make_photo_sets(tmp_path), titled=tmp_path)
    known = {(c.label, c.source, c.validation) for c in crops if c.label in (UNKNOWN_FOOD, "bok choy")}
    learnt = {source for label, source, validation in known if not validation}
    assert 25 < len(learnt) < 40
    assert learnt < set(sources)
    held_out = {(label, source) for label, source, validation in known if validation}
    assert held_out == {(UNKNOWN_FOOD, OTHER_DISHES), ("bok choy", NO_LABEL)}


def test_every_set_has_training_and_validation_crops(crops):
    counts = Counter((c.source, c.validation) for c in crops if c.label != NOT_FOOD)
    assert counts["food101", True] == 3 * 2
    assert counts["food101", False] == 3 * 22
    assert counts["grocery", True] == 1
    assert counts["grocery", False] == 7
    assert counts["snack", True] == 3
    assert counts["ecustfd", True] == 1
    assert counts["ecustfd", False] == 6


def test_every_crop_shows_something(crops):
    assert all(min(load(crop).shape[:2]) >= 8 for crop in crops)


def test_an_item_is_on_one_side_only(crops):
    sides = {(c.path.name[:8], c.validation) for c in crops if c.source == "ecustfd"}
    assert len(sides) == 7


def test_places_without_food_touch_no_food(crops):
    boxes = [c.box for c in crops if c.source == "ecustfd" and c.label == NOT_FOOD and c.box[0] < 290]
    assert boxes
    for x0, y0, x1, y1 in boxes:
        assert x0 >= 220 or x1 <= 100 or y0 >= 210 or y1 <= 100
    for x0, y0, x1, y1 in [c.box for c in crops if c.source == "meals"]:
        assert x0 >= 380 or x1 <= 260 or y0 >= 280 or y1 <= 200


def test_a_box_is_cut_out_with_a_margin(crops):
    apple = next(c for c in crops if c.source == "ecustfd" and c.label == "apple")
    assert load(apple).shape == (146, 156, 3)
    thumbnail = next(c for c in crops if c.source == "food101" and c.label == "pizza")
    assert load(thumbnail).shape == (64, 64, 3)
    assert np.allclose(load(thumbnail).mean(axis=(0, 1)), (200, 80, 30), atol=12)


def test_foods_of_meals_are_cut_out_with_a_margin(crops):
    root = next(c for c in crops if c.source == "meals").path.parents[2]
    (food,) = meal_foods(root)
    assert load(food).shape == (116, 156, 3)


@pytest.mark.parametrize("kind", KINDS)
def test_drawings_are_repeatable_and_varied(kind):
    first, again, other = (kind(np.random.default_rng(seed), 48) for seed in (1, 1, 2))
    assert first.shape == (48, 48, 3)
    assert first.dtype == np.uint8
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_draw_has_the_size_asked_for():
    assert draw(np.random.default_rng(0), 80).shape == (80, 80, 3)
