"""Whose photos were gathered, under what licence: `python -m ml.data.titled_sources REPOSITORIES PHOTOS`.

Prints `SOURCES.md` of the recognizer for the folders that `ml.data.titled_index` was given and made.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from pathlib import Path

from ml.data.crops import FOODS
from ml.data.titled import LEFT_OUT, held_out, read_titled
from ml.data.titled_index import Repository
from ml.data.titles import TitleReader
from ml.nutrition.foods import FoodTable

LICENCE_FILE = re.compile(r"(?i)(un)?licen[sc]e(\.\w+)?|copying(\.\w+)?")
LICENCES = {
    "AGPL 3": "GNU AFFERO GENERAL",
    "GPL 3": "GNU GENERAL PUBLIC LICENSE",
    "Apache 2.0": "Apache License",
    "Unlicense": "released into the public domain",
    "CC0": "CC0 1.0 Universal",
    "CC BY-NC": "NonCommercial",
    "CC BY-SA": "ShareAlike",
    "CC BY": "Creative Commons Attribution",
    "MIT": "Permission is hereby granted, free of charge",
    "BSD": "Redistribution and use in source and binary forms",
}
"""Words that only this licence has at its beginning, asked in this order."""

HEAD = """# Whose photos the recognizer learnt from

Public repositories whose file names say what their photos show (`ml/data/titled_index.py`). None of these
photos is in this repository; the licence is that of the repository, which need not be that of the photos in
it. Sources marked "left out" were only used for validation.

| repository | photos | licence of the repository | |
| --- | --- | --- | --- |"""


def licence(repository: Repository) -> str:
    """The name of a repository's licence, "other" for an unusual one, or "not stated"."""
    files = [path for path in repository.files() if LICENCE_FILE.fullmatch(path)]
    if not files:
        return "not stated"
    text = " ".join(next(repository.read([f"HEAD:{files[0]}"])).decode(errors="replace")[:3000].split())
    return next((name for name, words in LICENCES.items() if words.casefold() in text.casefold()), "other")


def main() -> None:
    """Print a row for each repository, the largest first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repositories", type=Path)
    parser.add_argument("photos", type=Path)
    arguments = parser.parse_args()
    photos: Counter[str] = Counter()
    left_out = set()
    for photo in read_titled(arguments.photos, TitleReader(FoodTable(FOODS))):
        name = photo.path.parent.name
        photos[name] += 1
        if held_out(photo.source, "") == LEFT_OUT:
            left_out.add(name)
    print(HEAD)
    for name, count in sorted(photos.items(), key=lambda row: (-row[1], row[0])):
        terms = licence(Repository(arguments.repositories / name))
        mark = "left out" if name in left_out else ""
        print(f"| {name.replace('+', '/', 1)} | {count} | {terms} | {mark} |")


if __name__ == "__main__":
    main()
