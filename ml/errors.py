"""The error whose message is meant for a person, and which part was at work when an error came up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class NoonError(Exception):
    """Something went wrong that a person can act on; `str(error)` is one plain sentence saying what to do."""


@contextmanager
def at_work(part: str, version: str) -> Iterator[None]:
    """Note which version of which part, such as "segmenter", was at work when an error comes out of here."""
    try:
        yield
    except Exception as error:
        vars(error).setdefault("at_work", (part, version))
        raise


def failed_part(error: Exception) -> tuple[str, str] | None:
    """The part and its version that `at_work` noted, if any."""
    noted: tuple[str, str] | None = vars(error).get("at_work")
    return noted
