"""The nutrition table and the headline above it, as HTML."""

from __future__ import annotations

from html import escape

from noon_demo.schemas import AnalysisResponse, ItemJson, TotalsJson
from noon_demo.ui.masks import item_color
from noon_demo.ui.text import confidence_words, number, span

COLUMNS = {
    "calories": ("Energy", "kcal"),
    "protein_g": ("Protein", "g"),
    "carb_g": ("Carbs", "g"),
    "fat_g": ("Fat", "g"),
    "fiber_g": ("Fibre", "g"),
    "sugar_g": ("Sugar", "g"),
    "sodium_mg": ("Sodium", "mg"),
    "saturated_fat_g": ("Sat. fat", "g"),
}
HEADLINE = ("protein_g", "carb_g", "fat_g")


def headline(totals: TotalsJson) -> str:
    """The meal's energy and macronutrients, each with its range."""
    low, high = totals.calories_range
    macros = "".join(_macro(totals, key) for key in HEADLINE)
    return (
        '<div class="noon-totals"><p class="noon-energy">'
        f"<strong>{number(totals.calories)}</strong> kcal "
        f"<span>likely {span(low, high)}</span></p><dl>{macros}</dl></div>"
    )


def _macro(totals: TotalsJson, key: str) -> str:
    name, unit = COLUMNS[key]
    return (
        f"<div><dt>{name}</dt><dd>{number(getattr(totals, key))} {unit} "
        f"<small>{span(*getattr(totals, f'{key}_range'))}</small></dd></div>"
    )


def nutrition_table(response: AnalysisResponse) -> str:
    """One row an item, then the totals with their ranges and their share of the daily value."""
    head = "".join(f'<th scope="col">{name} <small>{unit}</small></th>' for name, unit in COLUMNS.values())
    body = "".join(_item_row(item) for item in response.detected_items)
    foot = _total_rows(response.nutrition) if response.nutrition else ""
    return (
        '<div class="noon-table" role="region" aria-label="Nutrition table" tabindex="0"><table>'
        f'<thead><tr><th scope="col">Item</th><th scope="col">Amount <small>g</small></th>{head}</tr></thead>'
        f"<tbody>{body}</tbody><tfoot>{foot}</tfoot></table></div>"
    )


def _item_row(item: ItemJson) -> str:
    values = item.nutrition
    cells = "".join(f"<td>{number(getattr(values, key)) if values else '–'}</td>" for key in COLUMNS)
    return (
        f'<tr data-item="{item.id}"><th scope="row">{_name(item)}</th>'
        f"<td>{number(item.mass_g)} <small>{span(*item.mass_g_range)}</small></td>{cells}</tr>"
    )


def _name(item: ItemJson) -> str:
    sureness = f"{confidence_words(item.confidence)}, {item.confidence:.0%}"
    if item.mask is None:
        sureness = "named by eye"
    if item.nutrition is None:
        sureness = "not counted"
    return (
        f'<div class="noon-item"><i style="background: {item_color(item.id)}"></i>'
        f"<div>{item.id} {escape(item.label)} <small>{sureness}</small></div></div>"
    )


def _total_rows(totals: TotalsJson) -> str:
    sums = "".join(
        f"<td>{number(getattr(totals, key))} <small>{span(*getattr(totals, f'{key}_range'))}</small></td>"
        for key in COLUMNS
    )
    shares = totals.daily_values_percent
    daily = "".join(f"<td>{f'{shares[key]:.0f}%' if key in shares else '–'}</td>" for key in COLUMNS)
    return (
        f'<tr><th scope="row" colspan="2">Total</th>{sums}</tr>'
        f'<tr><th scope="row" colspan="2">% of daily value</th>{daily}</tr>'
    )
