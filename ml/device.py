"""Choosing where a model runs."""

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
