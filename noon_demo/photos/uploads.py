"""Photos that visitors sent: which a request may name, who needs them still, and what is kept how long."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Literal
from uuid import uuid4

import psutil
from gradio.utils import get_upload_folder

from noon_demo.config import ROOT
from noon_demo.photos.sources import is_file

EXAMPLES = ROOT / "assets" / "examples"
PREFIX = "noon-"
KEPT_S = 3600.0
"""How long a file is kept at most."""
QUOTA_BYTES = 2**30
"""How much is kept at most; the oldest files go first."""
SPARE_BYTES = 256 * 2**20
"""What stays free on the disk, whatever the quota."""
LEFT_S = 300.0
"""How long a page's pictures are kept once its connection has ended: a phone that was locked comes back."""
MOST_PAGES = 10_000
"""Beyond, the pages longest unused are forgotten, and their pictures kept as any others."""
Place = Literal["photo", "result"]
"""Where a page shows a picture: as it was sent, and with the foods marked."""


def sent_photo(path: object) -> Path | None:
    """The file that a request names, if it may name it.

    Whoever calls an endpoint writes that path, so only files inside the upload folder and the examples count,
    links resolved. Everything else is None, whether or not it exists.
    """
    if not isinstance(path, str) or "\0" in path:
        return None
    file = Path(path).resolve()
    folders = (Path(get_upload_folder()).resolve(), EXAMPLES)
    return file if is_file(file) and any(map(file.is_relative_to, folders)) else None


@dataclass
class _Page:
    """What a page shows in each place, and when, by the monotonic clock, its connection ended."""

    pictures: dict[Place, Path] = field(default_factory=dict)
    left: float = inf


class Uploads:
    """This process's folder of what Gradio stores: photos as they were sent, and pictures it sends back.

    Nobody else may read it. A photo of the page is kept while it is shown there and `LEFT_S` longer, one of a
    script until its analysis ends; whatever else is left goes after `KEPT_S` or when `QUOTA_BYTES` are
    reached. Safe to share between threads.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pages: dict[str, _Page] = {}
        """By visitor, the page longest unused first."""
        self._lent: Counter[Path] = Counter()
        """How many calls of scripts use each photo."""
        self._lock = threading.Lock()

    @classmethod
    def open(cls) -> Uploads:
        """A new, empty folder that Gradio uses from now on; what dead processes left beside it is deleted."""
        parent = Path(os.environ.get("GRADIO_TEMP_DIR") or tempfile.gettempdir()).resolve()
        parent.mkdir(parents=True, exist_ok=True)
        for folder in parent.glob(f"{PREFIX}*"):
            pid = folder.name.removeprefix(PREFIX).partition("-")[0]
            if pid.isdecimal() and (int(pid) == os.getpid() or not psutil.pid_exists(int(pid))):
                shutil.rmtree(folder, ignore_errors=True)
        uploads = cls(Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=parent)))
        os.environ["GRADIO_TEMP_DIR"] = str(uploads.folder)
        return uploads

    def new_file(self, name: str) -> Path:
        """Where to store a file of ours that a client is to fetch; nobody else can guess its address."""
        folder = self.folder / uuid4().hex
        folder.mkdir()
        return folder / name

    def show(self, visitor: str, picture: Path, place: Place = "photo") -> None:
        """Keep what a visitor's page shows in a place, and no longer what was there before."""
        with self._lock:
            pictures = self._page(visitor).pictures
            before = pictures.get(place)
            pictures[place] = picture
        if before and before != picture:
            self.discard(before)

    def clear(self, visitor: str, place: Place) -> None:
        """Delete what a visitor's page showed in a place."""
        with self._lock:
            before = self._page(visitor).pictures.pop(place, None)
        if before:
            self.discard(before)

    def leave(self, visitor: str) -> None:
        """A visitor closed the page or lost it: delete what it shows in `LEFT_S`, unless it is used again."""
        with self._lock:
            if page := self._pages.get(visitor):
                page.left = time.monotonic()

    def _page(self, visitor: str) -> _Page:
        """The page of a visitor who is there, the last in the order of use; call with the lock."""
        page = self._pages[visitor] = self._pages.pop(visitor, _Page())
        page.left = inf
        if len(self._pages) > MOST_PAGES:
            del self._pages[next(iter(self._pages))]
        return page

    @contextmanager
    def lent(self, photo: Path) -> Iterator[None]:
        """Keep a photo while a script's call uses it, and discard it afterwards."""
        with self._lock:
            self._lent[photo] += 1
        try:
            yield
        finally:
            with self._lock:
                self._lent -= Counter([photo])
            self.discard(photo)

    def discard(self, picture: Path) -> None:
        """Delete a picture unless it is shown or lent: equal photos of two visitors are one file."""
        with self._lock:
            shown = any(picture in page.pictures.values() for page in self._pages.values())
            if not shown and picture not in self._lent and picture.is_relative_to(self.folder):
                picture.unlink(missing_ok=True)

    def sweep(self) -> None:
        """Delete what pages left and what is too old, then the oldest until the rest is within the quota."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # a system may clear its temporary files
        now = time.time()
        for picture in self._left():
            with suppress(FileNotFoundError):
                if now - picture.stat().st_ctime >= LEFT_S:  # nobody has sent it again since
                    self.discard(picture)
        files = sorted(self._files(), key=lambda file: file[0])
        kept = sum(size for _, size, _ in files)
        most = min(QUOTA_BYTES, kept + shutil.disk_usage(self.folder).free - SPARE_BYTES)
        for changed, size, path in files:
            if now - changed > KEPT_S or kept > most:
                path.unlink(missing_ok=True)
                kept -= size
        for folder in self.folder.iterdir():
            with suppress(OSError):  # not empty, or in use again
                if folder.is_dir() and now - folder.stat().st_mtime > KEPT_S:
                    folder.rmdir()

    def close(self) -> None:
        """Delete everything."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _left(self) -> list[Path]:
        """What pages showed that were left `LEFT_S` ago; they are forgotten."""
        before = time.monotonic() - LEFT_S
        with self._lock:
            gone = [visitor for visitor, page in self._pages.items() if page.left <= before]
            return [picture for visitor in gone for picture in self._pages.pop(visitor).pictures.values()]

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        """When each file was changed, its size and its path."""
        for path in self.folder.rglob("*"):
            with suppress(OSError):  # deleted meanwhile
                if path.is_file():
                    status = path.stat()
                    yield status.st_ctime, status.st_size, path
