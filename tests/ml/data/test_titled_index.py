"""Gathering people's photos from git repositories by the names that they have there."""

import csv
import subprocess

import cv2
import numpy as np
import PIL.Image
import pytest

from ml.data.titled import LEFT_OUT, held_out
from ml.data.titled_index import Repository, index
from ml.data.titled_sources import licence


def picture(seed, width=640, height=480):
    """Soft blotches of many colours, others for each seed."""
    noise = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), np.uint8)
    return cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)


def make_repository(folder, pictures, terms=""):
    """A git repository of pictures by path, and of a licence."""
    for path, pixels in pictures.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        PIL.Image.fromarray(pixels).save(folder / path)
    if terms:
        (folder / "LICENSE.md").write_text(terms)
    git = ["git", "-C", str(folder), "-c", "user.name=someone", "-c", "user.email=someone@example.org"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "Photos"]):
        subprocess.run([*git, *command], check=True)


def named(held):
    """The name of a repository whose photos are all held out as `held`."""
    names = (f"someone+{i}" for i in range(100))
    return next(n for n in names if {held_out(n, f"photos/{n}/{i}.jpg") for i in range(9)} == {held})


@pytest.fixture(scope="module")
def gathered(tmp_path_factory):
    root = tmp_path_factory.mktemp("index")
    mine = {
        "images/tomato-soup.jpg": picture(0),
        "images/pizza/IMG_1.png": picture(1, 100, 300),
        "images/sofa-2.jpg": picture(2),
        "images/our team in the kitchen.jpg": picture(3),
        "icons/banana.png": picture(4),
        "images/omelette.png": np.full((480, 640, 3), 200, np.uint8),
        "images/banner-pasta.jpg": picture(5, 1200, 200),
        "small/rice.jpg": picture(6),
    }
    theirs = {"rice.jpg": picture(6, 1280, 960), "watermelon.jpg": picture(7)}
    make_repository(root / "git" / named(None), mine)
    make_repository(root / "git" / named(LEFT_OUT) / "repo", theirs)
    make_repository(root / "git" / "aruno14+foodSegmentation", {"apple.jpg": picture(8)})
    count = index(root / "git", root / "photos")
    with (root / "photos" / "photos.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert count == len(rows)
    return root / "photos", rows


def test_photos_come_by_their_names_or_their_folders(gathered):
    _, rows = gathered
    titles = {row["title"] for row in rows}
    assert titles == {"tomato-soup.jpg", "pizza.jpg", "sofa-2.jpg", "rice.jpg", "watermelon.jpg"}


def test_photos_are_small_and_no_others_stay(gathered):
    folder, rows = gathered
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*.jpg")}
    assert files == {row["file"] for row in rows}
    assert all(max(PIL.Image.open(folder / file).size) <= 320 for file in files)


def test_a_copy_is_trained_on_or_held_out_but_not_both(gathered):
    _, rows = gathered
    assert [row["source"] for row in rows if row["title"] == "rice.jpg"] == [named(None)]
    assert [row["source"] for row in rows if row["title"] == "watermelon.jpg"] == [named(LEFT_OUT)]


def test_the_licence_of_a_repository_is_told(tmp_path):
    make_repository(
        tmp_path / "someone+free", {"rice.jpg": picture(0)}, "Permission is hereby granted, free\nof charge"
    )
    make_repository(tmp_path / "someone+silent", {"rice.jpg": picture(0)})
    assert licence(Repository(tmp_path / "someone+free")) == "MIT"
    assert licence(Repository(tmp_path / "someone+silent")) == "not stated"
