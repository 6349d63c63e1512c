"""Composes the app and serves it: page, API, MCP tools and plain HTTP routes on one port."""

from __future__ import annotations

import logging
import sys
import threading

import gradio as gr
from omegaconf import DictConfig

from noon_demo import api, ui
from noon_demo.images import MAX_BYTES
from noon_demo.ml_inference import Models
from noon_demo.service import AnalysisService

UPLOAD_BYTES = 4 * MAX_BYTES
"""Up to here a photo that is too large gets Noon's own sentence; beyond, Gradio cuts the upload off."""
AT_ONCE = 4
"""Requests of one kind that are open at a time; their models take turns."""


def build(service: AnalysisService, settings: DictConfig) -> gr.Blocks:
    """The page with its API, ready to launch."""
    blocks = ui.build(service, settings)
    with blocks:
        api.add_endpoints(service)
    return blocks.queue(max_size=settings.server.queue_size, default_concurrency_limit=AT_ONCE)


def serve(settings: DictConfig) -> None:
    """Serve until interrupted. The page answers at once; models load in the background."""
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    models = Models(settings)
    service = AnalysisService(models, settings.cache_mb * 2**20)
    blocks = build(service, settings)
    try:
        blocks.launch(
            server_name=settings.server.host,
            server_port=settings.server.port,
            max_file_size=UPLOAD_BYTES,
            mcp_server=True,
            ssr_mode=False,
            run_history=False,
            enable_monitoring=False,
            prevent_thread_lock=True,
            app_kwargs={"routes": api.routes(service).routes},
            **ui.LAUNCH,
        )
    except OSError:
        host, port = settings.server.host, settings.server.port
        sys.exit(
            f"Nothing can be served at {host}:{port}; choose a free port, such as server.port={port + 1}."
        )
    threading.Thread(target=models.load, name="load models", daemon=True).start()
    blocks.block_thread()
