"""Tiny photo sets in the layout of the real ones, drawn by the tests."""

import csv
import io
import zipfile

import numpy as np
import PIL.Image

COLORS = {"pizza": (200, 80, 30), "hamburger": (120, 70, 40), "french_fries": (230, 200, 90)}


def photo(rng, color, width=64, height=64):
    """Noise around a colour."""
    return np.clip(rng.normal(color, 25, (height, width, 3)), 0, 255).astype(np.uint8)


def _write(path, pixels):
    path.parent.mkdir(parents=True, exist_ok=True)
    PIL.Image.fromarray(pixels).save(path)


def _table(path, header, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def make_photo_sets(root):
    """24 thumbnails a dish, 8 photos a grocery food, 6 snack photos a dish, 7 apples by a coin, one meal.

    As in the real sets, an apple's photo is upright and one box is a stray mark.
    """
    rng = np.random.default_rng(0)
    archive = root / "food101_64px" / "images.zip"
    archive.parent.mkdir(parents=True)
    with zipfile.ZipFile(archive, "w") as file:
        for dish, color in COLORS.items():
            for i in range(24):
                data = io.BytesIO()
                PIL.Image.fromarray(photo(rng, color)).save(data, "JPEG")
                file.writestr(f"{dish}/{i:04d}.jpg", data.getvalue())
    rows = []
    for i in range(8):
        split = ("train", "test")[i % 2]
        rows.append((f"{split}_Kiwi_{i}.jpg", split, "Kiwi", "Kiwi"))
        _write(root / "grocery" / "images" / rows[-1][0], photo(rng, (90, 140, 50), 126, 168))
    _table(root / "grocery" / "labels.csv", ("image", "split", "variety", "food"), rows)
    for dish, color in COLORS.items():
        for i in range(6):
            _write(root / "snack_photos" / dish / f"{i}.jpg", photo(rng, color, 200, 160))
    rows = []
    for i in range(7):
        name = f"apple{i:03d}T_1.jpg"
        size = (360, 480) if i == 6 else (480, 360)
        _write(root / "ecustfd" / "images" / name, photo(rng, (180, 180, 180), *size))
        rows.append((name, f"apple{i:03d}", "top", "apple", 100, 100, 220, 210))
        rows.append((name, f"apple{i:03d}", "top", "coin", 300.4, 150, 340, 190))
    rows.append((rows[0][0], "apple000", "top", "coin", 75, 186, 76, 188))
    _table(
        root / "ecustfd" / "boxes.csv",
        ["image", "item", "view", "label", "xmin", "ymin", "xmax", "ymax"],
        rows,
    )
    mask = np.zeros((480, 640), np.uint8)
    mask[200:280, 260:380] = 255
    _write(root / "meal_masks" / "masks" / "1.png", mask)
    _write(root / "meal_masks" / "images" / "1.jpg", photo(rng, (150, 150, 150), 640, 480))
    return root
