"""Cohorts: customers by the period of their first order, and how many order again in each period after."""

from datetime import date, timedelta
from typing import Literal

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from customer_segments.base.privacy import untold

Period = Literal["month", "week"]
Contrast = tuple[pd.Timestamp, float, float]  # the beginning of a period or cohort, its rate, and that of others

Z = 1.959964  # a 95 % interval
MONEY = ("revenue",)  # told where lines have some
UNITS = {"month": ("M", "MS"), "week": ("W", "W-MON")}  # to cut days by, and to count periods by
MISSING_AT_MOST = 0.1  # of its days, such as three of a month, lacks a period that still counts as whole
COHORTS_SHOWN = 24  # the most recent ones: more rows than this leave no room for numbers
AGES_SHOWN = 12  # periods after the first
FEWEST_PERIODS = 6  # to say that one of them stands out
STANDS_OUT = 0.25  # a rate this much above the usual one
FEWEST_IN_A_RATE = 30  # customers behind a rate that is told alone


def activity(days: ir.Table, period: Period) -> pd.DataFrame:
    """One row per segment, cohort and period with anything: how many customers ordered, and the net revenue if any."""
    unit, _ = UNITS[period]
    ordered = days.filter(days.ordered)
    first = ordered.group_by("customer_id").agg(cohort=ordered.day.min().truncate(unit))
    joined = days.inner_join(first, "customer_id")
    # By customer first: counting distinct customers within groups would have to hold them all.
    money = [name for name in MONEY if name in days.columns]
    each = joined.group_by("segment", "cohort", "customer_id", period=joined.day.truncate(unit)).agg(
        **{name: joined[name].sum() for name in money}, ordered=joined.ordered.any()
    )
    found = each.group_by("segment", "cohort", "period").agg(
        active=each.count(where=each.ordered), **{name: each[name].sum().round(6) for name in money}
    )
    table = found.order_by("segment", "cohort", "period").to_pandas()
    for name in ("cohort", "period"):
        table[name] = pd.to_datetime(table[name]).astype("datetime64[us]")
    # What came back before a customer's first order, from a sale before the data begins, belongs to no cohort.
    return table[table["period"] >= table["cohort"]].reset_index(drop=True)


def triangle(found: pd.DataFrame, as_of: date, period: Period, by: tuple[str, ...] = ()) -> pd.DataFrame:
    """One row per cohort and age that the data covers, also where nobody came.

    With the period's start, the cohort's customers, how many of them were active, their rate, their net revenue, and
    whether the period had ended.
    """
    keys = [*by, "cohort"]
    money = [name for name in MONEY if name in found]
    summed = found.groupby([*keys, "period"], as_index=False)[["active", *money]].sum()
    sizes = summed[summed["period"] == summed["cohort"]].set_index(keys)["active"].rename("customers")
    last = pd.Timestamp(as_of) - pd.Timedelta(days=1)
    periods = pd.DataFrame({"period": pd.date_range(found["cohort"].min(), last, freq=UNITS[period][1])})
    every = sizes.reset_index().merge(periods, how="cross").query("period >= cohort")
    table = every.merge(summed, on=[*keys, "period"], how="left").fillna({"active": 0} | dict.fromkeys(money, 0.0))
    table["age"] = _age(table["cohort"], table["period"], period)
    table["rate"] = table["active"] / table["customers"]
    table["whole"] = (table["period"] < periods["period"].max()) | (unfinished(as_of, period) is None)
    table = table.astype({"active": "int64", "customers": "int64"}).sort_values([*keys, "age"], ignore_index=True)
    return table[[*keys, "age", "period", "customers", "active", "rate", *money, "whole"]]


def rates(cells: pd.DataFrame, over: tuple[str, ...] = ("age",)) -> pd.DataFrame:
    """The rate at each age, or in each `over`, of all cohorts that reached it whole, with Wilson's 95 % interval."""
    whole = cells[cells["whole"] & (cells["age"] > 0)]
    pooled = whole.groupby(list(over), as_index=False)[["customers", "active"]].sum()
    low, high = wilson(pooled["active"].to_numpy(), pooled["customers"].to_numpy())
    return pooled.assign(rate=pooled["active"] / pooled["customers"], low=low, high=high)


def shown(cells: pd.DataFrame, smallest: int) -> pd.DataFrame:
    """The cells of cohorts with enough customers, the most recent cohorts, up to a dozen periods on.

    With `few`, whether too few were active to tell more of them, and `kept`, their revenue's share of that of the first
    period, where there is money. None where no cohort was followed.
    """
    large = cells[cells["cohort"].isin(large_enough(cells, smallest)) & (cells["age"] <= AGES_SHOWN)]
    recent = large[large["cohort"].isin(large["cohort"].drop_duplicates().nlargest(COHORTS_SHOWN))]
    told = recent.assign(few=recent["active"] < smallest)
    if "revenue" in told:
        first = told.groupby("cohort")["revenue"].transform("first")
        kept = (told["revenue"] / first.where(first > 0)).clip(0, 1).fillna(0.0)
        told = told.assign(kept=kept.mask(told["few"], 0.0))
    return told if (told["age"] > 0).any() else told.head(0)


def large_enough(cells: pd.DataFrame, smallest: int) -> pd.Index:
    """The cohorts that are told of: those of a few are not, nor the next larger where all others would tell them."""
    sizes = cells.groupby("cohort")["customers"].first()
    return sizes.index[~np.array(untold(sizes.tolist(), smallest), dtype=bool)]


def season(cells: pd.DataFrame) -> Contrast | None:
    """The calendar period in which earlier cohorts ordered more than in others, if one stands out."""
    # The first cohort may hold old customers, whose rate is another one.
    calendar = rates(cells[cells["cohort"] > cells["cohort"].min()], over=("period",))
    if len(calendar) < FEWEST_PERIODS:
        return None
    place = calendar["rate"].idxmax()
    best, others = calendar.loc[place], calendar.drop(index=place)
    usual = others["active"].sum() / others["customers"].sum()
    if best["rate"] < usual * (1 + STANDS_OUT) or best["customers"] < FEWEST_IN_A_RATE or not usual:
        return None
    return best["period"], best["rate"], usual


def first_cohort(cells: pd.DataFrame) -> Contrast | None:
    """The first cohort, who may have been customers before the data begins, against later ones a period on."""
    first = cells["cohort"].min()
    early, later = rates(cells[cells["cohort"] == first]), rates(cells[cells["cohort"] > first])
    few = early.empty or later.empty or min(early["customers"].iloc[0], later["customers"].iloc[0]) < FEWEST_IN_A_RATE
    if few or not rates(cells)["active"].any():
        return None
    return first, early["rate"].iloc[0], later["rate"].iloc[0]


def wilson(hits: np.ndarray, of: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Wilson's interval for a share, which stays between 0 and 1 where few were counted."""
    share, weight = hits / of, Z**2 / of
    middle = (share + weight / 2) / (1 + weight)
    half = np.sqrt(share * (1 - share) / of + weight / (4 * of)) * Z / (1 + weight)
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)


def unfinished(as_of: date, period: Period) -> pd.Timestamp | None:
    """When the last period began, if the data does not cover it to its end, or all but a few days."""
    last = as_of - timedelta(days=1)
    start = last - timedelta(days=last.weekday()) if period == "week" else last.replace(day=1)
    end = start + timedelta(days=7) if period == "week" else (start + timedelta(days=32)).replace(day=1)
    return pd.Timestamp(start) if (end - as_of).days > MISSING_AT_MOST * (end - start).days else None


def _age(cohort: pd.Series, now: pd.Series, period: Period) -> pd.Series:
    """How many periods lie between two."""
    months = (now.dt.year - cohort.dt.year) * 12 + now.dt.month - cohort.dt.month
    return (now - cohort).dt.days // 7 if period == "week" else months
