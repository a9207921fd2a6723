"""Days with orders: one row per customer and day, all that retention and lifetime value need to know."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.types as ir

from customer_segments.base import engine
from customer_segments.base.errors import StudyError
from customer_segments.run import workspace

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

LINES = "data/interim/lines.parquet"
CUSTOMERS = "data/processed/customers.parquet"
SEGMENTS = "data/processed/segments.parquet"
NO_TRANSACTIONS = (
    "This study has no transactions, so nothing is known of when customers ordered: whether they come back and what "
    "they will be worth cannot be told from attributes alone."
)


def of_study(threads: int) -> tuple[ir.Table, date] | None:
    """The days with orders of the study's customers and the day of the study; None without transactions."""
    if not workspace.has(LINES):
        return None
    connection = engine.connect(threads, engine.MEMORY_LIMIT)
    lines, customers, segments = (_read(connection, path) for path in (LINES, CUSTOMERS, SEGMENTS))
    as_of = study_day(lines, customers)
    return order_days(lines, segments, as_of), as_of


def study_day(lines: ir.Table, customers: ir.Table) -> date:
    """The day that the customers' features look back from, found from a first order and the days since."""
    first = lines.group_by("customer_id").agg(first=lines.ordered_at.min().date())
    known = first.inner_join(customers.select("customer_id", "tenure_days"), "customer_id")
    # The most frequent, because days since the first order may have been capped where they were far out.
    day = known.mutate(day=(known["first"].epoch_seconds() / 86_400 + known.tenure_days).round().cast("int64"))
    found = day.filter(day.day.notnull()).day.mode().to_pyarrow().as_py()
    if found is None:
        raise StudyError(
            f"No customer of {CUSTOMERS} has an order in {LINES}: run `dvc repro preprocessing` to make both anew."
        )
    return date(1970, 1, 1) + timedelta(days=found)


def order_days(lines: ir.Table, segments: ir.Table, as_of: date) -> ir.Table:
    """One row per customer and day before `as_of`: customer_id, segment, day, revenue, ordered.

    A day on which something only came back has `ordered` false; orders on the same day count once.
    """
    before = lines.filter(lines.ordered_at < ibis.date(as_of).cast("timestamp(6)"))
    by_day = before.group_by("customer_id", day=before.ordered_at.date()).agg(
        revenue=before.net_revenue.sum().cast("float64"), ordered=(before.quantity > 0).any()
    )
    known = by_day.inner_join(segments.select("customer_id", "segment"), "customer_id")
    return engine.materialised(known.select("customer_id", "segment", "day", "revenue", "ordered"))


def not_available(why: str) -> dict[str, Any]:
    """What is written where nothing can be told."""
    return {"available": False, "headline": None, "reason": why, "by_segment": {}}


def _read(connection: Backend, path: str) -> ir.Table:
    return engine.read_parquet(connection, workspace.existing(path))
