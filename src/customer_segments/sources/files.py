"""Read one CSV or Parquet file as text, give its columns our names, and turn cells into their kinds.

A cell that cannot be read stays in the row's `unreadable` text; cleaning decides what becomes of the row.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from customer_segments import words
from customer_segments.contract import ROW, TABLES, UNREADABLE
from customer_segments.errors import StudyError

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend

READERS = {
    ".csv": "read_csv({path}, all_varchar = true, header = true)",
    ".gz": "read_csv({path}, all_varchar = true, header = true)",
    ".parquet": "read_parquet({path})",
}
YES, NO = "('yes', 'y', 'true', 't', '1')", "('no', 'n', 'false', 'f', '0')"
TYPED = {
    "text": "{cell}",
    "number": "CASE WHEN isfinite(try_cast({cell} AS DOUBLE)) THEN try_cast({cell} AS DOUBLE) END",
    "time": "try_cast({cell} AS TIMESTAMP)",
    "date": "try_cast({cell} AS DATE)",
    "flag": f"CASE WHEN lower({{cell}}) IN {YES} THEN true WHEN lower({{cell}}) IN {NO} THEN false END",
}


def read(connection: Backend, table: str, path: Path, names: dict[str, str]) -> ir.Table:
    """Read the file as a `customers` or `transactions` table; `names` maps our column names to the file's."""
    source = _reader(path)
    try:
        found = [column[0] for column in connection.raw_sql(f"DESCRIBE SELECT * FROM {source}").fetchall()]
        known, extra = _assign_columns(table, found, names, path)
        connection.raw_sql(f"CREATE OR REPLACE TEMP TABLE {table}_text AS {_text_query(source, known | extra)}")
        if connection.raw_sql(f"SELECT count(*) FROM {table}_text").fetchone()[0] == 0:
            raise StudyError(f"{path.name} has a header and no rows: export it again with its data.")
        query = _typed_query(connection, table, list(known), list(extra))
        connection.raw_sql(f"CREATE OR REPLACE TEMP VIEW {table}_collected AS {query}")
        return connection.table(f"{table}_collected")
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise StudyError(
            f"{path.name} could not be read ({reason}): export it again as UTF-8 CSV or Parquet."
        ) from None


def _reader(path: Path) -> str:
    """The DuckDB call that reads this file."""
    if not path.is_file():
        remedy = "put it there, or correct `source:` in params.yaml"
        raise StudyError(f"The source file {path.name} is not in {path.parent.name}/: {remedy}.")
    if path.suffix not in READERS:
        raise StudyError(
            f"{path.name}: files ending in {words.listed(READERS, 'or')} can be read; export it as one of them."
        )
    if path.stat().st_size == 0:
        raise StudyError(f"{path.name} is empty: export it again with its data.")
    return READERS[path.suffix].format(path=_quoted(str(path), "'"))


def _assign_columns(
    table: str, found: list[str], names: dict[str, str], path: Path
) -> tuple[dict[str, str], dict[str, str]]:
    """Our name for each of the file's columns: those of the contract, and the others as attributes."""
    unknown = [name for name in names.values() if name not in found]
    if unknown:
        raise StudyError(
            f"{path.name} has no column {unknown[0]!r}; it has {words.listed(map(repr, found))}: "
            f"correct `source.columns.{table}` in params.yaml."
        )
    known = {column.name: names.get(column.name, column.name) for column in TABLES[table]}
    known = {ours: theirs for ours, theirs in known.items() if theirs in found}
    missing = [column.name for column in TABLES[table] if column.required and column.name not in known]
    if missing:
        raise StudyError(
            f"{path.name} has no column for `{missing[0]}`; it has {words.listed(map(repr, found))}: "
            f"name it in params.yaml as `source.columns.{table}.{missing[0]}`."
        )
    extra = {_snake_case(theirs): theirs for theirs in found if theirs not in known.values()}
    return known, {ours: theirs for ours, theirs in extra.items() if ours not in known}


def _text_query(source: str, columns: dict[str, str]) -> str:
    """Every cell as trimmed text, empty cells as missing, rows numbered as they stand."""
    cells = [
        f"nullif(trim(CAST({_quoted(theirs)} AS VARCHAR)), '') AS {_quoted(ours)}" for ours, theirs in columns.items()
    ]
    return f"SELECT row_number() OVER () AS {ROW}, {', '.join(cells)} FROM {source}"


def _typed_query(connection: Backend, table: str, known: list[str], extra: list[str]) -> str:
    """Cells as their kinds; an extra column is a number where all its cells are."""
    kinds = {column.name: column.kind for column in TABLES[table] if column.name in known}
    kinds |= {name: _kind_of_extra(connection, table, name) for name in extra}
    typed = {name: TYPED[kind].format(cell=_quoted(name)) for name, kind in kinds.items()}
    failed = [_failed(name, typed[name]) for name, kind in kinds.items() if kind != "text"]
    unreadable = f"nullif(concat_ws('; ', {', '.join(failed)}), '')" if failed else "CAST(NULL AS VARCHAR)"
    cells = ", ".join(f"{cell} AS {_quoted(name)}" for name, cell in typed.items())
    return f"SELECT {ROW}, {cells}, {unreadable} AS {UNREADABLE} FROM {table}_text"


def _failed(name: str, typed: str) -> str:
    """The column and its text where there is text and no value."""
    cell, prefix = _quoted(name), _quoted(f"{name}: ", "'")
    return f"CASE WHEN {cell} IS NOT NULL AND {typed} IS NULL THEN {prefix} || {cell} END"


def _kind_of_extra(connection: Backend, table: str, name: str) -> str:
    cell = _quoted(name)
    numeric = f"bool_and({TYPED['number'].format(cell=cell)} IS NOT NULL) FILTER ({cell} IS NOT NULL)"
    return "number" if connection.raw_sql(f"SELECT {numeric} FROM {table}_text").fetchone()[0] else "text"


def _snake_case(name: str) -> str:
    words_apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[^a-z0-9]+", "_", words_apart.lower()).strip("_") or "column"


def _quoted(text: str, quote: str = '"') -> str:
    return quote + text.replace(quote, quote * 2) + quote
