"""Exports as the files that systems write: delimited, fixed width, workbook, JSON, Parquet."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

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
    above: Sequence[str] = ()  # lines before the header
    total: str = ""  # what the last row is called, where there is one with sums
    quoted: bool = False  # every cell


def write(folder: Path, name: str, tables: dict[str, Table], form: Form) -> list[Path]:
    """One file a table, except that a workbook holds all as its sheets."""
    if form.kind == "xlsx":
        target = folder / f"{name}.xlsx"
        above = [[line] for line in form.above]
        sheets = {sheet: [*above, *([_plain(cell) for cell in row] for row in _rows(table, form))]
                  for sheet, table in tables.items()}  # fmt: skip
        target.write_bytes(workbook(sheets))
        return [target]
    paths = [folder / f"{part}.{'txt' if form.kind == 'fixed' else form.kind}" for part in tables]
    for path, table in zip(paths, tables.values(), strict=True):
        _file(path, table, form)
    return paths


def _file(path: Path, table: Table, form: Form) -> None:
    plain = {name: list(map(_plain, cells)) for name, cells in table.items()}
    if form.kind == "parquet":
        pq.write_table(pa.table(plain), path)
    elif form.kind == "json":
        records = [dict(zip(plain, row, strict=True)) for row in zip(*plain.values(), strict=True)]
        path.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
    else:
        _text(path, [[_written(cell, form) for cell in row] for row in _rows(table, form)], form)


def _rows(table: Table, form: Form) -> Iterator[list[Any]]:
    """The header, the cells and a row of sums; numbers are still numbers."""
    if form.header:
        yield list(table)
    yield from map(list, zip(*table.values(), strict=True))
    if form.total:
        sums = [sum(cells) if isinstance(cells[0], Decimal) else None for cells in table.values()]
        yield [form.total, *sums[1:]]


def _text(path: Path, rows: list[list[str]], form: Form) -> None:
    with path.open("w", encoding=form.encoding, newline="") as file:
        file.writelines(f"{line}\r\n" for line in form.above)
        if form.kind == "csv":
            csv.writer(file, delimiter=form.delimiter, quoting=csv.QUOTE_ALL if form.quoted else 0).writerows(rows)
            return
        widths = [max(map(len, cells)) + 2 for cells in zip(*rows, strict=True)]
        for row in rows:
            file.write("".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() + "\n")


def _written(cell: Any, form: Form) -> str:
    """A cell as this system writes it."""
    if isinstance(cell, Decimal):
        return f"{cell:{',' if form.thousands else ''}}".translate({44: form.thousands, 46: form.decimal})
    return "" if cell is None else str(cell)


def _plain(cell: Any) -> Any:
    return float(cell) if isinstance(cell, Decimal) else cell
