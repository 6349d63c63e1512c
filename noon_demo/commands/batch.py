"""`noon batch FOLDER --out results.parquet`: the foods in all photos of a folder as one table."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from omegaconf import DictConfig
from tqdm import tqdm

from noon_demo import config

SUFFIXES = {
    f".{name}" for name in ("avif", "bmp", "gif", "heic", "heif", "jpeg", "jpg", "png", "tif", "tiff", "webp")
}
DESCRIPTION = """The foods in all photos below a folder as one table, one row a food.

Started again it goes on where it ended: photos in the table aren't analysed again. A photo that can't be
analysed gets a row that says why. The status is 0, or 1 where a photo failed, or 2 for wrong arguments.
"""


def main(arguments: Sequence[str]) -> NoReturn:
    """Run with the arguments that `--help` explains."""
    asked = _parser().parse_intermixed_args(arguments)
    settings = config.load_or_exit(asked.settings)

    from noon_demo.batch.journal import FORMATS, Journal  # noqa: PLC0415 - these import the models' libraries
    from noon_demo.batch.rows import printable  # noqa: PLC0415
    from noon_demo.service import PLAIN_ERRORS  # noqa: PLC0415

    if asked.out.suffix not in FORMATS or not asked.out.parent.is_dir():
        _refuse(f"--out takes a file in a folder that is there, its name ending in {' or '.join(FORMATS)}.")
    photos = _photos(asked.folder)
    if not photos:
        _refuse(f"There are no photos in {asked.folder}.")
    try:
        journal = Journal(asked.out)
    except (OSError, ValueError) as error:
        _refuse(f"The results can't be kept there: {error}.")
    left = [photo for photo in photos if printable(photo) not in journal.done]
    started = time.perf_counter()
    try:
        with _analysed(asked, settings, left) as results:
            for rows in tqdm(results, total=len(photos), initial=len(photos) - len(left), unit="photo"):
                journal.add(rows)
        journal.finish()
    except PLAIN_ERRORS as error:
        _refuse(str(error))
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted: the same command goes on from here.\n")
        sys.exit(130)
    seconds, counts = time.perf_counter() - started, journal.counts()
    sys.stdout.write(
        f"{len(left)} photos in {seconds:.0f} s, {len(photos) - len(left)} done before. "
        f"{asked.out.name} holds {counts['foods']} foods in {counts['food']} photos; "
        f"{counts['no food']} are without, {counts['failed']} failed.\n"
    )
    sys.exit(1 if counts["failed"] else 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "noon batch", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=_folder, help="where the photos lie, at any depth")
    parser.add_argument("settings", nargs="*", help="as noon takes them, such as profile=embedded")
    parser.add_argument(
        "--out", type=Path, required=True, help="a file that ends in .parquet, .csv or .jsonl"
    )
    parser.add_argument("--describe", dest="question", action="store_const", const="", help="add an insight")
    parser.add_argument("--ask", dest="question", metavar="QUESTION", help="add an insight that answers this")
    parser.add_argument("--ray", action="store_true", help="in many processes, of a Ray cluster")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="with --ray: at most so many")
    parser.add_argument(
        "--gpus", type=float, default=0.0, help="with --ray: the share of a GPU that each takes"
    )
    return parser


def _folder(name: str) -> Path:
    if not Path(name).is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {name}")
    return Path(name).resolve()


def _photos(folder: Path) -> list[str]:
    """The photos below a folder, by their names, as paths from there."""
    files = (path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in files)


@contextmanager
def _analysed(
    asked: argparse.Namespace, settings: DictConfig, photos: list[str]
) -> Iterator[Iterator[list[dict[str, object]]]]:
    """The rows of each photo as they come."""
    from noon_demo.batch import analyzer  # noqa: PLC0415
    from noon_demo.ml_inference.cluster import cluster  # noqa: PLC0415

    if not photos:
        yield iter(())
    elif asked.ray:
        with cluster(settings.cluster.address, asked.workers):
            yield analyzer.on_ray(
                settings, asked.folder, asked.question, photos, workers=asked.workers, gpus=asked.gpus
            )
    else:
        yield analyzer.here(settings, asked.folder, asked.question, photos)


def _refuse(sentence: str) -> NoReturn:
    sys.stderr.write(f"{sentence}\n")
    sys.exit(2)
