"""Cohorts: customers by the period of their first order, and how many order again in each period after."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

import ibis.expr.types as ir
import numpy as np
import pandas as pd

Z = 1.959964  # a 95 % interval
UNITS = {"month": "M", "week": "W"}
# A period still counts as whole if it lacks less than this share of its days, such as three of a month.
MISSING_AT_MOST = 0.1


def activity(days: ir.Table, period: Literal["month", "week"]) -> pd.DataFrame:
    """One row per segment, cohort and period with anything: how many customers ordered, and the net revenue."""
    unit = UNITS[period]
    ordered = days.filter(days.ordered)
    first = ordered.group_by("customer_id").agg(cohort=ordered.day.min().truncate(unit))
    joined = days.inner_join(first, "customer_id")
    # By customer first: counting distinct customers within groups would have to hold them all.
    each = joined.group_by("segment", "cohort", "customer_id", period=joined.day.truncate(unit)).agg(
        revenue=joined.revenue.sum(), ordered=joined.ordered.any()
    )
    found = each.group_by("segment", "cohort", "period").agg(
        active=each.count(where=each.ordered), revenue=each.revenue.sum().round(6)
    )
    table = found.order_by("segment", "cohort", "period").to_pandas()
    times = {name: pd.to_datetime(table[name]).astype("datetime64[us]") for name in ("cohort", "period")}
    table = table.assign(**times)
    # What came back before a customer's first order, from a sale before the data begins, belongs to no cohort.
    return table[table["period"] >= table["cohort"]].reset_index(drop=True)


def triangle(
    found: pd.DataFrame, as_of: date, period: Literal["month", "week"], by: tuple[str, ...] = ()
) -> pd.DataFrame:
    """One row per cohort and age that the data covers, also where nobody came.

    With the period's start, the cohort's customers, how many of them were active, their rate, their net revenue, and
    whether the period had ended.
    """
    keys = [*by, "cohort"]
    summed = found.groupby([*keys, "period"], as_index=False)[["active", "revenue"]].sum()
    sizes = summed[summed["period"] == summed["cohort"]].set_index(keys)["active"].rename("customers")
    last = pd.Timestamp(as_of) - pd.Timedelta(days=1)
    periods = pd.DataFrame({"period": pd.date_range(found["cohort"].min(), last, freq=_frequency(period))})
    every = sizes.reset_index().merge(periods, how="cross").query("period >= cohort")
    table = every.merge(summed, on=[*keys, "period"], how="left").fillna({"active": 0, "revenue": 0.0})
    table["age"] = _age(table["cohort"], table["period"], period)
    table["rate"] = table["active"] / table["customers"]
    table["whole"] = (table["period"] < periods["period"].max()) | last_is_whole(as_of, period)
    table = table.astype({"active": "int64", "customers": "int64"}).sort_values([*keys, "age"], ignore_index=True)
    return table[[*keys, "age", "period", "customers", "active", "rate", "revenue", "whole"]]


def rates(cells: pd.DataFrame, by: tuple[str, ...] = ()) -> pd.DataFrame:
    """The rate at each age over all cohorts that reached it whole, with Wilson's 95 % interval."""
    whole = cells[cells["whole"] & (cells["age"] > 0)]
    pooled = whole.groupby([*by, "age"], as_index=False)[["customers", "active"]].sum()
    low, high = wilson(pooled["active"].to_numpy(), pooled["customers"].to_numpy())
    return pooled.assign(rate=pooled["active"] / pooled["customers"], low=low, high=high)


def rates_by_calendar(cells: pd.DataFrame) -> pd.DataFrame:
    """The rate in each whole calendar period over all cohorts begun before it: period, customers, active, rate."""
    whole = cells[cells["whole"] & (cells["age"] > 0)]
    pooled = whole.groupby("period", as_index=False)[["customers", "active"]].sum()
    return pooled.assign(rate=pooled["active"] / pooled["customers"])


def wilson(hits: np.ndarray, of: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Wilson's interval for a share, which stays between 0 and 1 where few were counted."""
    share, weight = hits / of, Z**2 / of
    middle = (share + weight / 2) / (1 + weight)
    half = np.sqrt(share * (1 - share) / of + weight / (4 * of)) * Z / (1 + weight)
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)


def last_is_whole(as_of: date, period: Literal["month", "week"]) -> bool:
    """Whether the data covers the last period to its end, or all but a few days."""
    start, end = last_period(as_of, period)
    return (end - as_of).days <= MISSING_AT_MOST * (end - start).days


def last_period(as_of: date, period: Literal["month", "week"]) -> tuple[date, date]:
    """The period of the last day before `as_of`: its first day, and the first day after it."""
    last = as_of - timedelta(days=1)
    if period == "week":
        start = last - timedelta(days=last.weekday())
        return start, start + timedelta(days=7)
    start = last.replace(day=1)
    return start, (start + timedelta(days=32)).replace(day=1)


def _frequency(period: Literal["month", "week"]) -> str:
    return "MS" if period == "month" else "W-MON"


def _age(cohort: pd.Series, now: pd.Series, period: Literal["month", "week"]) -> pd.Series:
    """How many periods lie between two."""
    if period == "week":
        return (now - cohort).dt.days // 7
    return (now.dt.year - cohort.dt.year) * 12 + now.dt.month - cohort.dt.month
