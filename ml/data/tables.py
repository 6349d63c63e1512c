"""Tables in CSV files."""

from __future__ import annotations

import csv
from pathlib import Path


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a file in UTF-8, by the names in its first line. Raises OSError."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
