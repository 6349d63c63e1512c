"""What a request is called, in the log and in its answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import uuid4

HEADER = "x-request-id"
FIT = re.compile(r"[A-Za-z0-9_.-]{1,64}")

_current: ContextVar[str] = ContextVar("request_id", default="")


def current() -> str:
    """The request that this thread or task works for; empty if none."""
    return _current.get()


def of(headers: Mapping[str, str]) -> str:
    """What the client or a proxy calls a request, or a new name where that is unfit or missing."""
    called = headers.get(HEADER, "")
    return called if FIT.fullmatch(called) else uuid4().hex


@contextmanager
def working_for(request_id: str) -> Iterator[None]:
    """Work for a request; so do threads that are started by anyio meanwhile."""
    before = _current.set(request_id)
    try:
        yield
    finally:
        _current.reset(before)
