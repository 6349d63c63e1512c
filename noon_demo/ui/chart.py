"""The macro chart: where each food's energy comes from."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence

import matplotlib as mpl
from matplotlib.figure import Figure

from noon_demo.schemas import ItemJson
from noon_demo.ui import text

mpl.rcParams["svg.fonttype"] = "none"  # text stays text, in the page's own font
mpl.rcParams["svg.hashsalt"] = "noon"

KCAL_PER_G = {"protein": 4.0, "carbs": 4.0, "fat": 9.0}
"""Atwater's general factors (Merrill and Watt, USDA Agriculture Handbook 74, 1973)."""
MAX_BARS = 8
WIDTH_IN, BAR_IN, FRAME_IN = 5.2, 0.46, 0.95
FONT_PT = 12
NAME_CHARS = 18
MACRO_COLORS = {"protein": "#0072B2", "carbs": "#E69F00", "fat": "#CC79A7"}
"""Told apart with any colour vision: Okabe and Ito, "Color Universal Design" (2008)."""
INK, RULE = "#010203", "#030201"
"""Stand-ins that become the page's own colours, so that one chart suits light and dark."""


def macro_chart(items: Sequence[ItemJson]) -> str:
    """Stacked bars, a food each and the richest first, of the kcal from protein, carbohydrate and fat.

    Returns:
        A heading and an inline SVG in the page's own text colour and font; empty without nutrition.
    """
    rows = sorted((row for item in items if (row := _energy(item))), key=lambda row: -sum(row[1].values()))
    if not rows:
        return ""
    rows = rows[:MAX_BARS]
    figure = Figure(figsize=(WIDTH_IN, FRAME_IN + BAR_IN * len(rows)), layout="constrained")
    axes = figure.subplots()
    names = [textwrap.fill(name, NAME_CHARS) for name, _ in rows]
    left = [0.0] * len(rows)
    for macro, color in MACRO_COLORS.items():
        kcal = [energy[macro] for _, energy in rows]
        axes.barh(names, kcal, left=left, height=0.62, color=color, label=macro, edgecolor=INK, linewidth=0.6)
        left = [start + width for start, width in zip(left, kcal, strict=True)]
    axes.invert_yaxis()
    axes.set_xlabel("kcal", color=INK, fontsize=FONT_PT)
    axes.tick_params(colors=INK, labelsize=FONT_PT, length=0)
    axes.grid(axis="x", color=RULE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)
    figure.legend(
        loc="outside upper left", ncols=len(MACRO_COLORS), frameon=False, labelcolor=INK, fontsize=FONT_PT
    )
    return f'<h2 class="noon-heading">{text.ENERGY}</h2>{_themed_svg(figure, _description(rows))}'


def _energy(item: ItemJson) -> tuple[str, dict[str, float]] | None:
    if item.nutrition is None:
        return None
    grams = {"protein": item.nutrition.protein_g, "carbs": item.nutrition.carb_g, "fat": item.nutrition.fat_g}
    return f"{item.id} {item.label}", {macro: grams[macro] * KCAL_PER_G[macro] for macro in grams}


def _description(rows: Sequence[tuple[str, dict[str, float]]]) -> str:
    bars = (f"{name}: {', '.join(f'{m} {kcal:.0f}' for m, kcal in energy.items())}" for name, energy in rows)
    return f"Energy by macronutrient in kcal. {'; '.join(bars)}."


def _themed_svg(figure: Figure, description: str) -> str:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Title": description})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :].replace("<svg", '<svg role="img" class="noon-chart"', 1)
    return svg.replace(INK, "currentColor").replace(RULE, "var(--border-color-primary)")
