"""Serving below a path of a proxy's, such as https://example.org/noon/."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

PREFIX = re.compile(r"(/[\w~-][\w.~-]*)+")


class PathPrefix:
    """ASGI middleware that tells Noon its address in front of a proxy, for all the addresses that it sends.

    The prefix is the path of `root_path` (a path or a whole address) or else what `X-Forwarded-Prefix` says.
    The proxy may take the prefix off the paths that it asks for, or leave it on.
    """

    def __init__(self, app: ASGIApp, root_path: str) -> None:
        self._app = app
        self._prefix = urlsplit(root_path).path.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on as if it had been sent to the address that the proxy was asked for."""
        if scope["type"] == "http":
            prefix = self._prefix or _forwarded(scope, "prefix").rstrip("/")
            if PREFIX.fullmatch(prefix):
                scope = _below(prefix, scope)
        await self._app(scope, receive, send)


def _below(prefix: str, scope: Scope) -> Scope:
    """As ASGI wants it: `path` with, and `root_path` being the prefix."""
    headers = MutableHeaders(raw=list(scope["headers"]))
    if host := _forwarded(scope, "host"):  # Gradio would take this for the whole address
        headers["host"] = host
        del headers["x-forwarded-host"]
    below = {**scope, "headers": headers.raw, "root_path": prefix}
    if not f"{scope['path']}/".startswith(f"{prefix}/"):
        below["path"] = prefix + scope["path"]
        below["raw_path"] = prefix.encode() + scope["raw_path"]
    return below


def _forwarded(scope: Scope, what: str) -> str:
    """The first value, that of the outermost proxy, of an `X-Forwarded-…` header."""
    return Headers(scope=scope).get(f"x-forwarded-{what}", "").partition(",")[0].strip()
