"""Building a part from its config, with checksums before and a self-test after."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hydra.errors import InstantiationException
from hydra.utils import instantiate
from omegaconf import DictConfig

from ml import checksums, hub, pace, zero_gpu
from ml.errors import NoonError
from ml.insights.llava_embedded import extra
from ml.redact import model_name
from ml.self_test import CHECKS

logger = logging.getLogger(__name__)

FILES = {"adapter", "foods", "path", "recognizer", "weights"}
"""Settings of parts that name files or folders that ship."""


class LoadError(NoonError):
    """A part that broke while it was built or tried, in a way that no other error foresees."""


@contextmanager
def plain_errors(doing: str) -> Iterator[None]:
    """Turn whatever breaks in others' code and files into a `NoonError`: one sentence, without paths.

    `doing` begins that sentence, such as "Loading the segmenter".
    """
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever it is, the part has failed
        cause = (error.__cause__ or error) if isinstance(error, InstantiationException) else error
        if isinstance(cause, NoonError):
            raise cause from None
        logger.error("%s ended in %s", doing, _place(cause))
        raise LoadError(
            f"{doing} ended in {type(cause).__name__}: reinstall Noon with its packages, "
            "or choose another one."
        ) from None


def load(name: str, config: DictConfig) -> Any:
    """The part that `config` describes; its files are compared with their checksums, where these are kept.

    `name` is segmenter, recognizer, foods, database or insights. Raises `NoonError` as `plain_errors` does.
    """
    with plain_errors(f"Loading the {name}"):
        for setting in FILES & set(config):
            checksums.verify(Path(config[setting]))
        part = instantiate(config)
        if check := CHECKS.get(name):
            check(part)
        if name == "insights" and "device" in config and zero_gpu.is_on():
            part = zero_gpu.GpuInsights(part)
    return part


def weights_mb(part: Any) -> float | None:
    """The MiB that a part's weights take where they are in this process, else None."""
    from torch.nn import Module  # noqa: PLC0415 - left to the thread that loads the models

    if memory_gb := getattr(part, "memory_gb", None):
        return float(memory_gb) * 1e9 / 2**20
    modules = [value for value in vars(part).values() if isinstance(value, Module)]
    tensors = [tensor for module in modules for tensor in (*module.parameters(), *module.buffers())]
    return sum(tensor.nbytes for tensor in tensors) / 2**20 if tensors else None


def why_unavailable(config: DictConfig) -> str:
    """Why there is no use in loading the part that `config` describes now, in a sentence; "" if there is."""
    if adapter := config.get("adapter"):
        return extra.why_unavailable(Path(adapter))
    repo_id = config.get("repo_id")
    if repo_id is None or hub.is_cached(repo_id, config.get("revision")) or hub.is_reachable():
        return ""
    return f"{model_name(repo_id)} is not in the local cache and the model hub can't be reached."


def why_too_slow(name: str, config: DictConfig, part: Any) -> str:
    """Why the part that `config` describes shouldn't answer unasked, in a sentence; "" if it should.

    Only models from the hub are measured: what ships is known to be quick, a GPU to be lent not here yet.
    """
    if "repo_id" not in config or zero_gpu.is_on():
        return ""
    try:
        return pace.why_too_slow(name, part)
    except NoonError as error:
        return str(error)


def _place(error: BaseException) -> str:
    """An error's type and where it came up, without its message, which may hold paths and secrets."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    where = f" in {frames[-1].f_globals.get('__name__')}, line {frames[-1].f_lineno}" if frames else ""
    return f"{type(error).__name__}{where}"
