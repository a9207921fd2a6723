"""Days with orders: one row per customer and day, all that retention and lifetime value need, and what they tell."""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import pandas as pd

from customer_segments.base import engine
from customer_segments.base.errors import StudyError

Table = ir.Table | pd.DataFrame
DAYS_OF_A_WEEK = 7.0  # time in the models is in weeks, so that their parameters are of a readable size


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

    A day on which something only came back has `ordered` false; orders on the same day count once. Lines without money
    have no revenue, here and in all that follows.
    """
    before = lines.filter(lines.ordered_at < ibis.date(as_of).cast("timestamp(6)"))
    money = {"revenue": before.net_revenue.sum().cast("float64")} if "net_revenue" in lines.columns else {}
    by_day = before.group_by("customer_id", day=before.ordered_at.date()).agg(
        **money, ordered=(before.quantity > 0).any()
    )
    known = by_day.inner_join(_columns(segments, "segment"), "customer_id")
    return engine.materialised(known.select("customer_id", "segment", "day", *money, "ordered"))


def histories(days: ir.Table, as_of: date) -> pd.DataFrame:
    """One row per customer with an order before `as_of`, sorted: segment, repeats, recency, age (weeks) and revenue.

    `repeats` counts the days with orders after the first, `recency` is the time from the first to the last of them,
    `age` the time from the first to `as_of`.
    """
    before = days.filter(days.day < ibis.date(as_of))
    each = before.group_by("customer_id").agg(
        segment=before.segment.max(),
        order_days=before.count(where=before.ordered),
        first=before.day.min(where=before.ordered),
        last=before.day.max(where=before.ordered),
        **({"revenue": before.revenue.sum().round(6)} if "revenue" in days.columns else {}),
    )
    today = ibis.date(as_of)
    table = each.filter(each.order_days > 0).select(
        "customer_id",
        "segment",
        repeats=each.order_days - 1,
        recency=each["last"].delta(each["first"], unit="day") / DAYS_OF_A_WEEK,
        age=today.delta(each["first"], unit="day") / DAYS_OF_A_WEEK,
        **({"revenue": each.revenue} if "revenue" in days.columns else {}),
    )
    return table.order_by("customer_id").to_pandas()


def what_followed(days: ir.Table, cut: date, length: int) -> pd.DataFrame:
    """What each customer did in the days from `cut` on, and in as many days before it: orders and revenue."""
    start, until = cut - timedelta(days=length), cut + timedelta(days=length)
    window = days.filter(days.day >= ibis.date(start), days.day < ibis.date(until))
    after = window.day >= ibis.date(cut)
    money = {
        f"revenue_{when}": window.revenue.sum(where=then).fill_null(0.0).round(6)
        for when, then in {"after": after, "before": ~after}.items()
        if "revenue" in days.columns
    }
    found = window.group_by("customer_id").agg(
        orders_after=window.count(where=window.ordered & after),
        orders_before=window.count(where=window.ordered & ~after),
        **money,
    )
    return found.order_by("customer_id").to_pandas()


def last_gaps(days: ir.Table) -> pd.DataFrame:
    """The last two gaps between days with orders, of every customer with three such days or more: before, last."""
    ordered = days.filter(days.ordered)
    latest = ibis.window(group_by="customer_id", order_by=ordered.day)
    gaps = ordered.select(
        "customer_id",
        "day",
        last=ordered.day.delta(ordered.day.lag(1).over(latest), unit="day"),
        before=ordered.day.lag(1).over(latest).delta(ordered.day.lag(2).over(latest), unit="day"),
        later=ordered.day.lead(1).over(latest),
    )
    ends = gaps.filter(gaps.later.isnull(), gaps.before.notnull())
    return ends.order_by("customer_id").select("before", "last").to_pandas()


def _columns(table: Table, column: str) -> ir.Table:
    """Customers with one of their columns, as the engine joins them."""
    both = table[["customer_id", column]]
    return ibis.memtable(both) if isinstance(both, pd.DataFrame) else both
