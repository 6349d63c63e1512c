"""Choosing where a model runs, and in which precision."""

from __future__ import annotations

import math
from pathlib import Path

import torch

from ml import zero_gpu
from ml.errors import NoonError

DEVICES = ("auto", "cpu", "cuda", "mps")
WORKING_BYTES = 2**30
"""Memory that a GPU needs beside the weights, for CUDA's context and what is computed: an estimate."""


def pick_device(name: str, weights: Path | None = None) -> torch.device:
    """The device called `name`; "auto" is the fastest with room: CUDA, then Apple's MPS, then the CPU.

    Of several GPUs it is the one with most memory free. Where `weights`, a folder of safetensors, would fit
    into none, "auto" leaves them alone.

    Raises NoonError when the name is unknown or this machine has no such device.
    """
    if name not in DEVICES:
        raise NoonError(f'There is no device "{name}"; choose one of {", ".join(DEVICES)}.')
    free = _free_bytes()
    roomiest = max(free, key=free.__getitem__, default="")
    if name == "auto":
        if roomiest and free[roomiest] > needed_bytes(weights):
            return torch.device(roomiest)
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    available = {"cuda": bool(roomiest), "mps": torch.backends.mps.is_available(), "cpu": True}
    if not available[name]:
        raise NoonError(f'This machine offers no "{name}" device; choose auto or cpu.')
    return torch.device(roomiest if name == "cuda" else name)


def needed_bytes(weights: Path | None) -> int:
    """Memory that a model takes on a GPU: its safetensors in a folder, and what it computes with."""
    files = weights.glob("*.safetensors") if weights else ()
    return WORKING_BYTES + sum(file.stat().st_size for file in files)


def _free_bytes() -> dict[str, float]:
    """How much memory of each GPU is free; one that is lent for each call is not here to be asked."""
    if zero_gpu.is_on():
        return {"cuda": math.inf}
    return {f"cuda:{i}": torch.cuda.mem_get_info(i)[0] for i in range(torch.cuda.device_count())}


def fastest_dtype(device: torch.device) -> torch.dtype:
    """The precision that `device` multiplies fastest: bfloat16, but float32 on a processor without it.

    A processor has it with AVX512-BF16 or AMX; others make up for it in software, thrice as slowly.
    """
    can = torch.cpu.get_capabilities()
    is_native = device.type != "cpu" or can.get("avx512_bf16") or can.get("amx_bf16")
    return torch.bfloat16 if is_native else torch.float32


def memory() -> dict[str, dict[str, int]]:
    """The memory of each CUDA device that this process uses, in bytes, by the device's name.

    `allocated` is what its tensors hold, `reserved` what it keeps for them, `free` what no process keeps of
    the device's `size`.
    """
    if not torch.cuda.is_initialized():
        return {}
    found = {}
    for number in range(torch.cuda.device_count()):
        free, size = torch.cuda.mem_get_info(number)
        found[f"cuda:{number}"] = {
            "allocated": torch.cuda.memory_allocated(number),
            "reserved": torch.cuda.memory_reserved(number),
            "free": free,
            "size": size,
        }
    return found
