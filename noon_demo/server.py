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


def build(service: AnalysisService, settings: DictConfig) -> gr.Blocks:
    """The page with its API, ready to launch."""
    blocks = ui.build(service, settings)
    with blocks:
        api.add_endpoints(service)
    return blocks.queue(max_size=settings.server.queue_size)


def serve(settings: DictConfig) -> None:
    """Serve until interrupted. The page answers at once; models load in the background."""
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    models = Models(settings)
    service = AnalysisService(models, settings.cache_mb * 2**20)
    blocks = build(service, settings)
    try:
        app, _, _ = blocks.launch(
            server_name=settings.server.host,
            server_port=settings.server.port,
            max_file_size=MAX_BYTES,
            mcp_server=True,
            prevent_thread_lock=True,
            **ui.LAUNCH,
        )
    except OSError as error:
        sys.exit(f"The page can't be served on {settings.server.host}, port {settings.server.port}: {error}")
    app.include_router(api.routes(service))
    threading.Thread(target=models.load, name="load models", daemon=True).start()
    blocks.block_thread()
