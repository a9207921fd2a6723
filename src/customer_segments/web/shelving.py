"""What pages ask of a finished run's customers, made once by the worker and kept beside the run.

One table of all that is shown of customers and one of their orders, in the order of their numbers, and what is usual in
each column: the web process neither joins nor sorts many rows for it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import ceil, floor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customer_segments.base.files import write_text
from customer_segments.web.kinds import kind, quoted
from customer_segments.web.names import CUSTOMERS, ORDERS, USUAL

if TYPE_CHECKING:
    import duckdb

SUMS = {"net_quantity": "items", "net_revenue": "revenue"}  # of an order, where its lines tell them
ROWS_TOGETHER = 20_480
PERCENTILES = [place / 100 for place in range(101)]


def shelve(folder: Path) -> None:
    """Lay all of it beside a run."""
    import duckdb

    with duckdb.connect() as connection:
        _customers(connection, folder)
        _orders(connection, folder)
    note_usual(folder)


def _customers(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    processed = folder / "data/processed"
    customers, again = processed / "segmented_customers.parquet", processed / "returning.parquet"
    query = f"FROM {_table(customers)} customers"
    if again.exists():
        query += f" LEFT JOIN {_table(again)} again USING (customer_id)"
    write(connection, f"{query} ORDER BY customer_id", folder / CUSTOMERS)


def _orders(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """The latest order of each customer first; nothing in a study without orders."""
    lines = folder / "data/interim/lines.parquet"
    if lines.exists():
        table = _table(lines)
        held = {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()}
        told = [f"sum({name})::DOUBLE AS {ours}" for name, ours in SUMS.items() if name in held]
        sums = ", ".join(["count(*) AS lines", *told])
        query = f"SELECT customer_id, invoice_id, min(ordered_at) AS day, {sums} FROM {table}"
        write(connection, f"{query} GROUP BY 1, 2 ORDER BY customer_id, day DESC, invoice_id", folder / ORDERS)


def write(connection: duckdb.DuckDBPyConnection, query: str, target: Path) -> None:
    """In small groups of rows, so that the few of a page are read without their neighbours; packed to be read fast."""
    target.parent.mkdir(exist_ok=True)
    partial = target.with_suffix(".partial")
    how = f"FORMAT parquet, COMPRESSION lz4_raw, ROW_GROUP_SIZE {ROWS_TOGETHER}"
    connection.execute(f"COPY ({query}) TO {_text(partial)} ({how})")
    partial.replace(target)


def note_usual(folder: Path) -> None:
    """What each column holds, how it is spread, and what is usual in each segment, of the table that is there."""
    import duckdb

    with duckdb.connect() as connection:
        table = _table(folder / CUSTOMERS)
        columns = {row[0]: row[1] for row in connection.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()}
        by_kind = {
            wanted: [name for name, stored in columns.items() if kind(stored) == wanted and name != "customer_id"]
            for wanted in ("number", "text", "flag")
        }
        told = {
            "columns": columns,
            "numbers": _numbers(connection, table, by_kind["number"]),
            "answers": {
                name: _answers(connection, table, name) for name in columns if name in by_kind["text"] + by_kind["flag"]
            },
        }
    write_text(json.dumps(told, ensure_ascii=False, allow_nan=False), folder / USUAL)


def _numbers(connection: duckdb.DuckDBPyConnection, table: str, names: Sequence[str]) -> dict[str, Any]:
    """Of each column its percentiles, whether it holds whole numbers only, and each segment's median."""
    if not names:
        return {}
    known = {name: f"FILTER (isfinite({quoted(name)}::DOUBLE))" for name in names}
    counts = ", ".join(
        f"count(*) {only}, "
        f"count(*) FILTER (isfinite({quoted(name)}::DOUBLE) AND {quoted(name)} <> floor({quoted(name)}))"
        for name, only in known.items()
    )
    middle = ", ".join(f"median({quoted(name)}::DOUBLE) {only}" for name, only in known.items())
    of_all = connection.execute(f"SELECT {counts} FROM {table}").fetchone()
    of_each = connection.execute(f"SELECT segment, {middle} FROM {table} GROUP BY segment ORDER BY segment").fetchall()
    return {
        name: {
            "points": _points(connection, table, name, of_all[2 * place]),
            "whole": of_all[2 * place + 1] == 0,
            "medians": {str(segment): medians[place] for segment, *medians in of_each},
        }
        for place, name in enumerate(names)
    }


def _points(connection: duckdb.DuckDBPyConnection, table: str, name: str, count: int) -> list[float] | None:
    """The percentiles as `quantile_cont` has them, which would look through the whole column for each of them."""
    if not count:
        return None
    places = [(count - 1) * share for share in PERCENTILES]
    wanted = sorted({bound for place in places for bound in (floor(place), ceil(place))})
    found = connection.execute(
        f"WITH held AS (SELECT {quoted(name)}::DOUBLE AS value, count(*) AS customers FROM {table} "
        f"WHERE isfinite({quoted(name)}::DOUBLE) GROUP BY 1), "
        "ranked AS (SELECT value, sum(customers) OVER (ORDER BY value) AS until FROM held) "
        f"SELECT place, value FROM (SELECT unnest({wanted}) AS place) ASOF JOIN ranked ON place < until"
    )
    value = dict(found.fetchall())
    low, high = ([value[bound(place)] for place in places] for bound in (floor, ceil))
    parts = [place % 1 for place in places]
    return [below * (1 - part) + above * part for below, above, part in zip(low, high, parts, strict=True)]


def _answers(connection: duckdb.DuckDBPyConnection, table: str, name: str) -> dict[str, Any]:
    """The most frequent answer of all and of each segment, and how many there are; none at all counts for all only."""
    counted = f"(SELECT segment, {quoted(name)} AS answer, count(*) AS customers FROM {table} GROUP BY 1, 2)"
    first = "ORDER BY sum(customers) DESC, answer LIMIT 1"
    most = connection.execute(f"SELECT answer FROM {counted} GROUP BY answer {first}").fetchone()
    of_each = connection.execute(
        f"SELECT segment, answer FROM {counted} WHERE answer IS NOT NULL "
        "QUALIFY row_number() OVER (PARTITION BY segment ORDER BY customers DESC, answer) = 1 ORDER BY segment"
    ).fetchall()
    different = connection.execute(f"SELECT count(DISTINCT answer) FROM {counted}").fetchone()[0]
    return {
        "most": most and most[0],
        "different": different,
        "of_each": {str(segment): answer for segment, answer in of_each},
    }


def _table(path: Path) -> str:
    return f"read_parquet({_text(path)})"


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
