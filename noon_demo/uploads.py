"""Photos that visitors sent, and which files of this machine a request may name."""

from __future__ import annotations

from pathlib import Path

from gradio.utils import get_upload_folder

from noon_demo.config import ROOT

EXAMPLES = ROOT / "assets" / "examples"


def sent_photo(value: object) -> Path | None:
    """The file that a request's `{"path": ...}` names, if it may name it.

    Whoever calls an endpoint writes that path, so only files inside the upload folder and the examples count,
    links resolved. Everything else is None, whether or not it exists.
    """
    path = value.get("path") if isinstance(value, dict) else None
    if not isinstance(path, str) or "\0" in path:
        return None
    file = Path(path).resolve()
    folders = (Path(get_upload_folder()).resolve(), EXAMPLES)
    return file if file.is_file() and any(map(file.is_relative_to, folders)) else None
