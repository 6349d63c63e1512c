"""What the whole detector is said to make of people's photos."""

from pathlib import Path

import numpy as np
import PIL.Image

from ml.data.examples.meals import random_meal
from ml.data.titled import LEFT_OUT, REVIEWED, TitledPhoto, in_turn
from ml.evaluation.photos import kinds, said
from ml.nutrition.foods import FoodTable
from ml.types import UNKNOWN_FOOD

ASSETS = Path(__file__).parents[3] / "assets"


def photo(source, food, path=Path(), held_out=LEFT_OUT):
    return TitledPhoto(source, food, path, held_out)


def test_each_source_has_its_turn():
    photos = [photo("large", str(i)) for i in range(9)] + [photo("small", str(i)) for i in range(2)]
    assert [(p.source, p.food) for p in in_turn(photos)[:5]] == [
        ("large", "0"),
        ("small", "0"),
        ("large", "1"),
        ("small", "1"),
        ("large", "2"),
    ]


def test_varieties_of_a_label_count_as_foods_with_a_label():
    photos = [photo("someone", food) for food in ("pizza", "tomato soup", "natto", UNKNOWN_FOOD, "not food")]
    photos.append(photo("someone", "pizza", held_out=REVIEWED))
    parents = FoodTable(ASSETS / "nutrition/foods.csv").parents
    shown = {title: [p.food for p in part] for title, part in kinds(photos, ("pizza", "soup"), parents)}
    assert shown == {
        "foods with a label, titles reviewed": ["pizza"],
        "foods with a label": ["pizza", "tomato soup", "pizza"],
        "other foods": ["natto"],
        "dishes learnt as foods without a label": [UNKNOWN_FOOD],
        "no food": ["not food"],
    }


def test_a_photo_is_judged_by_the_best_of_its_names(detector, tmp_path):
    meal = random_meal(np.random.default_rng(1))
    PIL.Image.fromarray(meal.image).save(tmp_path / "meal.png")
    PIL.Image.new("RGB", (300, 200), (120, 140, 160)).save(tmp_path / "wall.png")
    label = meal.foods[0][0]
    named = {item.label for item in detector.detect(meal.image).items}
    assert (said(detector, photo("someone", label, tmp_path / "meal.png")) == "right") == (label in named)
    assert said(detector, photo("someone", "natto", tmp_path / "meal.png")) in ("wrong", "unknown")
    assert said(detector, photo("someone", "not food", tmp_path / "wall.png")) == "nothing found"
