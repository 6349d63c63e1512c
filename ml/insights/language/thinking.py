"""Leaves out what a model says to itself between `<think>` and `</think>` before it answers."""

from __future__ import annotations

import re

OPENING = re.compile(r"<think(ing)?>", re.IGNORECASE)
CLOSING = re.compile(r"</think(ing)?>", re.IGNORECASE)
TAG_CHARS = len("</thinking>")


class ThoughtFilter:
    """Takes a model's text piece by piece, a tag perhaps split between two, and gives that of its answer.

    >>> answer = ThoughtFilter()
    >>> [answer.add(piece) for piece in ("<thi", "nk>Hm, rice?</th", "ink> It is", " rice. 1 <", " 2")]
    ['', '', ' It is', ' rice. 1 ', '< 2']
    """

    def __init__(self) -> None:
        self.thought = False
        """Whether anything was left out."""
        self._thinking = False
        self._held = ""

    def add(self, piece: str) -> str:
        """What of the text so far belongs to the answer and wasn't given yet."""
        self._held += piece
        given = ""
        while tag := (CLOSING if self._thinking else OPENING).search(self._held):
            if not self._thinking:
                given += self._held[: tag.start()]
            self._held = self._held[tag.end() :]
            self._thinking = not self._thinking
            self.thought = True
        kept = self._held[-TAG_CHARS:] if self._thinking else _beginning_of_tag(self._held)
        if not self._thinking:
            given += self._held.removesuffix(kept)
        self._held = kept
        return given

    def rest(self) -> str:
        """What was held back, once the text has ended."""
        return "" if self._thinking else self._held


def _beginning_of_tag(text: str) -> str:
    """The end of `text` if a tag may have begun there."""
    start = text.rfind("<", -TAG_CHARS)
    tail = text[start:].lower() if start >= 0 else ""
    return text[start:] if tail and any(tag.startswith(tail) for tag in ("<think>", "<thinking>")) else ""
