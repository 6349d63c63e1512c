"""What Noon does otherwise on Hugging Face Spaces."""

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping
from pathlib import Path

STORAGE = Path("/data")
"""Where a Space's persistent storage is, if it has one."""


def defaults() -> Mapping[str, str]:
    """Environment variables to set where they are not; none elsewhere than on a Space."""
    if not is_space():
        return {}
    served = {"GRADIO_SERVER_NAME": "0.0.0.0"}
    kept = {"HF_HOME": f"{STORAGE}/.huggingface", "NOON_MODELS": f"{STORAGE}/noon/models"}
    return {**served, **kept} if os.access(STORAGE, os.W_OK) else served


def is_space() -> bool:
    """Whether this is a Space."""
    return bool(os.environ.get("SPACE_ID"))


def has_zero_gpu() -> bool:
    """Whether this is a Space with a GPU that is lent for one call at a time."""
    return os.environ.get("SPACES_ZERO_GPU", "").lower() in {"1", "t", "true"}


def prepare() -> None:
    """What has to be done before anything imports torch; Gradio's reloading of edited code is left out.

    It would want the package `spaces`, which only ZeroGPU needs, and a running Noon can't be edited anyway.
    """
    if has_zero_gpu():
        importlib.import_module("spaces")
    if is_space():
        vars(importlib.import_module("gradio.http_server"))["watchfn_spaces"] = lambda reloader: None
