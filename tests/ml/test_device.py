"""Where models run, by the memory that is free, and in which precision, by what the processor can."""

import os

import pytest
import torch

from ml.device import WORKING_BYTES, fastest_dtype, pick_device
from ml.errors import NoonError


@pytest.mark.parametrize(
    ("device", "can", "dtype"),
    [
        ("cpu", {"avx512_bf16": True, "amx_bf16": False}, torch.bfloat16),
        ("cpu", {"avx512_bf16": False, "amx_bf16": True}, torch.bfloat16),
        ("cpu", {"avx512_bf16": False, "amx_bf16": False, "avx2": True}, torch.float32),
        ("cpu", {}, torch.float32),
        ("cuda", {}, torch.bfloat16),
    ],
)
def test_bf16_where_it_is_multiplied_natively(monkeypatch, device, can, dtype):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: can)
    assert fastest_dtype(torch.device(device)) == dtype


@pytest.fixture
def gpus(monkeypatch):
    """Two GPUs, the second with 1 GB free beside what a model computes with; there are none here."""
    free = [WORKING_BYTES, WORKING_BYTES + 2**30]
    monkeypatch.setattr(torch.cuda, "device_count", lambda: len(free))
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda i: (free[i], 2**34))
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


def test_a_model_goes_to_the_gpu_with_most_room_or_to_none(gpus, tmp_path):
    assert pick_device("auto") == pick_device("cuda") == torch.device("cuda:1")
    (tmp_path / "model.safetensors").touch()
    os.truncate(tmp_path / "model.safetensors", 2**29)
    assert pick_device("auto", tmp_path) == torch.device("cuda:1")
    os.truncate(tmp_path / "model.safetensors", 2**30)
    assert pick_device("auto", tmp_path) == torch.device("cpu")
    assert pick_device("cuda", tmp_path) == torch.device("cuda:1")


def test_without_a_gpu_none_is_picked(monkeypatch):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert pick_device("auto") == torch.device("cpu")
    assert pick_device("cpu") == torch.device("cpu")
    with pytest.raises(NoonError, match="choose one of auto, cpu"):
        pick_device("tpu")
