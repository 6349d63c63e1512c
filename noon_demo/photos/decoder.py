"""Decoding files that strangers send in a process of its own, bounded in time and memory.

`decode` hands them, one at a time, to a worker, `python -m noon_demo.photos.decoder`, which outlives the
photo. Files, and pixels as a PPM, travel as anonymous memory whose descriptor is passed over a socket:
nothing is copied on the way, and the pixels go back to the system with the last array that shows them. A
worker that takes too long is ended by its own timers, so also one whose server was killed meanwhile; an idle
one ends with its server.

It is no pool of `multiprocessing`'s, nor one of those built on it, since these import the caller's `__main__`
anew or fork a process in which torch's threads run.
"""

from __future__ import annotations

import atexit
import errno
import mmap
import os
import resource
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import numpy as np
import psutil

from noon_demo.photos import decoding
from noon_demo.photos.decoding import Image, ImageError

CPU_S, WALL_S = 4, 10
"""A file that takes longer to decode is refused. The largest photos take up to 3 s of one processor."""
MEMORY_BYTES = 2**30
"""What a worker may hold. The largest photos, 50 megapixels of WebP, need 0.9 GiB."""
IDLE_BYTES = 150 * 2**20
"""A worker that holds more after a photo has leaked it, and is replaced. It starts with 40 MB."""
SILENCE_S = 30
"""After this long without an answer a worker is given up."""
TIMERS = {signal.ITIMER_PROF: CPU_S, signal.ITIMER_REAL: WALL_S}
TOO_SLOW = "The photo takes too long to open; save it as an ordinary JPEG and use that."
ENDED_BY: dict[int, str] = {
    signal.SIGPROF: TOO_SLOW,
    signal.SIGALRM: TOO_SLOW,
    signal.SIGKILL: decoding.NO_MEMORY,
}
"""What to say of a file whose worker was ended by a timer, or by the system for want of memory."""
ROOT = str(Path(__file__).resolve().parents[2])
SIZE = struct.Struct("<II")
"""Width and height."""
ENVIRONMENT = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": str(2**18),
    "OPENBLAS_NUM_THREADS": "1",
}
"""With these glibc gives every block of 256 KiB and more back at once, and numpy starts no threads."""


def decode(data: bytes) -> Image:
    """The pixels (HxWx3 uint8 RGB) that `decoding.decode` finds in the bytes of a file, in a worker.

    Waits for its turn. Raises `ImageError`.
    """
    return _decoder.decode(data)


class DecoderError(ImageError):
    """No worker can be started or reached, for want of memory, processes or open files."""

    status = 503

    def __init__(self) -> None:
        super().__init__("Photos can't be opened now; please try again in a minute.")


class Decoder:
    """Lends one worker to one file at a time; starts it for the first file and after one that ended it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._worker: Worker | None = None

    def decode(self, data: bytes) -> Image:
        """See the function of this name."""
        with self._lock:
            # Taken out meanwhile: a worker whose answer is not awaited to the end is never asked again.
            worker, self._worker = self._worker, None
            try:
                if worker is None or not worker.is_running:
                    worker = Worker()
                answer = worker.decode(data)
            except OSError as error:
                raise DecoderError from error
            if worker.is_fit:
                self._worker = worker
            else:
                worker.close()
        if isinstance(answer, str):
            raise ImageError(answer)
        return answer

    def close(self) -> None:
        """End the worker, if there is one."""
        if self._worker is not None:
            self._worker.close()

    def leave(self) -> None:
        """After a fork: the worker is the parent's."""
        if self._worker is not None:
            self._worker.disconnect()


class Worker:
    """The process, as its server sees it."""

    def __init__(self) -> None:
        self._connection, theirs = socket.socketpair()
        self._connection.settimeout(SILENCE_S)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "noon_demo.photos.decoder"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env=os.environ | ENVIRONMENT | {"PYTHONPATH": os.pathsep.join([ROOT, *sys.path])},
                start_new_session=True,  # so that Ctrl-C in a terminal reaches the server alone
            )
        if not self._received()[0]:
            self.close()
            raise DecoderError

    @property
    def is_running(self) -> bool:
        """Whether it can be given a file."""
        return self._process.poll() is None

    @property
    def is_fit(self) -> bool:
        """Whether it runs and has given back what it took."""
        return self.is_running and psutil.Process(self._process.pid).memory_info().rss < IDLE_BYTES

    def decode(self, data: bytes) -> Image | str:
        """The pixels, in memory of their own, or a sentence saying why there are none.

        Raises `OSError` for want of memory or open files.
        """
        with _anonymous_file(data) as file, suppress(ConnectionError):  # it may have ended since
            socket.send_fds(self._connection, [b"."], [file.fileno()])
        answer, descriptors = self._received()
        if not answer:
            return ENDED_BY.get(-self.close(), decoding.DAMAGED)
        if len(answer) > SIZE.size:
            return answer.decode()
        if not descriptors:
            raise OSError(errno.EMFILE, "no descriptor left to take the pixels by")
        width, height = SIZE.unpack(answer)
        with os.fdopen(descriptors[0], "rb") as file:
            ppm = mmap.mmap(file.fileno(), 0)
        header = len(ppm) - height * width * 3
        return np.frombuffer(ppm, np.uint8, offset=header).reshape(height, width, 3)

    def _received(self) -> tuple[bytes, list[int]]:
        """A message and the descriptors with it; nothing from a worker that has ended or fallen silent."""
        try:
            return socket.recv_fds(self._connection, 1024, 1)[:2]
        except (ConnectionError, TimeoutError):
            return b"", []

    def close(self) -> int:
        """End it. Its exit status, or minus the number of the signal that had ended it."""
        self.disconnect()
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(1)
        self._process.kill()
        return self._process.wait()

    def disconnect(self) -> None:
        """Let go of it; it ends when its last server does."""
        self._connection.close()


def serve(connection: socket.socket) -> None:
    """What a worker does: answer every file with its pixels or a sentence, until the server has gone."""
    while descriptors := socket.recv_fds(connection, 1, 1)[1]:
        with os.fdopen(descriptors[0], "rb") as file, _deadline():
            try:
                answer, pixels = _decoded(file)
            except ImageError as error:
                answer, pixels = str(error).encode(), None
        if pixels is None:
            connection.send(answer)
        else:
            with pixels:
                socket.send_fds(connection, [answer], [pixels.fileno()])


@contextmanager
def _deadline() -> Iterator[None]:
    """Have the system end this process, whatever a decoder does, should the context last too long."""
    for timer, seconds in TIMERS.items():
        signal.setitimer(timer, seconds)
    yield
    for timer in TIMERS:
        signal.setitimer(timer, 0)


def _decoded(file: BinaryIO) -> tuple[bytes, BinaryIO]:
    """The size of the photo in a file, and its pixels, written without a copy of all of them in between."""
    picture = decoding.decode(file)
    pixels = _anonymous_file()
    picture.save(pixels, "PPM")
    return SIZE.pack(*picture.size), pixels


def _anonymous_file(content: bytes = b"") -> BinaryIO:
    """A file without a name, in memory where the system can; at its beginning."""
    linux = sys.platform == "linux"
    file = os.fdopen(os.memfd_create("photo"), "w+b") if linux else tempfile.TemporaryFile()  # noqa: SIM115
    file.write(content)
    file.seek(0)
    return file


def _main() -> None:
    """Become a worker, with the server at the other end of the standard input."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the server ends first, once it has answered
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError):  # the server is held to less already
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    connection = socket.socket(fileno=0)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what the C libraries have to say about each file
    connection.send(b".")
    with suppress(OSError):  # the server has gone before its answer
        serve(connection)


def _after_fork() -> None:
    global _decoder  # noqa: PLW0603  (a child has a worker of its own)
    _decoder.leave()
    _decoder = Decoder()


def _at_exit() -> None:
    _decoder.close()


_decoder = Decoder()
atexit.register(_at_exit)
os.register_at_fork(after_in_child=_after_fork)

if __name__ == "__main__":
    _main()
