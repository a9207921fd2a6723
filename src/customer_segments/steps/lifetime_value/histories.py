"""Histories: what the models need to know of each customer's orders, one row per customer."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

DAYS_OF_A_WEEK = 7.0  # time in the models is in weeks, so that their parameters are of a readable size


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
        revenue=before.revenue.sum().round(6),
    )
    today = ibis.date(as_of)
    table = each.filter(each.order_days > 0).select(
        "customer_id",
        "segment",
        repeats=each.order_days - 1,
        recency=each["last"].delta(each["first"], unit="day") / DAYS_OF_A_WEEK,
        age=today.delta(each["first"], unit="day") / DAYS_OF_A_WEEK,
        revenue=each.revenue,
    )
    return table.order_by("customer_id").to_pandas()


def what_followed(days: ir.Table, cut: date, length: int) -> pd.DataFrame:
    """What each customer did in the days from `cut` on, and in as many days before it: orders and revenue."""
    start, until = cut - timedelta(days=length), cut + timedelta(days=length)
    window = days.filter(days.day >= ibis.date(start), days.day < ibis.date(until))
    after = window.day >= ibis.date(cut)
    found = window.group_by("customer_id").agg(
        orders_after=window.count(where=window.ordered & after),
        orders_before=window.count(where=window.ordered & ~after),
        revenue_after=window.revenue.sum(where=after).fill_null(0.0).round(6),
        revenue_before=window.revenue.sum(where=~after).fill_null(0.0).round(6),
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


def distinct(table: pd.DataFrame, columns: list[str]) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """The distinct rows of some columns, how often each occurs, and the place of every row's one among them."""
    grouped = table.groupby(columns, sort=True)
    counted = grouped.size()
    return counted.index.to_frame(index=False), counted.to_numpy(), grouped.ngroup().to_numpy()
