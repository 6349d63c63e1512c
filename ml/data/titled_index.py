"""Gather people's photos by their titles: `python -m ml.data.titled_index REPOSITORIES PHOTOS --known SETS`.

REPOSITORIES has a folder `OWNER+NAME` for each public repository, which is a git repository or has one in
`repo`. PHOTOS gets those of their photos whose titles name a food, or a thing that is none, at most 320 px
large, and `photos.csv` for `ml/data/titled.py`. What `ml/data/crops.py` reads under SETS is not taken again.

A photo's title is its name or, if that says nothing, the name of its folder; `title_sources.csv` beside this
file says for which repositories it is otherwise: "folder" (the folder's name only), "not food" (all of them)
or "skip"; a source to credit instead of the repository; and how many photos of each folder are taken at most.
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
import PIL.ImageOps

from ml.data.crops import FOODS, load, read_crops
from ml.data.tables import read_rows
from ml.data.titled import held_out
from ml.data.titles import TitleReader
from ml.nutrition.foods import FoodTable
from ml.types import Image

PHOTOS = (".jpg", ".jpeg", ".png", ".webp")
NO_PHOTOS = ("icon", "logo", "launchimage", "mipmap", "screenshot", "avatar", "flag", "thumbnail", "low-res")
LEAST_BYTES, LEAST_SIDE, WIDEST, LEAST_COLOURS = 3000, 90, 3.2, 60
"""What is smaller, longer than this many times its height, or has fewer of 4,096 colours is no photo."""
MOST = 2500
"""Photos of one folder."""
LARGEST = 320
"""Pixels of the longer side that are kept."""
ALIKE = 5
"""Bits of two hashes that differ in photos that are one, up to this."""


@dataclass(frozen=True)
class Found:
    """A photo: whose, its title, its file in the folder, its pixels at its source and perceptual hashes.

    `middle` is the hash of its middle square, which is what Food-101's thumbnails show.
    """

    source: str
    title: str
    file: str
    area: int
    whole: int
    middle: int


def perceptual_hash(image: Image) -> int:
    """63 bits that photos (HxWx3 uint8 RGB) share where they are one in other sizes or compressions.

    The signs of the lowest 8 x 8 frequencies of 32 x 32 grey pixels around their median (Zauner 2010).
    """
    grey = cv2.resize(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), (32, 32), interpolation=cv2.INTER_AREA)
    low = cv2.dct(grey.astype(np.float32))[:8, :8].ravel()[1:]
    return int("".join("1" if bit else "0" for bit in low > np.median(low)), 2)


def middle_square(image: Image) -> Image:
    """The largest square in the middle of a photo (HxWx3)."""
    (height, width), side = image.shape[:2], min(image.shape[:2])
    y, x = (height - side) // 2, (width - side) // 2
    return image[y : y + side, x : x + side]


def decode(data: bytes) -> tuple[Image, int] | None:
    """The photo in a file, at most `LARGEST` px, on white, and its pixels before; None if it is no photo."""
    try:
        with PIL.Image.open(io.BytesIO(data)) as photo:
            width, height = photo.size
            if min(width, height) < LEAST_SIDE or max(width, height) > WIDEST * min(width, height):
                return None
            photo.draft("RGB", (2 * LARGEST, 2 * LARGEST))
            drawn = PIL.ImageOps.exif_transpose(photo).convert("RGBA")
            drawn.thumbnail((LARGEST, LARGEST), reducing_gap=2)
    except (OSError, ValueError, SyntaxError, PIL.Image.DecompressionBombError):
        return None
    white = PIL.Image.new("RGBA", drawn.size, "white")
    image = np.array(PIL.Image.alpha_composite(white, drawn).convert("RGB"))
    colours = np.unique((image // 16).astype(int) @ (256, 16, 1))
    return (image, width * height) if len(colours) >= LEAST_COLOURS else None


class Repository:
    """The photos of a git repository, read without checking it out."""

    def __init__(self, folder: Path) -> None:
        self.name = folder.name
        places = (folder / "repo" / ".git", folder / "repo", folder / ".git", folder)
        self.git = ("git", f"--git-dir={next(p for p in places if (p / 'HEAD').is_file())}")

    def photos(self, most: int) -> list[tuple[str, str]]:
        """(blob, path) of what may be photos, in an order that is random and always the same."""
        lines = self._ask("-c", "core.quotepath=off", "ls-tree", "-r", "-l", "HEAD").splitlines()
        random.Random(0).shuffle(lines)
        of_folder: Counter[str] = Counter()
        chosen: dict[str, str] = {}
        for line in lines:
            meta, path = line.split("\t", 1)
            blob, size = meta.split()[2:]
            lower = path.lower()
            if not lower.endswith(PHOTOS) or any(word in lower for word in NO_PHOTOS):
                continue
            if not size.isdigit() or int(size) < LEAST_BYTES or blob in chosen:
                continue
            of_folder[folder := path.rpartition("/")[0]] += 1
            if of_folder[folder] <= most:
                chosen[blob] = path
        return list(chosen.items())

    def files(self) -> list[str]:
        """The paths of all files."""
        return self._ask("-c", "core.quotepath=off", "ls-tree", "-r", "--name-only", "HEAD").splitlines()

    def read(self, blobs: Sequence[str]) -> Iterator[bytes]:
        """The content of each blob, named by its hash or as `HEAD:PATH`."""
        with subprocess.Popen(
            [*self.git, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as process:
            if process.stdin is None or process.stdout is None:
                raise RuntimeError("git has no pipes.")
            for name in blobs:
                process.stdin.write(f"{name}\n".encode())
                process.stdin.flush()
                header = process.stdout.readline().split()
                yield process.stdout.read(int(header[2]) + 1)[:-1] if len(header) == 3 else b""

    def _ask(self, *arguments: str) -> str:
        answer = subprocess.run([*self.git, *arguments], capture_output=True, check=True)
        return answer.stdout.decode(errors="replace")


def title_of(path: str, rule: str, reader: TitleReader) -> str | None:
    """The title that says what a photo shows, under a rule of `title_sources.csv`; None if none does."""
    *folders, file = path.split("/")
    folder = f"{folders[-1]}.jpg" if folders else ""
    titles = {"folder": (folder,), "not food": ("not food.jpg",)}
    return next((title for title in titles.get(rule, (file, folder)) if reader.read(title)), None)


def gather(repository: Repository, rule: dict[str, str], reader: TitleReader, photos: Path) -> list[Found]:
    """Write the titled photos of a repository into the folder `photos`, numbered, and tell of them."""
    chosen = repository.photos(int(rule["most"] or MOST))
    titles = [title_of(path, rule["title"], reader) for _, path in chosen]
    wanted = [i for i, title in enumerate(titles) if title]
    found = []
    for i, data in zip(wanted, repository.read([chosen[i][0] for i in wanted]), strict=True):
        title, decoded = titles[i], decode(data)
        if decoded is None or title is None:
            continue
        image, area = decoded
        file = photos / repository.name / f"{i}.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        PIL.Image.fromarray(image).save(file, quality=90)
        source = rule["source"] or repository.name
        hashes = perceptual_hash(image), perceptual_hash(middle_square(image))
        found.append(Found(source, title, f"photos/{repository.name}/{i}.jpg", area, *hashes))
    return found


def without_copies(found: Sequence[Found], known: Sequence[int]) -> list[Found]:
    """One of each photo, and none whose hash is `known`.

    Rather one to train on than one held out, so that nothing held out was seen; then the largest.
    """
    order = sorted(found, key=lambda photo: (held_out(photo.source, photo.file) is not None, -photo.area))
    seen, kept = np.array(known, np.uint64), list[Found]()
    hashes = np.zeros(len(found), np.uint64)
    for photo in order:
        whole, middle = np.uint64(photo.whole), np.uint64(photo.middle)
        others = (seen ^ whole, seen ^ middle, hashes[: len(kept)] ^ whole)
        if all(np.bitwise_count(differing).min(initial=ALIKE + 1) > ALIKE for differing in others):
            hashes[len(kept)] = whole
            kept.append(photo)
    return sorted(kept, key=lambda photo: photo.file)


def index(repositories: Path, photos: Path, known: Path | None = None) -> int:
    """Write the photos and `photos.csv`; the number of photos."""
    reader = TitleReader(FoodTable(FOODS))
    sources = read_rows(Path(__file__).with_name("title_sources.csv"))
    rules = {row["repository"]: row for row in sources}
    usual = {"source": "", "title": "", "most": ""}
    found: list[Found] = []
    for folder in sorted(repositories.glob("*+*")):
        rule = rules.get(folder.name, usual)
        if rule["title"] != "skip":
            found += gather(Repository(folder), rule, reader, photos / "photos")
    crops = read_crops(known) if known else []
    kept = without_copies(found, [perceptual_hash(load(crop)) for crop in crops if crop.box is None])
    for photo in set(found) - set(kept):
        (photos / photo.file).unlink()
    with (photos / "photos.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("source", "title", "file"))
        writer.writerows((photo.source, photo.title, photo.file) for photo in kept)
    return len(kept)


def main() -> None:
    """Gather all repositories of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repositories", type=Path)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--known", type=Path)
    print(index(**vars(parser.parse_args())), "photos")


if __name__ == "__main__":
    main()
