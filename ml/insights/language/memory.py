"""How much memory a model takes and how much there is, known before it is loaded."""

from __future__ import annotations

import math
from pathlib import Path

import torch
from safetensors import safe_open

from ml.device import fastest_dtype
from ml.insights.errors import InsightsError
from ml.insights.language.free_memory import free_main_memory

HEADROOM = 1.25
"""Memory needed over the weights alone: activations, the photo, keys and values of a conversation."""

GB = 1e9
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


def parameter_count(folder: Path) -> int:
    """Parameters in the safetensors files of a checkpoint, read from their headers only."""
    count = 0
    for path in folder.glob("*.safetensors"):
        with safe_open(path, framework="pt") as file:
            names = file.keys()
            count += sum(math.prod(file.get_slice(name).get_shape()) for name in names)
    return count


def free_bytes(device: torch.device) -> int:
    """Memory that may still be taken on a device."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    return free_main_memory()


def dtype_named(name: str) -> torch.dtype:
    """The precision of that name. Raises InsightsError."""
    if name not in DTYPES:
        raise InsightsError(f'There is no dtype "{name}": choose one of auto, {", ".join(DTYPES)}.')
    return DTYPES[name]


def choose_dtype(name: str, folder: Path, device: torch.device, limit_gb: float | None = None) -> torch.dtype:
    """The precision to load a checkpoint with: the one named, or for "auto" the best that fits.

    "auto" prefers the one that the device multiplies fastest (`fastest_dtype`), then bfloat16.
    `limit_gb` (10^9 bytes) stands in for the memory that is free.

    Raises:
        InsightsError: with the memory needed and free, if it does not fit; or if `name` is unknown.
    """
    wanted = [fastest_dtype(device), torch.bfloat16] if name == "auto" else [dtype_named(name)]
    free = free_bytes(device) if limit_gb is None else limit_gb * GB
    needed = HEADROOM * parameter_count(folder)
    for dtype in wanted:
        if needed * dtype.itemsize <= free:
            return dtype
    least = needed * wanted[-1].itemsize / GB
    raise InsightsError(
        f"The model needs {least:.3g} GB of memory and {free / GB:.3g} GB are free: choose a smaller one."
    )
