"""Coins and cards whose size is known, as a person names them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, cast

from ml.errors import NoonError

TABLE = Path(__file__).with_name("references.csv")
Kind = Literal["coin", "card"]


@dataclass(frozen=True)
class Reference:
    """An object of known size: a coin's diameter or a card's long side in centimetres."""

    name: str
    kind: Kind
    size_cm: float


@cache
def references() -> tuple[Reference, ...]:
    """All of references.csv, in its order; the file names the source of each size."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Reference(row["name"], cast(Kind, row["kind"]), float(row["size_mm"]) / 10)
            for row in csv.DictReader(file)
        )


def find_reference(name: str) -> Reference:
    """The reference with this name, whatever the case. Raises NoonError when there is none."""
    wanted = name.casefold().strip()
    found = next((reference for reference in references() if reference.name.casefold() == wanted), None)
    if found is None:
        raise NoonError(f"There is no coin or card called {name!r}; choose one of the list.")
    return found
