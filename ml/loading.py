"""Building a part from its config, with checksums before and a self-test after."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from typing import Any

from hydra.errors import InstantiationException
from hydra.utils import instantiate
from omegaconf import DictConfig

from ml import checksums
from ml.errors import NoonError
from ml.self_test import CHECKS

logger = logging.getLogger(__name__)

FILES = {"adapter", "foods", "path", "recognizer", "weights"}
"""Settings of parts that name files or folders that ship."""


class LoadError(NoonError):
    """A part that broke while it was built, in a way that no other error foresees."""


def load(name: str, config: DictConfig) -> Any:
    """The part that `config` describes; its files are compared with their checksums, where these are kept.

    `name` is segmenter, recognizer, foods, database or insights.

    Raises:
        NoonError: one plain sentence, without paths, whatever went wrong.
    """
    try:
        for setting in FILES & set(config):
            checksums.verify(Path(config[setting]))
        part = instantiate(config)
        if check := CHECKS.get(name):
            check(part)
    except Exception as error:  # noqa: BLE001 - others' code and files: whatever breaks there, the part has failed
        cause = (error.__cause__ or error) if isinstance(error, InstantiationException) else error
        if isinstance(cause, NoonError):
            raise cause from None
        logger.error("The %s broke while loading: %s", name, _place(cause))
        raise LoadError(
            f"Something in it broke ({type(cause).__name__}): reinstall Noon and its packages, "
            "or choose another."
        ) from None
    return part


def _place(error: BaseException) -> str:
    """An error's type and where it came up, without its message, which may hold paths and secrets."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    where = f" in {frames[-1].f_globals.get('__name__')}, line {frames[-1].f_lineno}" if frames else ""
    return f"{type(error).__name__}{where}"
