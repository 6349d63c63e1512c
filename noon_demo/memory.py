"""Keeping the C library from holding on to memory that requests no longer need.

glibc has memory of its own for up to eight threads per core, and gives back what lies at its end only.
"""

from __future__ import annotations

import ctypes
import sys

M_ARENA_MAX = -8
"""From glibc's malloc.h."""
ARENAS = 2

_libc = None if sys.platform == "win32" else ctypes.CDLL(None)


def share() -> None:
    """Have all threads share two pools of memory. To be called before there are threads."""
    if _libc and hasattr(_libc, "mallopt"):
        _libc.mallopt(M_ARENA_MAX, ARENAS)


def give_back() -> None:
    """Return what is free to the system: some ten milliseconds."""
    if _libc and hasattr(_libc, "malloc_trim"):
        _libc.malloc_trim(0)
