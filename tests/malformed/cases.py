"""What a case of the corpus is: the files as a person has them, and what must come of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

Content = bytes | Callable[[], bytes]


class Result(NamedTuple):
    """The table is collected."""

    rows: int
    broken: int = 0
    cells: Mapping[tuple[int, str], Any] = {}  # by row and column; a set holds all values that are right
    unreadable: Mapping[int, str] = {}  # by row, the column that must be named there; no other row may have one
    honest: Mapping[tuple[int, str], Any] = {}  # this value, or none and the column named as unreadable
    columns: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    reasons: Mapping[int, str] = {}  # by row, why it is broken


class Refused(NamedTuple):
    """One sentence; it must hold these words, each."""

    words: tuple[str, ...] = ()
    names_file: bool = True


Expected = Result | Refused


@dataclass(frozen=True)
class Case:
    """Files below data/external/, the place that `source` names, and what must come of it (or any of several)."""

    name: str
    files: Mapping[str, Content]
    expected: tuple[Expected, ...]
    table: str = "customers"
    place: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


CASES: list[Case] = []

TWO = b"customer_id,age\na,20\nb,30\n"  # as it should be, and what is read of it
READ = {(1, "customer_id"): "a", (2, "age"): 30.0}
BOTH = Result(2, cells=READ)


def case(name: str, files: Mapping[str, Content], *expected: Expected, **more: Any) -> None:
    """Add a case; the place is the first file unless it is named."""
    place = more.pop("place", next(iter(files), ""))
    CASES.append(Case(name, files, expected, place=place, **more))


def customers(name: str, content: Content | str, *expected: Expected, file: str = "customers.csv", **more: Any) -> None:
    """Add a case of one customers file."""
    case(name, {file: content.encode() if isinstance(content, str) else content}, *expected, **more)


COLUMNS = ("invoice_id", "product", "quantity", "unit_price", "ordered_at", "customer_id")
USUAL = dict(zip(COLUMNS, ("A{row}", "cup", "2", "9.5", "2024-01-05 10:00:00", "c{row}"), strict=True))


def lines(name: str, column: str, cells: list[str], *expected: Expected, delimiter: str = ",", **more: Any) -> None:
    """Add a case of transactions that are as they should be, but for one column."""
    rows = []
    for row, written in enumerate(cells, 1):
        usual = {key: value.format(row=row) for key, value in USUAL.items()} | {column: written}
        rows.append(delimiter.join(_quoted(cell, delimiter) for cell in usual.values()))
    text = "\n".join([delimiter.join(COLUMNS), *rows, ""])
    case(name, {"transactions.csv": text.encode()}, *expected, table="transactions", **more)


def _quoted(cell: str, delimiter: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(sign in cell for sign in (delimiter, '"', "\n")) else cell


def number(name: str, written: str, *values: float | None, **more: Any) -> None:
    """Add a case of one unit price among usual ones; no value means that it cannot be read."""
    known = {(2, "unit_price"): set(values)}
    expected = Result(5, cells=known) if values else Result(5, unreadable={2: "unit_price"})
    lines(name, "unit_price", ["9.5", written, "1.25", "3", "12.95"], expected, **more)


def day(name: str, written: str, *values: str, usual: str = "2024-01-05 10:00:00", **more: Any) -> None:
    """Add a case of one time of order among usual ones; no value means that it cannot be read."""
    known = {(2, "ordered_at"): {datetime.fromisoformat(value) for value in values}}
    expected = Result(5, cells=known) if values else Result(5, unreadable={2: "ordered_at"})
    lines(name, "ordered_at", [usual, written, usual, usual, usual], expected, **more)


def days(name: str, written: list[str], values: list[str], **more: Any) -> None:
    """Add a case in which every time of order is written like this."""
    known = {(row, "ordered_at"): datetime.fromisoformat(value) for row, value in enumerate(values, 1)}
    lines(name, "ordered_at", written, Result(len(written), cells=known), **more)
