"""Simulated visitors of a Noon with a version on trial: `python -m tests.trial_visitors URL PHOTOS`.

PHOTOS holds a folder of photos for each food, named after it. Each visitor sends a few that nobody sent
before, and usually corrects a result that lacks that food: renames what was found, or adds it. What that
comes to is told by `noon models compare PART`.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from noon_demo.trials.lots import COOKIE

CORRECTS = 0.8
"""How often a visitor corrects what is wrong."""


def visit(client: httpx.Client, photos: list[tuple[str, Path]], pause_s: float) -> None:
    """A visitor's photos and corrections."""
    for food, path in photos:
        form: dict[str, Any] = {"files": {"image": path.read_bytes()}, "data": {"mode": "ml_only"}}
        result = client.post("/api/analyze", **form).raise_for_status().json()
        found = result["detected_items"]
        named = any(food in (item["label"], *item["label"].split()) for item in found)
        if not named and random.random() < CORRECTS:
            edit = {"edit": "rename", "id": found[0]["id"]} if found else {"edit": "add"}
            edits = [{**edit, "food": food}]
            client.post("/api/recalculate", json={"result": result, "edits": edits}).raise_for_status()
        time.sleep(pause_s)


def main() -> None:
    """Send the visitors, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("photos", type=Path)
    parser.add_argument("--visitors", type=int, default=100)
    parser.add_argument("--each", type=int, default=3, help="photos of each visitor")
    parser.add_argument("--first", type=int, default=0, help="photos to leave out, sent before")
    parser.add_argument("--pause", type=float, default=0.0, help="seconds after each photo")
    given = parser.parse_args()
    random.seed(0)
    photos = [(path.parent.name.replace("_", " "), path) for path in sorted(given.photos.glob("*/*.jpg"))]
    random.shuffle(photos)
    for number in range(given.visitors):
        start = given.first + number * given.each
        lot = f"{random.randrange(10_000):04}"
        with httpx.Client(base_url=given.url, timeout=120, cookies={COOKIE: lot}) as client:
            visit(client, photos[start : start + given.each], given.pause)
        sys.stdout.write(f"\r{number + 1} visitors")
        sys.stdout.flush()
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
