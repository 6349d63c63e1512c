"""Servers in this process: Noon over a service that the test itself made, and hosts that Noon asks."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import fastapi
import uvicorn
from starlette.types import ASGIApp

from noon_demo import rest
from noon_demo.service import AnalysisService
from tests.conftest import free_port


@contextmanager
def rest_served(service: AnalysisService) -> Iterator[str]:
    """Address of the plain HTTP routes over a service in this process."""
    app = fastapi.FastAPI()
    app.mount("/api", rest.build(service, 8))
    with app_served(app) as url:
        yield url


@contextmanager
def app_served(app: ASGIApp) -> Iterator[str]:
    """Address of an application in this process."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def host_served(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Address of a host whose requests a handler of the standard library answers."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
