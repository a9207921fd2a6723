"""Recency, frequency, monetary: the classic three numbers of each customer, straight from invoice lines."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from customer_segments.base import engine
from customer_segments.base.contract import tells_money
from customer_segments.base.errors import StudyError
from customer_segments.base.files import scratch_folder
from customer_segments.base.money import amount_in_sql
from customer_segments.base.params import Format
from customer_segments.sources import files, tables

if TYPE_CHECKING:
    import pandas as pd


def rfm(place: str | Path, threads: int = 1, memory_limit: str | None = None) -> pd.DataFrame:
    """RFM of the sales in invoice lines as they stand in files: read once, nothing collected or cleaned.

    Counts lines with a customer, a quantity and a price above zero on invoices that are no cancellations (`C…`), as
    most published studies do; it does not take returns off, which the pipeline does. Looks back from a day after the
    last line. Where the lines tell no money, there is no monetary.
    """
    connection = engine.opened(threads, memory_limit)
    with scratch_folder() as scratch:
        parts = files.read(str(place), Format(), Path(scratch), Path(place).absolute().parent)
        query = tables.scan(connection, "transactions", parts, {}, Format())
        columns = [name for name, *_ in connection.execute(f"DESCRIBE {query}").fetchall()]
        try:
            return connection.execute(_rfm_of(query, columns)).df()
        except duckdb.Error:
            raise StudyError(
                f"{place} has rows that cannot be split into the header's cells: let a study read it, which puts them "
                "aside."
            ) from None


def _rfm_of(lines: str, columns: Collection[str]) -> str:
    """One row per customer; by invoice first, since to count different ones within customers would hold them all."""
    paid, paid_in_all, monetary = "", "", ""
    if tells_money(columns):
        paid, paid_in_all = f", sum({amount_in_sql(columns)}) AS paid", ", sum(paid) AS paid"
        monetary = ", CAST(paid AS DOUBLE) AS monetary"
    return f"""
        WITH invoices AS (
            SELECT customer_id, invoice_id, max(ordered_at) AS last_line{paid}
            FROM ({lines}) WHERE {_sells(columns)} GROUP BY ALL
        ), customers AS (
            SELECT customer_id, max(last_line) AS last_line, count(*) AS frequency{paid_in_all}
            FROM invoices GROUP BY ALL
        ), seen AS (SELECT max(last_line) + INTERVAL 1 DAY AS now FROM customers)
        SELECT customer_id, CAST(floor(date_diff('second', last_line, now) / 86400) AS BIGINT) AS recency_days,
            frequency{monetary}
        FROM customers, seen ORDER BY customer_id"""


def _sells(columns: Collection[str]) -> str:
    """Whether a line of a known customer sold something, and is no cancellation."""
    # A number that was made up of the customer's is no cancellation, whatever it begins with.
    made_up = "starts_with(invoice_id, customer_id || ' ')"
    told = ["customer_id IS NOT NULL", f"NOT (starts_with(upper(invoice_id), 'C') AND NOT {made_up})"]
    told += [f"{name} > 0" for name in ("amount", "unit_price") if name in columns][:1]
    told += ["quantity > 0"] if "quantity" in columns else []
    return " AND ".join(told)
