"""Keeping the C library from holding on to memory that requests no longer need.

glibc's malloc keeps up to eight arenas per core, and gives back only what lies at the end of one.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

M_ARENA_MAX = -8
"""From glibc's malloc.h."""
ARENAS = 2

_libc = None if sys.platform == "win32" else ctypes.CDLL(None)


def share() -> None:
    """Have all threads share two arenas. To be called before there are threads."""
    if _libc and hasattr(_libc, "mallopt"):
        _libc.mallopt(M_ARENA_MAX, ARENAS)


def give_back() -> None:
    """Return what is free to the system: some ten milliseconds."""
    if _libc and hasattr(_libc, "malloc_trim"):
        _libc.malloc_trim(0)


@dataclass
class Grown:
    """By how many MiB memory had grown at most; None where the system doesn't tell."""

    mb: float | None = None


@contextmanager
def peak() -> Iterator[Grown]:
    """What this process needed at most, beyond what it had, for as long as the context lasts.

    Linux keeps the peak of a process ("VmHWM" of proc(5)) and sets it anew when 5 is written to clear_refs.
    """
    grown, before = Grown(), _resident_mb("VmRSS")
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        before = None
    yield grown
    after = _resident_mb("VmHWM")
    if before is not None and after is not None:
        grown.mb = max(0.0, after - before)


def _resident_mb(name: str) -> float | None:
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) / 1024
    return None
