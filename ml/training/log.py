"""A CSV log of a training run and its plot."""

from __future__ import annotations

import csv
from pathlib import Path

from matplotlib.figure import Figure


class TrainingLog:
    """Appends rows to `log.csv` in a folder and redraws `log.png`: losses left, other measures right.

    A resumed run goes on in the same file.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "log.csv"

    def write(self, **values: float) -> None:
        """Add one row, print it, redraw the plot. `iteration` comes first and is the horizontal axis."""
        new = not self.path.exists()
        with self.path.open("a", newline="") as file:
            writer = csv.DictWriter(file, values.keys())
            if new:
                writer.writeheader()
            writer.writerow(values)
        print(" ".join(f"{name}={value:.4g}" for name, value in values.items()), flush=True)
        self._plot()

    def _plot(self) -> None:
        with self.path.open() as file:
            rows = list(csv.DictReader(file))
        figure = Figure(figsize=(8, 4), layout="constrained")
        losses, others = figure.subplots(1, 2)
        for name in rows[0]:
            axes = losses if "loss" in name else others if "_" in name else None
            if axes:
                axes.plot([int(r["iteration"]) for r in rows], [float(r[name]) for r in rows], label=name)
        for axes in (losses, others):
            axes.set_xlabel("iteration")
            axes.legend()
        figure.savefig(self.path.with_suffix(".png"), dpi=100)
