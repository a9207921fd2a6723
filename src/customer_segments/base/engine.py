"""The engine behind every table: DuckDB, set up so that the same input gives the same bytes."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import duckdb

from customer_segments.base.errors import StudyError
from customer_segments.base.files import RUN_BY_SPREADSHEETS, SCRATCH

if TYPE_CHECKING:
    import ibis.expr.datatypes as dt
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend

MEMORY_LIMIT = "2GB"  # where tables are larger than memory, DuckDB works from disk beyond this


def connect(threads: int = 1, memory_limit: str | None = None) -> Backend:
    """The same as `opened`, for expressions."""
    import ibis

    return ibis.duckdb.from_connection(opened(threads, memory_limit))


def opened(threads: int = 1, memory_limit: str | None = None) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB in UTC that fetches nothing from outside; what exceeds `memory_limit` goes to disk."""
    settings: dict[str, Any] = {
        "threads": threads,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "python_enable_replacements": False,
        # A folder of its own: runs side by side would otherwise share `.tmp` in the working folder.
        "temp_directory": str(Path(tempfile.gettempdir(), f"{SCRATCH}{os.getpid()}_{uuid4().hex}")),
    }
    if memory_limit is not None:
        settings["memory_limit"] = memory_limit
    connection = duckdb.connect(config=settings)
    connection.execute("SET TimeZone = 'UTC'")
    # On where a notebook can draw it; asking where it cannot is refused.
    if connection.execute("SELECT current_setting('enable_progress_bar')").fetchone()[0]:
        connection.execute("SET enable_progress_bar = false")
    return connection


def materialised(table: ir.Table) -> ir.Table:
    """The table computed once and kept as a temporary one until the connection closes."""
    backend, name = table.get_backend(), f"kept_{uuid4().hex}"
    query, schema = backend.compile(table), table.schema()
    if (tape := getattr(backend, "tape", None)) is not None:
        tape[name] = query
    # As Ibis's own `.create_table()`, which would compile the query once more. Its `.cache()` also drops the table in
    # time, which fails from sqlglot 30.18 on (ibis issue 12101).
    columns = ", ".join(column.sql("duckdb") for column in schema.to_sqlglot_column_defs("duckdb"))
    backend._run_pre_execute_hooks(table)
    backend.raw_sql(f"CREATE TEMP TABLE {name} ({columns})")
    backend.raw_sql(f"INSERT INTO {name} {query}")
    return _table(backend, name, schema, catalog="temp", database="main")


def viewed(backend: Backend, query: str) -> ir.Table:
    """The rows of a query, worked out when they are needed."""
    name = f"seen_{uuid4().hex}"
    backend.raw_sql(f"CREATE TEMP VIEW {name} AS {query}")
    told = backend.raw_sql(f"DESCRIBE {name}").fetchall()
    return _table(backend, name, {column: backend.compiler.type_mapper.from_string(kind) for column, kind, *_ in told})


def _table(backend: Backend, name: str, schema: Mapping[str, dt.DataType], **place: str) -> ir.Table:
    """A table whose columns are known; Ibis's own `.table()` would ask for them, and load Arrow for the answer."""
    import ibis.expr.operations as ops

    return ops.DatabaseTable(name, schema, backend, ops.Namespace(**place)).to_expr()


def fetched(table: ir.Table) -> list[dict[str, Any]]:
    """The rows as Python values; Ibis's own ways would load Arrow and pandas for them."""
    backend = table.get_backend()
    backend._run_pre_execute_hooks(table)
    rows = backend.raw_sql(backend.compile(table)).fetchall()
    return [dict(zip(table.columns, row, strict=True)) for row in rows]


def answer(value: ir.Scalar) -> Any:
    """The one value that an expression comes to."""
    return next(iter(fetched(value.as_table())[0].values()))


def stored(table: ir.Table, path: Path, order_by: Sequence[str] = ()) -> ir.Table:
    """The table computed once, written to a Parquet file, and read from there when needed."""
    write_parquet(table, path, order_by)
    return read_parquet(table.get_backend(), path)


def write_parquet(table: ir.Table, path: Path, order_by: Sequence[str] = ()) -> None:
    """Write the table, sorted by columns that leave no ties, or in the order it comes; the folder must exist."""
    import ibis.expr.datatypes as dt

    as_microseconds = {
        name: dt.Timestamp(scale=6)
        for name, kind in table.schema().items()
        if kind.is_timestamp() and kind.timezone is None and kind.scale != 6
    }
    exact = table.cast(as_microseconds) if as_microseconds else table
    _copy(exact.order_by(list(order_by)) if order_by else exact, path, "FORMAT parquet, COMPRESSION zstd")


def write_csv(table: ir.Table, path: Path, most: int | None = None) -> None:
    """Write the first rows as CSV that is safe to open in a spreadsheet; the folder must exist."""
    texts = [name for name, kind in table.schema().items() if kind.is_string()]
    # A spreadsheet runs a text that begins so as a formula.
    runs = {name: table[name].left(1).isin(RUN_BY_SPREADSHEETS) for name in texts}
    safe = table.mutate(**{name: runs[name].ifelse("'" + table[name], table[name]) for name in texts})
    quoted = ", ".join(f'"{name}"' for name in texts)
    options = f"FORMAT csv, HEADER, FORCE_QUOTE ({quoted})" if texts else "FORMAT csv, HEADER"
    _copy(safe if most is None else safe.limit(most), path, options)


def _copy(table: ir.Table, path: Path, options: str) -> None:
    backend = table.get_backend()
    backend._run_pre_execute_hooks(table)
    backend.raw_sql(f"COPY ({backend.compile(table)}) TO {_literal(str(path))} ({options})")


def _literal(text: str) -> str:
    """A text inside SQL; Ibis writes it as Python does, which SQL reads otherwise where it holds an apostrophe."""
    return "'" + text.replace("'", "''") + "'"


def read_parquet(backend: Backend, path: Path) -> ir.Table:
    """The table in a Parquet file, read when it is needed."""
    if not path.exists():
        raise StudyError(f"{path} is missing: run the stage that makes it.")
    return viewed(backend, f"SELECT * FROM read_parquet({_literal(exactly(path))}, hive_partitioning = false)")


def exactly(path: Path) -> str:
    """The path as DuckDB reads it: it would take some signs for a pattern, and `name=value` for a column."""
    return re.sub(r"[*?[]", r"[\g<0>]", str(path))


def as_floats(table: ir.Table) -> ir.Table:
    """The table with its exact decimals as floating-point numbers, as pandas and scikit-learn expect them."""
    return table.cast({name: "float64" for name, kind in table.schema().items() if kind.is_decimal()})
