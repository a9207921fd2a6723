"""Recency, frequency, monetary: the classic three numbers of each customer, straight from invoice lines."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import duckdb

from customer_segments.base import engine
from customer_segments.base.contract import tells_money
from customer_segments.base.errors import StudyError
from customer_segments.base.files import scratch_folder
from customer_segments.base.money import amount_in_sql
from customer_segments.sources import plainly
from customer_segments.sources.plainly import Lines

FOUND = "found"


def rfm(place: str | Path, threads: int = 1, memory_limit: str | None = None) -> duckdb.DuckDBPyRelation:
    """RFM of the sales in invoice lines as they stand in files: read once, nothing collected or cleaned.

    Counts lines with a customer, a quantity and a price above zero on invoices that are no cancellations (`C…`), as
    most published studies do; it does not take returns off, which the pipeline does. Looks back from a day after the
    last line. Where the lines tell no money, there is no monetary. What comes is a relation of DuckDB: `.df()`,
    `.pl()` and `.arrow()` make a frame of it, `.fetchall()` rows.
    """
    connection = engine.opened(threads, memory_limit)
    with scratch_folder() as scratch:
        if not _plainly(connection, Path(place), Path(scratch)):
            _carefully(connection, place, Path(scratch))
    connection.execute(f"CREATE TEMP TABLE rfm AS SELECT * EXCLUDE (doubt) FROM {FOUND}")
    return connection.table("rfm")


def _plainly(connection: duckdb.DuckDBPyConnection, path: Path, scratch: Path) -> bool:
    """Whether the lines could be read as most are written, and nothing throws doubt on what came out."""
    if (lines := plainly.lines(path, scratch)) is None:
        return False
    try:
        connection.execute(f"CREATE TEMP TABLE {FOUND} AS {_rfm_of(lines)}")
    except duckdb.Error:
        return False
    return connection.execute(f"SELECT count(*) FROM {FOUND} WHERE doubt").fetchone() == (0,)


def _carefully(connection: duckdb.DuckDBPyConnection, place: str | Path, scratch: Path) -> None:
    """The same of whatever a study could read."""
    from customer_segments.base.params import Format
    from customer_segments.sources import files, tables

    parts = files.read(str(place), Format(), scratch, Path(place).absolute().parent)
    query = tables.scan(connection, "transactions", parts, {}, Format())
    columns = tuple(name for name, *_ in connection.execute(f"DESCRIBE {query}").fetchall())
    lines = Lines(f"SELECT * RENAME (ordered_at AS told_at), false AS doubt FROM ({query})", columns)
    try:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {FOUND} AS {_rfm_of(lines)}")
    except duckdb.Error:
        raise StudyError(
            f"{place} has rows that cannot be split into the header's cells: let a study read it, which puts them "
            "aside."
        ) from None


def _rfm_of(lines: Lines) -> str:
    """One row per customer, by way of invoices, since to count different ones within customers would hold them all.

    The lines of an invoice mostly tell one time, which is read once.
    """
    paid, added, monetary = "", "", ""
    if tells_money(lines.columns):
        paid, added = f", sum({amount_in_sql(lines.columns)}) AS paid", ", sum(paid) AS paid"
        monetary = ", CAST(paid AS DOUBLE) AS monetary"
    # A number that was made up of the customer's is no cancellation, whatever it begins with.
    made_up = "starts_with(invoice_id, customer_id || ' ')"
    return f"""
        WITH told AS (
            SELECT customer_id, invoice_id, told_at, bool_or(doubt) AS doubt{paid}
            FROM ({lines.query}) WHERE customer_id IS NOT NULL AND (doubt OR ({_sells(lines.columns)})) GROUP BY ALL
        ), invoices AS (
            SELECT customer_id, invoice_id, max({lines.moment}) AS last_line,
                bool_or(doubt OR {lines.odd}) AS doubt{added}
            FROM told WHERE NOT (starts_with(upper(invoice_id), 'C') AND NOT {made_up})
            GROUP BY customer_id, invoice_id
        ), customers AS (
            SELECT customer_id, max(last_line) AS last_line, count(*) AS frequency, bool_or(doubt) AS doubt{added}
            FROM invoices GROUP BY customer_id
        ), seen AS (SELECT max(last_line) + INTERVAL 1 DAY AS now FROM customers)
        SELECT customer_id, CAST(floor(date_diff('second', last_line, now) / 86400) AS BIGINT) AS recency_days,
            frequency{monetary}, doubt
        FROM customers, seen ORDER BY customer_id"""


def _sells(columns: Collection[str]) -> str:
    """Whether a line sold something."""
    told = [f"{name} > 0" for name in ("amount", "unit_price") if name in columns][:1]
    told += ["quantity > 0"] if "quantity" in columns else []
    return " AND ".join(told) or "true"
