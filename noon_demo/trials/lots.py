"""A number that a browser draws, so that who comes back while a trial runs gets the same version.

It is one of 10,000, so that many people have the same, says nothing of anybody, and is thrown away once no
trial runs. A script has none and is known by its address or its session, as it is in the line.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from http.cookies import SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request, cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "noon_lot"
DIGITS = 4
KEPT_S = 30 * 24 * 3600


def known_as(cookies: Mapping[str, str], otherwise: str) -> str:
    """What a request's sender is known as: the number, or else a session or an address."""
    return lot(cookies) or otherwise


def visitor(request: Request) -> str:
    """What the sender of a plain request is known as."""
    return known_as(request.cookies, request.client.host if request.client else "")


def lot(cookies: Mapping[str, str]) -> str:
    """The number among a request's cookies, empty without one."""
    drawn = cookies.get(COOKIE, "")
    return drawn if len(drawn) == DIGITS and drawn.isascii() and drawn.isdecimal() else ""


class Lots:
    """ASGI middleware that has browsers draw with the page while `share_visitors`, and forget it after.

    Where it is None, which is not known yet, they keep what they have.
    """

    def __init__(self, app: ASGIApp, share_visitors: Callable[[], bool | None]) -> None:
        self._app = app
        self._share_visitors = share_visitors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; the page's answer sets or deletes the cookie where that is needed."""
        root = scope.get("root_path", "").rstrip("/") + "/"
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].rstrip("/") + "/" != root:
            await self._app(scope, receive, send)
            return
        sent = cookie_parser(Headers(scope=scope).get("cookie", ""))
        change, share_visitors = "", self._share_visitors()
        if share_visitors and not lot(sent):
            change = _cookie(root, f"{secrets.randbelow(10**DIGITS):0{DIGITS}}", KEPT_S)
        elif COOKIE in sent and share_visitors is False:
            change = _cookie(root, "", 0)

        async def send_with(message: Message) -> None:
            if change and message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("Set-Cookie", change)
            await send(message)

        await self._app(scope, receive, send_with)


def _cookie(path: str, value: str, seconds: int) -> str:
    cookie: SimpleCookie = SimpleCookie({COOKIE: value})
    for name, setting in (("path", path), ("max-age", seconds), ("httponly", True), ("samesite", "Lax")):
        cookie[COOKIE][name] = setting
    return cookie[COOKIE].OutputString()
