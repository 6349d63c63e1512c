"""What messages and logs may show of addresses and paths, whose other parts can hold secrets."""

from __future__ import annotations

import re
from pathlib import Path, PureWindowsPath
from urllib.parse import urlsplit

HUB_NAME = re.compile(r"\w[\w.-]*(/\w[\w.-]*)?")
"""A model's name on the hub, with or without its owner's."""


def host_of(url: str) -> str:
    """The host of an address, without user name, password, port and path.

    >>> host_of("https://me:secret@hub.example.org:8443/v1?key=secret")
    'hub.example.org'
    """
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises where a password holds a slash, and what looks like the host is a user name
        return parts.hostname or "an address without a host"
    except ValueError:
        return "an address that can't be read"


def name_of(path: str | Path) -> str:
    """The last part of a path of this system's or Windows' kind.

    >>> name_of("/srv/noon/foods.csv")
    'foods.csv'
    """
    return PureWindowsPath(path).name


def model_name(repo_id: str) -> str:
    """A model as messages and results name it: as on the hub, or the bare name of a folder.

    >>> model_name("facebook/sam2.1-hiera-tiny"), model_name("/srv/models/sam2")
    ('facebook/sam2.1-hiera-tiny', 'sam2')
    """
    is_public = HUB_NAME.fullmatch(repo_id) and not Path(repo_id).is_dir()
    return repo_id if is_public else name_of(repo_id)
