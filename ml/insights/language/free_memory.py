"""How much of the machine's memory is free; imports no torch."""

from __future__ import annotations

from pathlib import Path

import psutil

CGROUP = Path("/sys/fs/cgroup")
"""Where Linux says what a container may take and takes (cgroup-v2.rst)."""


def free_main_memory() -> int:
    """Bytes that may still be taken; a container's limit counts.

    Files that it read and left alone since stay in its memory only while nothing else needs the room. They
    don't count as used, as in Kubernetes' working set.
    """
    free = psutil.virtual_memory().available
    limit = CGROUP / "memory.max"
    if limit.is_file() and (most := limit.read_text().strip()) != "max":
        stat = dict(line.split() for line in (CGROUP / "memory.stat").read_text().splitlines())
        used = int((CGROUP / "memory.current").read_text()) - int(stat["inactive_file"])
        free = min(free, int(most) - used)
    return free
