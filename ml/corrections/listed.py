"""Several foods in one text: "an apple and a banana", "toast with butter", "Schnitzel mit Pommes"."""

from __future__ import annotations

import re

from ml.corrections.quantities import read_quantity
from ml.nutrition.search import FoodSearch

_JOINED = re.compile(r"\s*[,&+]\s*(?:and\s+)?|\s+(?:and|with|und|mit|y|con)\s+", re.IGNORECASE)


def listed(text: str, search: FoodSearch) -> list[str]:
    """The foods that a text lists, each with its amount; one where it is a name ("rice and beans").

    Only where each is the name of a food: of anything else the whole may be what is meant.
    """
    parts = [part.strip() for part in _JOINED.split(text)]
    names = [read_quantity(part).food for part in (text, *parts)]
    whole, *each = map(search.is_name, names)
    return parts if not whole and all(each) else [text]
