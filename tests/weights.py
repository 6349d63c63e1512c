"""Versions of the weights that ship: copies under other names, some of them spoilt."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import torch
import yaml
from safetensors.torch import load_file, save_file

from ml import checksums
from tests.conftest import ROOT

State = dict[str, torch.Tensor]


def copy_version(part: str, id: str, folder: Path, change: Callable[[State], State] | None = None) -> Path:
    """A copy of the weights in assets as the version `id` within `folder`, each shard changed."""
    copy = shutil.copytree(ROOT / "assets" / part, folder / id)
    card = yaml.safe_load((copy / "card.yaml").read_text())
    (copy / "card.yaml").write_text(yaml.safe_dump({**card, "id": id}))
    for shard in copy.glob("model-*.safetensors") if change else ():
        save_file(change(load_file(shard)), shard, metadata={"format": "pt"})
    checksums.write(copy)
    return copy


def sees_no_food(state: State) -> State:
    """A recognizer's shard, its classifier sure of "not food", the last label."""
    if "classifier.bias" in state:
        state["classifier.bias"][-1] += 100
    return state


def computes_nonsense(state: State) -> State:
    """A shard of numbers that are none."""
    return {
        name: torch.full_like(value, torch.nan) if value.is_floating_point() else value
        for name, value in state.items()
    }
