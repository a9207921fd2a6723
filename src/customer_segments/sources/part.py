"""One readable piece of a table: a file, or what a database or a web API sent, ready for DuckDB."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from customer_segments.base.contract import ROW
from customer_segments.base.engine import exactly

FORMATS = "source.formats"  # the setting that says how a table is written
# Unseen signs that stand around cells besides the blank and line ends.
RARE_BLANKS = "\t\u00a0\u2007\u202f\u200b\u200e\u200f\ufeff"
BLANKS = f" \r\n{RARE_BLANKS}"


Sample = list[list[str | None]]  # by column


@dataclass(frozen=True)
class BrokenRow:
    """A row of the source that could not be split into the header's cells."""

    row: int  # within its part, counted from 1 below the header
    reason: str
    content: str


@dataclass(frozen=True)
class Part:
    """Rows in the source's order: `query` yields the row's number and then the cells `_c0`, `_c1`, …"""

    name: str  # what a person calls it, without folders or secrets
    columns: tuple[str, ...]  # what the source calls the cells
    query: str
    sample: Sample  # some of the cells as text, from all over the part
    fingerprint: str  # SHA-256 of what was read
    facts: dict[str, str] = field(default_factory=dict)  # what was found out about how it is written
    blanks: str = RARE_BLANKS  # which of these occur in it, as far as is known
    broken: tuple[BrokenRow, ...] = ()
    reread: Callable[[], Part] | None = None  # reads row by row, for when the query meets rows that it cannot split


def cell(position: int) -> str:
    """What a query calls a cell: the source's own names could collide with ours."""
    return f"_c{position}"


def text_sample(rows: list[list[str | None]], width: int) -> Sample:
    """A sample from rows of text."""
    return [[row[place] for row in rows] for place in range(width)]


def quoted(name: str) -> str:
    """A name inside SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str | Path) -> str:
    """A text or a path inside SQL."""
    return "'" + str(text).replace("'", "''") + "'"


def parquet(path: Path) -> str:
    """The rows of a Parquet file inside SQL."""
    return f"read_parquet({literal(exactly(path))}, hive_partitioning = false)"


def saved(query: str, path: Path) -> str:
    """The SQL that writes a query's rows to a Parquet file."""
    return f"COPY ({query}) TO {literal(path)} (FORMAT parquet, COMPRESSION zstd)"


def sha256(path: Path) -> str:
    """A file's fingerprint."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def numbered(source: str, cells: list[str]) -> str:
    """A query over a DuckDB source that numbers its rows as they stand."""
    return f"SELECT row_number() OVER () AS {ROW}, {', '.join(cells)} FROM {source}"


def trimmed(cell: str, rare: str = RARE_BLANKS) -> str:
    """The SQL of a cell without the blanks around it; null where nothing is left."""
    # Looking at a cell's ends is far quicker than trimming it, and few cells need that.
    odd = [f"{cell} < '!'", *(f"suffix({cell}, '{sign}')" for sign in f"\r\n{rare}")]
    odd += [f"prefix({cell}, '{sign}')" for sign in rare]
    return (
        f"CASE WHEN {' OR '.join(odd)} THEN nullif(trim({cell}, '{BLANKS}'), '') "
        f"WHEN suffix({cell}, ' ') THEN rtrim({cell}) ELSE {cell} END"
    )
