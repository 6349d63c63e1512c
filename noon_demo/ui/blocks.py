"""Gradio's Blocks for a public page: it opens no file but those that were sent, and shows no traceback."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.state_holder import SessionState
from gradio.utils import get_upload_folder

from noon_demo.errors import UNFORESEEN, RequestError
from noon_demo.photos.uploads import sent_photo
from noon_demo.photos.web import fetch, is_web
from noon_demo.watching import logs, request_ids

logger = logging.getLogger(__name__)

UNFIT = "The request does not fit this endpoint; its description lists the inputs."


class SentPhoto(gr.HTML):
    """A component of ours whose value is a photo that the visitor sent."""


class PublicBlocks(gr.Blocks):
    """Blocks whose events are called by strangers."""

    async def preprocess_data(
        self,
        block_fn: BlockFunction,
        inputs: list[Any],
        state: SessionState | None,
        explicit_call: bool = False,
    ) -> list[Any]:
        """The inputs as the event's function takes them; a file that wasn't sent is None.

        Raises `gr.Error` for inputs that the components can't take.
        """
        try:
            admitted = [
                await _admitted(block, value) for block, value in zip(block_fn.inputs, inputs, strict=True)
            ]
            taken: list[Any] = await super().preprocess_data(block_fn, admitted, state, explicit_call)
            return taken
        except gr.Error:
            raise
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise gr.Error(UNFIT, print_exception=False) from error

    async def process_api(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """What an event answers. Raises `gr.Error` alone; whatever nobody foresaw is logged."""
        asked = kwargs.get("request")
        try:
            with request_ids.working_for(request_ids.of(asked.headers) if asked else ""):
                answer: dict[str, Any] = await super().process_api(*args, **kwargs)
            return answer
        except gr.Error:
            raise
        except Exception as error:  # a fault of ours, of whatever kind: the visitor gets a sentence
            logger.error("An event failed: %s", logs.fault(error))
            logger.debug("How it came to that:", exc_info=error)
            raise gr.Error(UNFORESEEN, visible=False, print_exception=False) from error


async def _admitted(block: object, value: object) -> Any:
    """What a component may take of what a client wrote for it."""
    if not isinstance(block, (gr.File, SentPhoto)):
        return value
    path = _path(value)
    if isinstance(block, gr.File) and path is not None and is_web(path):
        return _file_data(await _fetched(path))
    return _file_data(sent_photo(path))


def _path(value: object) -> str | None:
    path = value.get("path") if isinstance(value, dict) else None
    return path if isinstance(path, str) else None


async def _fetched(address: str) -> Path:
    try:
        return await fetch(address, Path(get_upload_folder()))
    except RequestError as error:
        raise gr.Error(str(error), print_exception=False) from error


def _file_data(file: Path | None) -> dict[str, Any] | None:
    return None if file is None else {"path": str(file), "meta": {"_type": "gradio.FileData"}}
