"""Photos that many people shared under the names of their dishes, gathered in one folder.

`photos.csv` there has a row a photo: `source`, who shared it (a public repository), `title`, the name that it
had there, and `file`, its path in the folder. `titles.py` reads the food from the title.

A title may be wrong: of 960 photos of sources left out, looked at with the food's name beside them and
nothing of what a recognizer says, 649 were found to be photos on which that food is plain to see. The others
are drawings, closed packets, dishes of which the title names an ingredient, or something else altogether.
`title_reviews.csv` beside this file lists the 649. Of 400 whose titles name a thing that is no food, 13 show
some; `title_oversights.csv` lists these, and they are taken for neither.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path

from ml.data.tables import read_rows
from ml.data.titles import TitleReader

LEFT_OUT, HELD_OUT = "sources left out", "sources trained on"
"""What held-out photos are reported under: all photos of one source in five, one in ten of the others."""

REVIEWED = "sources left out, reviewed"
"""What those photos of `LEFT_OUT` are reported under whose titles were found to be right."""


@dataclass(frozen=True)
class TitledPhoto:
    """A photo and the food that its title names; `held_out` is None, `LEFT_OUT`, `REVIEWED` or `HELD_OUT`."""

    source: str
    food: str
    path: Path
    held_out: str | None

    @property
    def left_out(self) -> bool:
        """Whether its whole source is held out."""
        return self.held_out in (LEFT_OUT, REVIEWED)


def read_titled(folder: Path, reader: TitleReader) -> Iterator[TitledPhoto]:
    """The photos in `folder` whose titles name a food; what is held out depends on names alone."""
    for row in read_rows(folder / "photos.csv"):
        food, key = reader.read(row["title"]), (row["source"], row["title"])
        if food and key not in oversights():
            out = held_out(row["source"], row["file"])
            if out == LEFT_OUT and key in reviewed():
                out = REVIEWED
            yield TitledPhoto(row["source"], food, folder / row["file"], out)


def in_turn(photos: Iterable[TitledPhoto], each: int | None = None) -> list[TitledPhoto]:
    """The first photo of each source, then the second of each and so on; of each source up to `each`."""
    of_source: dict[str, list[TitledPhoto]] = defaultdict(list)
    for photo in photos:
        of_source[photo.source].append(photo)
    turns = zip_longest(*(of_source[source][:each] for source in sorted(of_source)))
    return [photo for turn in turns for photo in turn if photo]


def held_out(source: str, file: str) -> str | None:
    """What a photo is held out as, by its names alone; None if it is trained on."""
    if _share(source) < 0.2:
        return LEFT_OUT
    return HELD_OUT if _share(source + file) < 0.1 else None


@cache
def reviewed() -> frozenset[tuple[str, str]]:
    """(source, title) of the photos whose titles were found to be right."""
    return _titles_in("title_reviews.csv")


@cache
def oversights() -> frozenset[tuple[str, str]]:
    """(source, title) of the photos that show food though their titles name none."""
    return _titles_in("title_oversights.csv")


def _titles_in(name: str) -> frozenset[tuple[str, str]]:
    rows = read_rows(Path(__file__).with_name(name))
    return frozenset((row["source"], row["title"]) for row in rows)


def _share(name: str) -> float:
    return sha256(name.encode()).digest()[0] / 256
