"""Photos whose titles a recognizer doubts are set aside."""

import csv
from pathlib import Path

from ml.data.titled import held_out
from ml.data.titled_doubts import set_aside
from ml.nutrition.foods import FoodTable
from ml.recognition.embedded import EmbeddedRecognizer

ASSETS = Path(__file__).parents[3] / "assets"


def files(table):
    with table.open(newline="") as file:
        return [row["file"] for row in csv.DictReader(file)]


def test_only_learnt_photos_that_show_another_food_are_set_aside(tmp_path):
    photo = ASSETS / "examples/doughnuts.jpg"
    titles = {"right": "doughnut.jpg", "broader": "cake.jpg", "wrong": "broccoli.jpg", "none": "IMG_1.jpg"}
    learnt = next(s for i in range(99) if not any(held_out(s := f"someone+{i}", f"{t}.jpg") for t in titles))
    other = next(s for i in range(99) if held_out(s := f"someone+{i}", "held.jpg"))
    rows = [[learnt, title, f"{name}.jpg"] for name, title in titles.items()]
    rows.append([other, "broccoli.jpg", "held.jpg"])
    for *_, file in rows:
        (tmp_path / file).symlink_to(photo)
    with (tmp_path / "photos.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["source", "title", "file"], *rows])
    recognizer = EmbeddedRecognizer(ASSETS / "recognizer", "cpu")
    assert set_aside(tmp_path, recognizer, FoodTable(ASSETS / "nutrition/foods.csv")) == 1
    assert files(tmp_path / "doubts.csv") == ["wrong.jpg"]
    assert files(tmp_path / "photos.csv") == ["right.jpg", "broader.jpg", "none.jpg", "held.jpg"]
    assert set_aside(tmp_path, recognizer, FoodTable(ASSETS / "nutrition/foods.csv")) == 0
    assert files(tmp_path / "doubts.csv") == ["wrong.jpg"]
