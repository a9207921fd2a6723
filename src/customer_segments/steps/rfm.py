"""Recency, frequency, monetary: the classic three numbers of each customer, straight from invoice lines."""

from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import ibis.expr.types as ir
import pandas as pd

from customer_segments.base import engine
from customer_segments.base.errors import StudyError
from customer_segments.base.files import scratch_folder
from customer_segments.base.money import exact_amount, has_amounts, has_money
from customer_segments.base.params import Format
from customer_segments.sources import files, tables


def rfm(place: str | Path, threads: int = 1, memory_limit: str | None = None) -> pd.DataFrame:
    """RFM of the sales in invoice lines as they stand in files: read once, nothing collected or cleaned.

    Counts lines with a customer, a quantity and a price above zero on invoices that are no cancellations (`C…`), as
    most published studies do; it does not take returns off, which the pipeline does. Where the lines tell no money,
    there is no monetary.
    """
    connection = engine.connect(threads, memory_limit)
    with scratch_folder() as scratch:
        parts = files.read(str(place), Format(), Path(scratch), Path(place).absolute().parent)
        query = tables.scan(connection.con, "transactions", parts, {}, Format())
        connection.raw_sql(f"CREATE TEMP VIEW scanned AS {query}")
        try:
            return rfm_table(sales_only(connection.table("scanned"))).order_by("customer_id").to_pandas()
        except duckdb.Error:
            raise StudyError(
                f"{place} has rows that cannot be split into the header's cells: let a study read it, which puts them "
                "aside."
            ) from None


def sales_only(lines: ir.Table) -> ir.Table:
    """Lines of known customers that sold something, cancellations left out."""
    # A number that was made up of the customer's is no cancellation, whatever it begins with.
    made_up = lines.invoice_id.startswith(lines.customer_id + " ")
    measured = [lines.amount > 0 if has_amounts(lines) else lines.unit_price > 0] if has_money(lines) else []
    measured += [lines.quantity > 0] if "quantity" in lines.columns else []
    return lines.filter(lines.customer_id.notnull(), ~(lines.invoice_id.upper().startswith("C") & ~made_up), *measured)


def rfm_table(lines: ir.Table, snapshot: datetime | None = None) -> ir.Table:
    """One row per customer: recency_days, frequency and monetary; looked back from a day after the last line.

    Of lines that tell no money, recency_days and frequency alone.
    """
    # By invoice first: counting distinct invoices within customers would have to hold them all.
    paid = {"amount": exact_amount(lines).sum()} if has_money(lines) else {}
    invoices = lines.group_by("customer_id", "invoice_id").agg(last_line=lines.ordered_at.max(), **paid)
    sums = {"monetary": invoices.amount.sum()} if paid else {}
    customers = engine.materialised(
        invoices.group_by("customer_id").agg(last_line=invoices.last_line.max(), frequency=invoices.count(), **sums)
    )
    now = snapshot or customers.last_line.max().to_pyarrow().as_py() + timedelta(days=1)
    return customers.select(
        "customer_id",
        recency_days=(customers.last_line.delta(now, unit="second") / -86_400).floor().cast("int64"),
        frequency="frequency",
        **({"monetary": customers.monetary.cast("float64")} if paid else {}),
    )
