"""Stopping and resuming a training run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import torch


class Stateful(Protocol):
    """A network, an average of one, or an optimizer."""

    def state_dict(self) -> dict[str, Any]: ...

    def load_state_dict(self, state_dict: dict[str, Any], /) -> Any: ...


@dataclass
class Progress:
    """How far a run has come: `seconds` of training, the `best` score, evaluations `waited` for a better."""

    iteration: int = 0
    seconds: float = 0.0
    best: float = 0.0
    waited: int = 0


def save_checkpoint(path: Path, parts: Mapping[str, Stateful], progress: Progress) -> None:
    """Write all that a run needs to go on; an interruption leaves the previous checkpoint whole."""
    states = {name: part.state_dict() for name, part in parts.items()}
    torch.save({"parts": states, "progress": asdict(progress)}, path.with_suffix(".part"))
    path.with_suffix(".part").replace(path)


def load_checkpoint(path: Path, parts: Mapping[str, Stateful]) -> Progress:
    """Fill `parts` from a checkpoint and return how far the run had come."""
    checkpoint = torch.load(path, weights_only=True, map_location="cpu")
    for name, part in parts.items():
        part.load_state_dict(checkpoint["parts"][name])
    return Progress(**checkpoint["progress"])
