"""What the names of people's photos say, and which of the photos are held out."""

from pathlib import Path

import pytest

from ml.data.titled import HELD_OUT, LEFT_OUT, REVIEWED, oversights, read_titled, reviewed
from ml.data.titles import TitleReader
from ml.nutrition.foods import FoodTable


@pytest.fixture(scope="module")
def reader():
    return TitleReader(FoodTable(Path(__file__).parents[3] / "assets/nutrition/foods.csv"))


@pytest.mark.parametrize(
    ("title", "food"),
    [
        ("pizza.jpg", "pizza"),
        ("12-creamy_Tomato-Soup with basil.jpg", "tomato soup"),
        ("salmon-with-green-beans.png", "grilled salmon"),
        ("smokedsalmon.jpg", "smoked salmon"),
        ("mac and cheese.jpg", "macaroni and cheese"),
        ("Blueberries.webp", "blueberries"),
        ("chicken curry recipe.jpg", "chicken curry"),
        ("not food.jpg", "not food"),
        ("sofa-2.jpg", "not food"),
        ("hot dog.jpg", "hot dog"),
        ("best gulab jamun.jpg", "unknown food"),
        ("corn dog.jpg", "unknown food"),
        ("IMG_2041.jpg", None),
        ("our team in the kitchen.jpg", None),
    ],
)
def test_the_food_at_the_end_of_a_titles_head_counts(reader, title, food):
    assert reader.read(title) == food


def test_whole_sources_and_some_photos_of_the_others_are_held_out(reader, tmp_path):
    rows = [f"someone/{i},pizza,{i}-{k}.jpg" for i in range(40) for k in range(20)]
    (tmp_path / "photos.csv").write_text("\n".join(["source,title,file", *rows, "someone/0,?,x.jpg"]))
    photos = list(read_titled(tmp_path, reader))
    assert len(photos) == 800
    sides = {
        source: {p.held_out for p in photos if p.source == source} for source in {p.source for p in photos}
    }
    left_out = [source for source, side in sides.items() if side == {LEFT_OUT}]
    assert 3 <= len(left_out) <= 15
    assert all(side <= {HELD_OUT, None} for source, side in sides.items() if source not in left_out)
    assert sum(p.held_out == HELD_OUT for p in photos) > 30


def test_left_out_photos_with_reviewed_titles_are_told_apart(reader, tmp_path):
    pairs = sorted(reviewed())[::10]
    rows = [f'"{source}","{title}",{i}.jpg' for i, (source, title) in enumerate(pairs)]
    rows.append(f"{pairs[0][0]},pizza with another title.jpg,x.jpg")
    (tmp_path / "photos.csv").write_text("\n".join(["source,title,file", *rows]))
    photos = list(read_titled(tmp_path, reader))
    assert [p.held_out for p in photos] == [REVIEWED] * len(pairs) + [LEFT_OUT]


def test_photos_that_show_food_under_the_name_of_a_thing_count_as_neither(reader, tmp_path):
    rows = [f'"{source}","{title}",{i}.jpg' for i, (source, title) in enumerate(sorted(oversights()))]
    (tmp_path / "photos.csv").write_text("\n".join(["source,title,file", *rows, "elsewhere,cat.jpg,cat.jpg"]))
    assert [p.path.name for p in read_titled(tmp_path, reader)] == ["cat.jpg"]
    assert rows
