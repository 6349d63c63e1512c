"""What every request passes first: which hosts are served, how much and how slowly it may send, headers."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import os
import socket
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from noon_demo.errors import DISK_FULL, UNFORESEEN, is_disk_full
from noon_demo.photos.images import MAX_BYTES, TOO_LARGE
from noon_demo.watching import logs

logger = logging.getLogger(__name__)

CHUNK_S, BODY_S = 20.0, 300.0
"""How long the next piece of a body, and the whole body, may take to arrive."""
SEND_S = 60.0
"""How long a client may take to receive a piece of an answer."""
BODY_BYTES = 2**20
"""The largest body of a request, but for those to `PHOTO_ROUTES`."""
MCP = "/gradio_api/mcp"
"""Where agents find their tools: where those of Gradio would be."""
PHOTO_ROUTES = {
    "/api/analyze": MAX_BYTES + 2**18,
    "/api/segment": MAX_BYTES + 2**16,
    "/api/teach": MAX_BYTES + 2**16,
    "/api/recalculate": 4 * 2**20,  # a result with all of its masks
    "/gradio_api/upload": 4 * MAX_BYTES,  # so that somewhat too large a photo gets the service's sentence
    MCP: 2 * MAX_BYTES,  # photos as base64
}
"""Where larger ones may go, below whatever path a proxy serves Noon."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'self'",
            "script-src 'self' 'unsafe-inline' 'unsafe-eval'",  # Gradio's page is made of inline scripts
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            "font-src 'self' data:",
            "connect-src 'self' blob:",  # a photo that the page kept, to be sent again
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self' https://huggingface.co https://*.hf.space",
        )
    ),
}


class Hosts:
    """The names under which Noon may be asked for.

    A page elsewhere can point a name of its own at this machine and then read what is served here ("DNS
    rebinding"), but it can't be asked for by an address, by "localhost" or by a name of this machine.
    `allowed` adds names, "*.example.org" for all below one, "*" for all.
    """

    def __init__(self, allowed: Sequence[str]) -> None:
        own = {"localhost", socket.gethostname(), socket.getfqdn(), os.environ.get("SPACE_HOST", "")}
        self._names = {name.lower() for name in (*own, *allowed) if name}

    def __contains__(self, host: str) -> bool:
        """Whether a `Host` header, "name:port" or "[::1]:port", names Noon."""
        try:
            parts = urlsplit(f"//{host}")
            name = (parts.hostname or "").rstrip(".")
        except ValueError:
            return False
        if parts.netloc != host or parts.username is not None:
            return False
        if "*" in self._names or name in self._names or _is_address(name):
            return True
        return any(known.startswith("*.") and name.endswith(known[1:]) for known in self._names)


class Guard:
    """ASGI middleware ahead of all that looks into a request."""

    def __init__(self, app: ASGIApp, hosts: Hosts) -> None:
        self.hosts = hosts
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request; what nobody foresaw is logged in a line and answered with a sentence."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers, exchange = Headers(scope=scope), _Exchange(receive, send)
        if headers.get("host", "") not in self.hosts:
            await exchange.refuse(scope, 421, "Noon is not served under this name; set server.allowed_hosts.")
            return
        most = next((most for route, most in PHOTO_ROUTES.items() if route in scope["path"]), BODY_BYTES)
        stated = headers.get("content-length", "0")
        if stated.isdecimal() and int(stated) > most:
            await exchange.refuse(scope, 413, TOO_LARGE)
            return
        try:
            await RequestBodyLimitMiddleware(self._app, most)(scope, exchange.receive, exchange.send)
        except ClientDisconnect:
            return  # nobody is left to be answered
        except Exception as error:  # of the framework or ours: the log gets a line, the client a sentence
            if exchange.too_slow and not exchange.answered:
                await exchange.refuse(scope, 408, "The request came too slowly; please send it again.")
                return
            logger.error("%s %s failed: %s", scope["method"], scope["path"].split("=")[0], logs.fault(error))
            logger.debug("How it came to that:", exc_info=error)
            if exchange.answered:
                raise logs.LoggedError from None  # ends the connection, which lacks the rest
            if is_disk_full(error):
                await exchange.refuse(scope, 507, DISK_FULL)
            else:
                await exchange.refuse(scope, 500, UNFORESEEN)


class _Exchange:
    """One request and its answer, with time limits."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._until = time.monotonic() + BODY_S
        self._more = True
        self.too_slow = False
        self.answered = False

    async def receive(self) -> Message:
        """The next message; after the body's end it may take any time."""
        if not self._more:
            return await self._receive()
        try:
            left = max(0.0, min(CHUNK_S, self._until - time.monotonic()))
            message = await asyncio.wait_for(self._receive(), left)
        except TimeoutError:
            self.too_slow = True
            raise
        self._more = message["type"] == "http.request" and message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        """Send a message, the first with our headers."""
        if message["type"] == "http.response.start":
            self.answered = True
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await asyncio.wait_for(self._send(message), SEND_S)

    async def refuse(self, scope: Scope, status: int, sentence: str) -> None:
        """Answer with an error, and no further request on this connection."""
        headers = {"Connection": "close"}
        await JSONResponse({"error": sentence}, status, headers)(scope, self._receive, self.send)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
