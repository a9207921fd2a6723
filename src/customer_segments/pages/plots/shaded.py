"""Figures that are tables whose cells are coloured by the page: correlations, differences, cohorts."""

from __future__ import annotations

import html
from itertools import starmap
from typing import TYPE_CHECKING, NamedTuple

from customer_segments.base import registry, words

if TYPE_CHECKING:
    import pandas as pd

AVERAGE = "All cohorts"
DARKEST = 0.5  # of a colour on the paper: text can be read on it
FULL_AT = 2.0  # standard deviations from all customers


class Cell(NamedTuple):
    """A text, how far it lies above (or below) nothing from -1 to 1, and whether that can change no more."""

    text: str
    shade: float | None = None
    is_whole: bool = True


class Shaded(NamedTuple):
    """A table to look at; `data` has its numbers."""

    name: str
    title: str
    corner: str
    columns: list[str]
    rows: list[tuple[str, list[Cell]]]
    data: pd.DataFrame | None = None


def correlations(table: pd.DataFrame, title: str, decimals: int = 1, written_from: float = 0.0) -> Shaded:
    """Each pair once; values from `written_from` on are written."""
    names = [registry.label(name) for name in table.columns]

    def cell(row: int, column: int) -> Cell:
        value = table.iat[row, column]
        if column >= row or value != value:
            return Cell("")
        return Cell(words.signed(value, decimals) if abs(value) >= written_from else "", float(value))

    rows = [(names[row], [cell(row, column) for column in range(len(names) - 1)]) for row in range(1, len(names))]
    data = table.reset_index(names="column")
    return Shaded("correlations", title, "Column", names[:-1], rows, data)


def triangle(cells: pd.DataFrame, name: str, title: str, period: str) -> Shaded:
    """Rows by ages, shades from 0 to 1; what is not whole has none."""
    ages = sorted(cells["age"].unique())
    rows = []
    for row, found in cells.groupby("row", sort=False):
        by_age = found.set_index("age")[["text", "shade", "whole"]].to_dict("index")
        rows.append((row, [_of_age(by_age.get(age)) for age in ages]))
    corner = f"{period.capitalize()}s after the first order"
    data = cells[["row", "age"]].rename(columns={"row": "cohort"}).assign(value=cells["value"])
    return Shaded(name, title, corner, [str(age) for age in ages], rows, data)


def _of_age(found: dict | None) -> Cell:
    if found is None:
        return Cell("")
    text, shade, whole = found["text"], found["shade"], found["whole"] is True
    return Cell(text if text == text else "", float(shade) if whole and shade == shade else None, whole)


def differences(from_all: pd.DataFrame, texts: pd.DataFrame) -> Shaded:
    """Columns by segments, coloured by the difference from all customers, with typical values in the cells."""
    rows = []
    for place, label in enumerate(texts.index):
        shades = [*(from_all.iloc[place] / FULL_AT), *[None] * (texts.shape[1] - from_all.shape[1])]
        rows.append((label, list(starmap(_different, zip(texts.iloc[place], shades, strict=True)))))
    title = "Typical values, coloured by how far they lie above or below all customers"
    return Shaded("heatmap", title, "Column", list(texts.columns), rows, from_all.reset_index(names="column"))


def _different(text: str, shade: float | None) -> Cell:
    return Cell(text, None if shade is None or shade != shade else float(shade))


def as_html(table: Shaded) -> str:
    """The table; no colour says what its texts do not."""
    columns = "".join(f'<th scope="col">{words.escaped(name)}</th>' for name in table.columns)
    rows = "".join(
        f'<tr{_average(name)}><th scope="row">{words.escaped(name)}</th>{"".join(map(_cell, cells))}</tr>'
        for name, cells in table.rows
    )
    head = f"<thead><tr><th>{html.escape(table.corner)}</th>{columns}</tr></thead>"
    body = f"<caption>{html.escape(table.title)}</caption>{head}<tbody>{rows}</tbody>"
    label = html.escape(table.title)
    return (
        f'<div class="table" tabindex="0" role="group" aria-label="{label}"><table class="shaded">{body}</table></div>'
    )


def _average(name: str) -> str:
    return ' class="average"' if name == AVERAGE else ""


def _cell(cell: Cell) -> str:
    kind = "" if cell.is_whole else ' class="unfinished"'
    if cell.shade is None:
        return f"<td{kind}>{words.escaped(cell.text)}</td>"
    kind = ' class="below"' if cell.shade < 0 else ""
    return f'<td{kind} style="--shade: {strength(cell.shade):.2f}">{words.escaped(cell.text)}</td>'


def strength(shade: float) -> float:
    """How much of its colour a cell takes, so that its text can always be read."""
    return DARKEST * min(abs(shade), 1.0)
