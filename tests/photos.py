"""Photos that tests send: our own rendered meals, whose foods and places are known."""

from __future__ import annotations

from pathlib import Path

MEALS = Path(__file__).parent / "meals"
MEAL = MEALS / "breakfast.jpg"
