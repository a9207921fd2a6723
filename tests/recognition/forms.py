"""Exports as the files that systems write: delimited, fixed width, workbook, JSON, Parquet."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.malformed.packed import workbook

Table = dict[str, list[Any]]  # cells by column


@dataclass(frozen=True)
class Form:
    """How a system writes its tables."""

    kind: str = "csv"  # or xlsx, json, parquet, fixed
    delimiter: str = ","
    encoding: str = "utf-8"
    decimal: str = "."
    thousands: str = ""
    header: bool = True
    above: tuple[str, ...] = ()  # lines before the header
    total: str = ""  # what the last row is called, where there is one with sums
    quoted: bool = False  # every cell


def write(folder: Path, name: str, tables: dict[str, Table], form: Form) -> list[Path]:
    """One file a table, except that a workbook holds all as its sheets."""
    if form.kind == "xlsx":
        sheets = {sheet: _rows(table, form) for sheet, table in tables.items()}
        target = folder / f"{name}.xlsx"
        target.write_bytes(workbook(sheets))
        return [target]
    paths = [folder / (f"{part}.{'txt' if form.kind == 'fixed' else form.kind}") for part in tables]
    for path, table in zip(paths, tables.values(), strict=True):
        _WRITERS[form.kind](path, table, form)
    return paths


def _rows(table: Table, form: Form) -> list[list[Any]]:
    """Header, cells and what stands around them; numbers are still numbers."""
    rows = [list(cells) for cells in zip(*table.values(), strict=True)]
    if form.total:
        sums = [sum(filter(None, cells)) if _money(cells) else None for cells in table.values()]
        rows.append([form.total, *sums[1:]])
    wide = len(table)
    above = [[line, *[None] * (wide - 1)] for line in form.above]
    plain = [[float(cell) if isinstance(cell, Decimal) and form.kind == "xlsx" else cell for cell in row] for row in rows]
    return [*above, *([list(table)] if form.header else []), *plain]


def _money(cells: list[Any]) -> bool:
    return any(isinstance(cell, Decimal) for cell in cells) and not any(isinstance(cell, str) for cell in cells)


def _text(cell: Any, form: Form) -> str:
    """A cell as this system writes it."""
    if isinstance(cell, Decimal):
        written = f"{cell:,}" if form.thousands else f"{cell}"
        return written.translate(str.maketrans({",": form.thousands, ".": form.decimal}))
    return "" if cell is None else str(cell)


def _delimited(path: Path, table: Table, form: Form) -> None:
    def cell(text: str) -> str:
        bare = not form.quoted and not any(sign in text for sign in (form.delimiter, '"', "\n"))
        return text if bare else '"' + text.replace('"', '""') + '"'

    rows = [[_text(value, form) for value in row] for row in _rows(table, form)]
    above, rest = rows[: len(form.above)], rows[len(form.above) :]
    told = [row[0] for row in above] + [form.delimiter.join(map(cell, row)) for row in rest]
    path.write_bytes(("\r\n".join(told) + "\r\n").encode(form.encoding))


def _fixed(path: Path, table: Table, form: Form) -> None:
    rows = [[_text(value, form) for value in row] for row in _rows(table, form)]
    widths = [max(map(len, cells)) + 2 for cells in zip(*rows, strict=True)]
    told = ["".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    path.write_bytes(("\n".join(told) + "\n").encode(form.encoding))


def _plain(cell: Any) -> Any:
    return float(cell) if isinstance(cell, Decimal) else cell


def _json(path: Path, table: Table, form: Form) -> None:
    records = [dict(zip(table, map(_plain, row), strict=True)) for row in zip(*table.values(), strict=True)]
    path.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")


def _parquet(path: Path, table: Table, form: Form) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({name: [_plain(cell) for cell in cells] for name, cells in table.items()}), path)


_WRITERS = {"csv": _delimited, "fixed": _fixed, "json": _json, "parquet": _parquet}
