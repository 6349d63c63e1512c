"""Tells of every HTTP request, and gives it a name."""

from __future__ import annotations

import re
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from noon_demo.watching import request_ids
from noon_demo.watching.events import Events

ROUTES = (
    *(f"/api/{name}" for name in ("analyze", "segment", "teach", "recalculate", "foods", "food-names")),
    *(f"/api/{name}" for name in ("references", "health", "docs", "openapi.json")),
    *(
        f"/gradio_api/call/{name}"
        for name in ("analyze", "detect", "segment", "recalculate", "lookup", "health")
    ),
    *(f"/gradio_api/{name}" for name in ("call", "run", "queue/join", "queue/data", "upload", "file", "mcp")),
    *(f"/gradio_api/{name}" for name in ("heartbeat", "info", "cancel", "reset", "startup-events")),
    *("/assets", "/static", "/config", "/theme.css", "/metrics", "/admin"),
)
"""Names of routes in metrics, and what their paths begin with, below whatever path a proxy serves Noon."""
PAGE, OTHER = "/", "other"
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
LEFT = 499
"""The status of a request whose client left before the answer began, as nginx has it."""

_ROUTE = re.compile(rf"(?:{'|'.join(map(re.escape, ROUTES))})(?![\w-])")


class Requests:
    """The outermost ASGI middleware: names HTTP requests and tells of them."""

    def __init__(self, app: ASGIApp, events: Events) -> None:
        self._app = app
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request; its name is in its headers, which Gradio hands on, and in its answer's."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), LEFT
        headers = MutableHeaders(raw=list(scope["headers"]))
        request_id = headers[request_ids.HEADER] = request_ids.of(Headers(scope=scope))

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[request_ids.HEADER] = request_id
            await send(message)

        route, method = route_of(scope["path"]), scope["method"] if scope["method"] in METHODS else OTHER
        with request_ids.working_for(request_id):
            try:
                await self._app({**scope, "headers": headers.raw}, receive, named)
            finally:
                self._events.requested(route, method, status, time.perf_counter() - started)


def route_of(path: str) -> str:
    """The name of a path's route, one of a fixed set whatever is asked for."""
    if found := _ROUTE.search(path):
        return found[0]
    return PAGE if path.endswith("/") else OTHER
