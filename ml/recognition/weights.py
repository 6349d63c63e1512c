"""The folder a recognizer is kept in: `config.json` and `model-*.safetensors`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

import timm
from huggingface_hub import save_torch_state_dict
from safetensors.torch import load_file
from torch import Tensor, nn

from ml.recognition.naming import NamingThresholds
from ml.recognition.probabilities import Familiarity, probabilities
from ml.recognition.prototypes import PROTOTYPES_FILE, SPACE_FILE
from ml.types import NOT_FOOD

SHARD_SIZE = "6MB"


@dataclass(frozen=True)
class RecognizerConfig:
    """Crops are seen at `input_size` px, by way of `detail` px if that is given (`ml/recognition/crops.py`).

    They are looked at once more by way of each of the `coarser` details, so that a photo and its small copies
    look alike, or once more just so if there are none. What follows from the logits,
    `ml/recognition/probabilities.py` says.
    """

    architecture: str
    input_size: int
    labels: tuple[str, ...]
    detail: int | None = None
    coarser: tuple[int, ...] = ()
    temperature: float = 1.0
    familiarity: Familiarity | None = None
    thresholds: NamingThresholds = field(default_factory=NamingThresholds)

    @property
    def details(self) -> tuple[int | None, ...]:
        """By way of how many px a crop is seen in each look."""
        return (self.detail, *(self.coarser or (self.detail,)))

    def probabilities(self, logits: Tensor) -> Tensor:
        """Of the labels and of prototypes behind them, float (..., L), of their logits (..., L)."""
        not_food = self.labels.index(NOT_FOOD)
        return probabilities(logits, self.temperature, self.familiarity, not_food)


def build_network(architecture: str, classes: int, **options: float) -> nn.Module:
    """The timm network with `classes` outputs, without pretrained weights."""
    return timm.create_model(architecture, num_classes=classes, **options)


def read_config(folder: Path) -> RecognizerConfig:
    """The config of the recognizer in `folder`."""
    values = json.loads((folder / "config.json").read_text())
    values["thresholds"] = NamingThresholds(**values["thresholds"])
    if values.get("familiarity"):
        values["familiarity"] = Familiarity(**values["familiarity"])
    values |= {name: tuple(values.get(name, ())) for name in ("labels", "coarser")}
    return RecognizerConfig(**values)


def write_config(folder: Path, config: RecognizerConfig) -> None:
    """Write `config.json`."""
    (folder / "config.json").write_text(json.dumps(asdict(config), indent=1) + "\n")


def read_weights(folder: Path) -> dict[str, Tensor]:
    """The state dict of the recognizer in `folder`, from all of its shards."""
    state: dict[str, Tensor] = {}
    for shard in sorted(folder.glob("model*.safetensors")):
        state |= load_file(shard)
    return state


def write_weights(folder: Path, network: nn.Module) -> None:
    """Write the network's state in half precision, in shards."""
    state = {
        name: (value.half() if value.is_floating_point() else value).contiguous()
        for name, value in network.state_dict().items()
    }
    for old in folder.glob("model*.safetensors"):
        old.unlink()
    save_torch_state_dict(state, folder, max_shard_size=SHARD_SIZE)


def write_recognizer(folder: Path, config: RecognizerConfig, network: nn.Module) -> None:
    """Write the weights and `config.json`; what was made of the features of other weights there goes."""
    write_weights(folder, network)
    for name in (SPACE_FILE, PROTOTYPES_FILE):
        (folder / name).unlink(missing_ok=True)
    write_config(folder, config)


def load_network(folder: Path, config: RecognizerConfig) -> nn.Module:
    """The network in `folder`, float32, in evaluation mode."""
    network = build_network(config.architecture, len(config.labels))
    network.load_state_dict(read_weights(folder))
    return network.eval()
