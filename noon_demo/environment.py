"""Settings from the environment and `.env` files: blank ones are unset, misspelt names pointed out."""

from __future__ import annotations

import logging
import os
from collections.abc import Collection
from pathlib import Path

from dotenv import load_dotenv
from rapidfuzz import fuzz, process

logger = logging.getLogger(__name__)

OURS = "NOON_"
PREFIXES = (OURS, "GRADIO_", "HF_", "RAY_", "FORWARDED_ALLOW_IPS")


def read(folders: Collection[Path]) -> None:
    """Add to the environment what each folder's `.env` holds and it lacks; a blank counts as none."""
    _unset_blanks()
    for folder in folders:
        load_dotenv(folder / ".env")
        _unset_blanks()


def point_out_misspelt(known: Collection[str]) -> None:
    """Log a line for each variable that begins as ours do and is none of the `known`."""
    for name in sorted(os.environ):
        if name.startswith(OURS) and name not in known:
            nearest, *_ = process.extractOne(name, sorted(known), scorer=fuzz.WRatio, processor=_what_for)
            logger.warning("%s is not a setting and has no effect; did you mean %s?", name, nearest)


def _what_for(name: str) -> str:
    """A variable's name without what tells whose it is, such as REMOTE_MODEL."""
    return name.partition("_")[2]


def _unset_blanks() -> None:
    for name, value in list(os.environ.items()):
        if name.startswith(PREFIXES) and not value.strip():
            del os.environ[name]
