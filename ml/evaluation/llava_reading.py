"""The embedded LLaVA's answers for people to read."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ml.evaluation.llava_cases import Case


def write_transcripts(path: Path, cases: Sequence[Case], checked: Sequence[str]) -> None:
    """What was asked about photos that nobody trained on, and what the page would show."""
    lines = [
        "# What the embedded LLaVA says\n",
        "Written by `make evaluate-llava`: held-out photos, meals and questions, and the answers as they are "
        "shown, after the check against the facts. Chosen by the seed, not by quality.\n",
    ]
    for case, text in zip(cases, checked, strict=True):
        facts = ", ".join(
            f"{food.item.label} ({food.portion.mass_g.value:.0f} g)" for food in case.facts.foods
        )
        lines += [
            f"**Photo:** {_shown(case)}. **Facts:** {facts or 'none'}.\n",
            *(f"> {asked}\n>\n> {answered}\n" for asked, answered in case.turn.history),
            f"> {case.turn.question or '(no question)'}\n",
            f"{text or '(nothing passed the check)'}\n",
        ]
    path.write_text("\n".join(lines).rstrip() + "\n")


def write_blind(folder: Path, cases: Sequence[Case], checked: Sequence[str], builtin: Sequence[str]) -> None:
    """Both answers to each question, unnamed and in random order, and the key beside."""
    rng = np.random.default_rng(0)
    with (folder / "blind.md").open("w") as blind, (folder / "key.csv").open("w", newline="") as key:
        writer = csv.writer(key)
        writer.writerow(["number", "model"])
        for number, (case, *answers) in enumerate(zip(cases, checked, builtin, strict=True), 1):
            model = int(rng.integers(2))
            foods = ", ".join(food.item.label for food in case.facts.foods)
            first, second = answers if model == 0 else answers[::-1]
            asked = " / ".join([question for question, _ in case.turn.history] + [str(case.turn.question)])
            blind.write(f"## {number}. {asked}\nPhoto: {_shown(case)}. Facts: {foods}.\n\n")
            blind.write(f"A: {first}\n\nB: {second}\n\n")
            writer.writerow([number, "AB"[model]])


def _shown(case: Case) -> str:
    return ", ".join(case.in_photo) or "no food"
