"""In which precision models compute, by what the processor can."""

import pytest
import torch

from ml.device import fastest_dtype


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
