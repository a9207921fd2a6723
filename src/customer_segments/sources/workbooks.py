"""Workbooks of Excel and LibreOffice: one sheet, its first filled row as the header."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customer_segments.base import words
from customer_segments.base.errors import StudyError
from customer_segments.base.params import Format
from customer_segments.sources.part import FORMATS, BrokenRow, Cells, Part, filled_columns, part_of_rows, sha256

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

LOOKED_AT = 1_000  # rows in which columns without a name are looked for


def read(path: Path, name: str, given: Format, scratch: Path) -> Part:
    """The sheet named by hand, or the only one that holds anything."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_path(str(path))
        sheet = _sheet(workbook, name, given.sheet)
        rows = sheet.iter_rows()
        header = next((row for row in rows if any(cell != "" for cell in row)), None)
    except CalamineError as error:
        locked = "password" in str(error).lower() or "encrypt" in str(error).lower()
        reason = "is locked with a password" if locked else "is damaged, or no workbook at all"
        raise StudyError(f"{name} {reason}: save it again as .xlsx without a password, or as CSV.") from None
    if header is None:
        raise StudyError(f"{name}, sheet {sheet.name!r}, is empty: name another as `sheet`.", setting=FORMATS)
    first = list(islice(rows, LOOKED_AT))
    texts = [[_text(cell) or "" for cell in row] for row in (header, *first)]
    columns = filled_columns(texts[0], texts[1:], name)
    filled = _rows(chain(first, rows), len(columns))
    return part_of_rows(name, columns, filled, sha256(path), {"sheet": sheet.name}, scratch)


def _sheet(workbook: CalamineWorkbook, name: str, wanted: str | None) -> CalamineSheet:
    if wanted is not None:
        if wanted not in workbook.sheet_names:
            has = words.listed(repr(each) for each in workbook.sheet_names)
            raise StudyError(f"{name} has no sheet {wanted!r}; it has {has}: correct `sheet`.", setting=FORMATS)
        return workbook.get_sheet_by_name(wanted)
    visible = [each.name for each in workbook.sheets_metadata if str(each.visible).endswith("Visible")]
    sheets = [workbook.get_sheet_by_name(each) for each in visible]
    filled = [sheet for sheet in sheets if sheet.height] or sheets
    if len(filled) != 1:
        has = words.listed(repr(sheet.name) for sheet in filled) or "none that is visible"
        raise StudyError(f"{name} has several sheets ({has}): name one as `sheet`.", setting=FORMATS)
    return filled[0]


def _rows(rows: Iterable[list[Any]], width: int) -> Iterator[Cells | BrokenRow]:
    """Rows of text, as wide as the header; wholly empty rows are none."""
    for row in rows:
        cells = [_text(cell) for cell in row]
        if any(cells[width:]):
            yield BrokenRow(
                f"it has a value beyond the header's {width:,} columns", json.dumps(cells, ensure_ascii=False)
            )
        elif any(cell is not None for cell in cells):
            yield cells[:width] + [None] * (width - len(cells))


def _text(cell: Any) -> str | None:
    """A cell as text: whole numbers without the point that workbooks give all numbers, times as ISO 8601."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time | timedelta):
        return str(cell)
    return str(cell).strip() or None
