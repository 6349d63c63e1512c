"""Cutting a text that arrives in pieces into sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

MAX_ANSWER_CHARS = 8_000
"""Of an answer; what follows is not read. Parts are asked for a few hundred tokens."""
MAX_SENTENCE_CHARS = 1_000
"""Of a sentence that is checked; a longer one is nothing that a person would read."""

_NO_ABBREVIATION = r"(?<!\be\.g)(?<!\bi\.e)(?<!\bapprox)(?<!\bca)(?<!\bvs)"
_END = re.compile(_NO_ABBREVIATION + r"[.!?][\"')\]]*(?=\s)|[。！？]|\n")
_LONGEST_END = 8
"""Characters of what marks an end, which may arrive in two pieces."""


def limited(pieces: Iterable[str], most: int) -> Iterator[str]:
    """The pieces up to `most` characters in all."""
    left = most
    for piece in pieces:
        yield piece[:left]
        left -= len(piece)
        if left <= 0:
            return


def sentences(pieces: Iterable[str]) -> Iterator[str]:
    """The text that `pieces` make up when joined, cut into whole sentences with their trailing space.

    Each piece is answered by "" first, so that whoever asks gets a turn while a sentence is still growing.

    >>> [sentence for sentence in sentences(["It has 4.", "8 g. Mo", "re? "]) if sentence]
    ['It has 4.8 g. ', 'More? ']
    """
    text, searched = "", 0
    for piece in pieces:
        yield ""
        text += piece
        while end := _END.search(text, searched):
            rest = text[end.end() :].lstrip()
            if not rest:
                break
            yield text[: len(text) - len(rest)]
            text, searched = rest, 0
        searched = end.start() if end else max(0, len(text) - _LONGEST_END)
    if text:
        yield text
