"""Choosing where a model runs, and in which precision."""

from __future__ import annotations

import torch

from ml.errors import NoonError

DEVICES = ("auto", "cpu", "cuda", "mps")


def pick_device(name: str) -> torch.device:
    """The device called `name`; "auto" is the fastest there is: CUDA, then Apple's MPS, then the CPU.

    Raises NoonError when the name is unknown or this machine has no such device.
    """
    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return torch.device(next(device for device, there in available.items() if there))
    if name not in available:
        raise NoonError(f'There is no device "{name}"; choose one of {", ".join(DEVICES)}.')
    if not available[name]:
        raise NoonError(f'This machine offers no "{name}" device; choose auto or cpu.')
    return torch.device(name)


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
