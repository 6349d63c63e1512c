"""Composes the app and serves it: page, API, MCP tools and plain HTTP routes on one port."""

from __future__ import annotations

import errno
import logging
import os
import signal
import socket
import sys
import threading
from typing import Any

import gradio as gr
from omegaconf import DictConfig
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from noon_demo import admin, api, rest, spaces, ui
from noon_demo.concurrency import memory
from noon_demo.concurrency.line import LIGHT_THREADS
from noon_demo.config import ROOT
from noon_demo.mcp.server import Agents
from noon_demo.middleware import connections
from noon_demo.middleware.guard import PHOTO_ROUTES, Guard, Hosts
from noon_demo.middleware.path_prefix import PathPrefix
from noon_demo.ml_inference import Models
from noon_demo.photos.uploads import Uploads
from noon_demo.service import AnalysisService
from noon_demo.trials.lots import Lots
from noon_demo.trials.trials import Trials
from noon_demo.ui.visits import MOST_VISITS
from noon_demo.watching import endpoint, logs, traces
from noon_demo.watching.requests import Requests
from noon_demo.watching.setting_up import watch

logger = logging.getLogger(__name__)

TIDY_S = 5.0
"""How often expired photos and freed memory are given back."""
FINISH_S = 30.0
"""How long what runs may go on once Noon is told to end."""
FLUSH_S = 3
"""How long open connections then have to take their answers."""


def build(service: AnalysisService, uploads: Uploads) -> gr.Blocks:
    """The page with its API, ready to launch."""
    blocks = ui.build(service, uploads)
    with blocks:
        api.add_endpoints(service, uploads)
    return blocks.queue(default_concurrency_limit=None)  # the service has a fair line of its own


def serve(settings: DictConfig) -> None:
    """Serve until told to end. The page answers at once; models load in the background."""
    memory.share()
    logs.set_up(settings.server.log_level, settings.server.log_format)
    traces.set_up()
    host = settings.server.host.strip("[]")
    _check_address(host, settings.server.port)
    connections.limit_connections()
    uploads = _open_uploads()
    models = Models(settings)
    service = AnalysisService.of(models, settings)
    registry = watch(service, settings.server.log_format)
    trials = Trials(models, service.running)
    service.events.watch(trials)
    if spaces.has_zero_gpu():  # where models must be on the device before the page is served
        models.load()
    blocks = build(service, uploads)
    threads = settings.server.queue_size + LIGHT_THREADS
    tools = Agents(service, uploads, threads)
    blocks.mcp_server = True  # the page's API view tells of it
    blocks.launch(
        server_name=f"[{host}]" if ":" in host else host,
        server_port=settings.server.port,
        root_path=settings.server.root_path.rstrip("/"),
        max_file_size=PHOTO_ROUTES["/gradio_api/upload"],
        max_threads=threads,
        state_session_capacity=MOST_VISITS,
        mcp_server=False,  # ours
        ssr_mode=False,
        run_history=False,
        enable_monitoring=False,
        prevent_thread_lock=True,
        app_kwargs={
            "lifespan": tools.lifespan,
            "routes": [
                Mount("/api", rest.build(service, threads)),
                *tools.routes,
                endpoint.route(registry, settings.server.metrics_token, is_public=spaces.is_space()),
                *admin.routes(models, settings.server.admin_token),
                *map(_folder, ("js", "locales")),
            ],
            "exception_handlers": {KeyError: _no_such_event},
            "middleware": [
                Middleware(Requests, events=service.events),
                Middleware(Guard, hosts=Hosts(settings.server.allowed_hosts.split())),
                Middleware(PathPrefix, root_path=settings.server.root_path),
                Middleware(Lots, share_visitors=lambda: trials.share_visitors),
            ],
        },
        **ui.LAUNCH,
    )
    blocks.server.config.http_protocol_class = connections.PatientProtocol
    blocks.server.config.timeout_graceful_shutdown = FLUSH_S
    over = threading.Event()
    threading.Thread(target=_keep_loaded, args=(models, over), name="load models", daemon=True).start()
    _wait_for_the_end(uploads, trials)
    over.set()
    service.close(FINISH_S)
    trials.keep()
    blocks.close(verbose=False)
    uploads.close()


def _keep_loaded(models: Models, over: threading.Event) -> None:
    """Load the models unless they are, then change over to what is chosen, until it is `over`."""
    if models.is_loading:
        models.load()
    models.renewal.keep_up(over)


class _PageFiles(StaticFiles):
    """Files of the page, which a browser asks for anew each time: after an update all are of one version."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


def _folder(name: str) -> Mount:
    """The route of a folder in `assets`, ahead of Gradio's own `/assets`."""
    return Mount(f"/assets/{name}", _PageFiles(directory=ROOT / "assets" / name))


async def _no_such_event(request: Request, error: Exception) -> JSONResponse:
    """Gradio looks events and sessions up by what a client sends."""
    return JSONResponse({"error": "There is no such event; see the API's description."}, 404)


def _wait_for_the_end(uploads: Uploads, trials: Trials) -> None:
    """Return at SIGTERM or Ctrl+C; a second one ends the process at once."""
    told = threading.Event()

    def end(number: int, frame: object) -> None:
        if told.is_set():
            os._exit(128 + number)
        told.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, end)
    while not told.wait(TIDY_S):
        try:
            uploads.sweep()
        except OSError as error:  # the next time, perhaps; no reason to end
            logger.error("The uploads could not be tidied: %s", logs.fault(error))
        trials.keep()
        memory.give_back()


def _open_uploads() -> Uploads:
    """The folder for photos; ends with one line where there can be none."""
    try:
        return Uploads.open()
    except OSError as error:
        advice = "set GRADIO_TEMP_DIR to a folder that Noon may write to"
        sys.exit(f"Photos can't be stored: {os.strerror(error.errno or 0).lower()}; {advice}.")


def _check_address(host: str, port: int) -> None:
    """End with one line where nothing can be served at an address."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        match error.errno:
            case errno.EADDRINUSE:
                advice = f"the port is taken; choose a free one, such as server.port={port + 1}"
            case errno.EACCES:
                advice = "the port needs an administrator; choose one above 1023, such as server.port=7860"
            case _ if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
                advice = "this machine has no such address; try server.host=127.0.0.1 or 0.0.0.0"
            case _:
                advice = os.strerror(error.errno or 0).lower()
        sys.exit(f"Nothing can be served at {host}:{port}: {advice}.")
