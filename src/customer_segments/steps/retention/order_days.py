"""Days with orders: one row per customer and day, all that retention and lifetime value need to know."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import pandas as pd

from customer_segments.base import engine
from customer_segments.base.errors import StudyError

Table = ir.Table | pd.DataFrame


def study_day(lines: ir.Table, customers: Table) -> date:
    """The day that the customers' features look back from, found from a first order and the days since."""
    first = lines.group_by("customer_id").agg(first=lines.ordered_at.min().date())
    known = first.inner_join(_columns(customers, "tenure_days"), "customer_id")
    # The most frequent, because days since the first order may have been capped where they were far out.
    day = known.mutate(day=(known["first"].epoch_seconds() / 86_400 + known.tenure_days).round().cast("int64"))
    found = day.filter(day.day.notnull()).day.mode().to_pyarrow().as_py()
    if found is None:
        raise StudyError("No customer of the study has an order among the clean lines.", stage="preprocessing")
    return date(1970, 1, 1) + timedelta(days=found)


def order_days(lines: ir.Table, segments: Table, as_of: date) -> ir.Table:
    """One row per customer and day before `as_of`: customer_id, segment, day, revenue, ordered.

    A day on which something only came back has `ordered` false; orders on the same day count once.
    """
    before = lines.filter(lines.ordered_at < ibis.date(as_of).cast("timestamp(6)"))
    by_day = before.group_by("customer_id", day=before.ordered_at.date()).agg(
        revenue=before.net_revenue.sum().cast("float64"), ordered=(before.quantity > 0).any()
    )
    known = by_day.inner_join(_columns(segments, "segment"), "customer_id")
    return engine.materialised(known.select("customer_id", "segment", "day", "revenue", "ordered"))


def _columns(table: Table, column: str) -> ir.Table:
    """Customers with one of their columns, as the engine joins them."""
    both = table[["customer_id", column]]
    return ibis.memtable(both) if isinstance(both, pd.DataFrame) else both
