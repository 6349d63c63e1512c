"""Text that another thread receives."""

from __future__ import annotations

import queue
from collections.abc import Iterator

POLL_S = 0.1

Received = queue.SimpleQueue[str | Exception | None]
"""Pieces of text in order, or what went wrong, and None at the end."""


def pieces(received: Received) -> Iterator[str | Exception]:
    """What is received up to None, and "" for each `POLL_S` without."""
    while True:
        try:
            piece = received.get(timeout=POLL_S)
        except queue.Empty:
            piece = ""
        if piece is None:
            return
        yield piece
