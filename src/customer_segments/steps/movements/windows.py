"""The last days of the data and those that they are held against, and what lines come to in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from customer_segments.base import engine
from customer_segments.base.contract import ROW
from customer_segments.steps.cleaning.rules import BEYOND, NETTED

WEEK, QUARTER, YEAR = 7, 91, 364  # days; a year of whole weeks, so that weekdays meet
SHORTEST = 4 * WEEK
WHEN = ("before", "now")
REGULAR = 3  # days with orders, in twice a window, before it
OFTEN = 6  # days in a window, on one of which at least whoever is still a customer comes
RARELY = 1 / 3  # of the days on which somebody used to come: fewer is no chance
LARGEST = 10  # customers, by what they brought before a window


@dataclass(frozen=True)
class Windows:
    """The last `days` before `as_of`, and as many that began `ago` days earlier."""

    as_of: date
    days: int
    ago: int
    first: date  # of the data

    @property
    def weeks(self) -> int:
        return self.days // WEEK

    @property
    def a_year_ago(self) -> bool:
        return self.ago == YEAR

    def starts(self) -> tuple[date, date]:
        """The first days of the window before, and of the last."""
        now = self.as_of - timedelta(days=self.days)
        return now - timedelta(days=self.ago), now

    @property
    def known(self) -> int:
        """The days that are known before either window."""
        return (self.starts()[0] - self.first).days


def windows(first: date, as_of: date) -> Windows | None:
    """A quarter against the same days a year ago, so that seasons cancel; of shorter data a fourth."""
    span = (as_of - first).days
    if span >= YEAR + 2 * QUARTER:
        return Windows(as_of, QUARTER, YEAR, first)
    days = span // 4 // WEEK * WEEK
    return Windows(as_of, days, days, first) if days >= SHORTEST else None


@dataclass(frozen=True)
class Counted:
    """What lines come to: by week (0 is the last), by customer, product and category in both windows."""

    told: ir.Table  # a line each
    weekly: pd.DataFrame  # gross, items, orders, customers, new, returned
    customers: pd.DataFrame  # gross and orders, now and before; whether they had not ordered in the days known before
    regulars: tuple[tuple[int, int], tuple[int, int]]  # of before and now: how many, and how many of them came
    products: pd.DataFrame  # gross and items, now and before
    categories: pd.DataFrame  # gross by week, of those with enough customers
    months: pd.DataFrame  # gross, customers and new of every whole month
    largest: Largest


class Largest(NamedTuple):
    """The customers who brought most in the days known before each window."""

    before: float  # gross in the window
    weekly: pd.Series  # gross of those of now
    missed: float  # days with orders that were to be expected of those who came rarely or not at all, now less before
    leaving: float  # by which share what those of now bring differs by who leaves at any time


class Back(NamedTuple):
    """What came back: sales that were undone as a whole, and the returns by their own days."""

    undone: ir.Table | None = None
    returns: ir.Table | None = None

    @classmethod
    def of(cls, undone: ir.Table | None, collected: ir.Table | None, rejected: ir.Table) -> Back:
        """The returns are those of the collected lines that cleaning has taken off a sale."""
        if collected is None or "quantity" not in collected.columns:
            return cls(undone)
        netted = rejected.filter((rejected.table == "transactions") & rejected.rule.isin([NETTED, BEYOND]))
        return cls(undone, collected.semi_join(netted, netted.row.cast("int64") == collected[ROW].cast("int64")))


def counted(lines: ir.Table, back: Back, here: Windows, smallest: int) -> Counted:
    """Add up the clean lines, and what came back."""
    told = _told(lines, here)
    return Counted(
        told, _weekly(told, back, here), _customers(told, here),
        tuple(_came(told, start, here) for start in here.starts()),
        _products(told, here), _categories(told, smallest), _months(told, here),
        _largest(told, here, max(LARGEST, smallest)),
    )  # fmt: skip


def _told(lines: ir.Table, here: Windows) -> ir.Table:
    """A line each, with what it brought before anything came back: money or, if none is told, its part of an order."""
    sold = lines.filter(lines.ordered_at < ibis.date(here.as_of).cast("timestamp(6)"))
    if "net_revenue" in lines.columns:
        back = sold.refunded if "refunded" in lines.columns else 0
        gross = (sold.net_revenue + back).cast("float64")
    else:
        gross = 1.0 / sold.count().over(ibis.window(group_by=sold.invoice_id)).cast("float64")
    columns = {name: sold[name] for name in ("product", "category") if name in lines.columns}
    told = sold.select(
        "customer_id", "invoice_id", **columns, day=sold.ordered_at.date(), week=_week(sold, here), gross=gross,
        items=sold.quantity.cast("float64"),
    )  # fmt: skip
    return engine.materialised(told.filter(told["items"] > 0))


def _week(table: ir.Table, here: Windows) -> ir.IntegerValue:
    return ((ibis.date(here.as_of).delta(table.ordered_at.date(), unit="day") - 1) // WEEK).cast("int64")


def _weekly(told: ir.Table, back: Back, here: Windows) -> pd.DataFrame:
    """Only whole weeks."""
    weeks = range((here.as_of - here.first).days // WEEK)
    sums = told.group_by("week").agg(
        gross=told.gross.sum(), items=told["items"].sum(), orders=told.invoice_id.nunique(),
        customers=told.customer_id.nunique(),
    )  # fmt: skip
    found = sums.to_pandas().set_index("week").reindex(weeks, fill_value=0).astype(float)
    first = told.group_by("customer_id").agg(week=told.week.max())
    new = first.group_by("week").agg(new=first.count()).to_pandas().set_index("week")["new"]
    found["new"] = new.reindex(weeks, fill_value=0)
    units = [_units(each, here).reindex(weeks, fill_value=0.0) for each in back]
    # Returns by their own day: of the last weeks' sales some will still come back.
    found["items"], found["returned"] = found["items"] + units[0], -units[1]
    return found


def _units(table: ir.Table | None, here: Windows) -> pd.Series:
    if table is None:
        return pd.Series(dtype=float)
    dated = table.filter(table.ordered_at < ibis.date(here.as_of).cast("timestamp(6)"))
    sums = dated.mutate(week=_week(dated, here)).group_by("week").agg(units=dated.quantity.cast("float64").sum())
    return sums.to_pandas().set_index("week")["units"]


def within(table: ir.Table, start: date, days: int) -> ir.BooleanValue:
    return (table.day >= ibis.date(start)) & (table.day < ibis.date(start + timedelta(days=days)))


def _products(told: ir.Table, here: Windows) -> pd.DataFrame:
    """Gross and items of each product, in both windows; of none where no products are told."""
    sums = {}
    for when, start in zip(WHEN, here.starts(), strict=True):
        during = within(told, start, here.days)
        sums |= {f"{what}_{when}": told[what].sum(where=during).fill_null(0.0) for what in ("gross", "items")}
    if "product" not in told.columns:
        return pd.DataFrame(columns=list(sums), dtype=float)
    return told.group_by("product").agg(**sums).order_by("product").to_pandas().set_index("product")


def _customers(told: ir.Table, here: Windows) -> pd.DataFrame:
    sums = {}
    for when, start in zip(WHEN, here.starts(), strict=True):
        during = within(told, start, here.days)
        sums[f"gross_{when}"] = told.gross.sum(where=during).fill_null(0.0)
        sums[f"orders_{when}"] = told.invoice_id.nunique(where=during)
        earlier = within(told, start - timedelta(days=here.known), here.known)  # as far back for both
        sums[f"new_{when}"] = during.any() & ~earlier.any()
        sums[f"first_{when}"] = told.day.min() >= ibis.date(start)
    return told.group_by("customer_id").agg(**sums).order_by("customer_id").to_pandas()


def _largest(told: ir.Table, here: Windows, most: int) -> Largest:
    before, now = (_those(told, start, here, most) for start in here.starts())
    weekly = (
        told.filter(told.customer_id.isin(list(now["customer_id"])))
        .group_by("week")
        .agg(gross=lambda lines: lines.gross.sum())
    )
    weeks = range((here.as_of - here.first).days // WEEK)
    missed = [_missed(each, here) for each in (before, now)]
    gross = weekly.to_pandas().set_index("week")["gross"].reindex(weeks, fill_value=0.0)
    uneven = float(np.sqrt((now["brought"] ** 2).sum()) / max(now["brought"].sum(), 1e-9))
    leave = _leave(told, here)
    return Largest(
        float(before["came"].sum()), gross, float(missed[1] - missed[0]), uneven * np.sqrt(leave * (1 - leave))
    )


def _missed(each: pd.DataFrame, here: Windows) -> float:
    """How surprising it is that some came so rarely or not at all, by the days on which they used to come: deviance."""
    expected, met = each["days"] * here.days / here.known, each["met"]
    log = np.log(np.maximum(met, 1) / np.maximum(expected, 1e-9))
    return float((expected - met + met * log)[met < RARELY * expected].sum())


def _leave(told: ir.Table, here: Windows) -> float:
    """Of those who came so often before the earlier window that they had to come in it: which share did not at all."""
    start = here.starts()[0]
    earlier = within(told, start - timedelta(days=here.known), here.known)
    each = told.group_by("customer_id").agg(
        days=told.day.nunique(where=earlier), came=within(told, start, here.days).any()
    )
    often = each.days * here.days >= OFTEN * here.known
    found = each.aggregate(all=often.sum(), came=(often & each.came).sum()).to_pyarrow().to_pylist()[0]
    return 1 - found["came"] / found["all"] if found["all"] else 0.0


def _those(told: ir.Table, start: date, here: Windows, most: int) -> pd.DataFrame:
    """Who brought most before the window: on how many days, and what came in it."""
    earlier = within(told, start - timedelta(days=here.known), here.known)
    each = told.group_by("customer_id").agg(
        brought=told.gross.sum(where=earlier), days=told.day.nunique(where=earlier),
        came=told.gross.sum(where=within(told, start, here.days)).fill_null(0.0),
        met=told.day.nunique(where=within(told, start, here.days)),
    )  # fmt: skip
    largest = each.filter(each.brought > 0).order_by(ibis.desc("brought"), "customer_id").limit(most)
    return largest.to_pandas()


def _came(told: ir.Table, start: date, here: Windows) -> tuple[int, int]:
    """Who ordered on several days of the two windows before this one, and how many of them came in it."""
    earlier = within(told, start - timedelta(days=2 * here.days), 2 * here.days)
    each = told.group_by("customer_id").agg(
        days=told.day.nunique(where=earlier), came=within(told, start, here.days).any()
    )
    regular = each.days >= REGULAR
    found = each.aggregate(all=regular.sum(), came=(regular & each.came).sum()).to_pyarrow().to_pylist()[0]
    return found["all"] or 0, found["came"] or 0


def _categories(told: ir.Table, smallest: int) -> pd.DataFrame:
    if "category" not in told.columns:
        return pd.DataFrame(dtype=float)
    named = told.filter(told.category.notnull())
    many = named.group_by("category").having(named.customer_id.nunique() >= smallest).agg(lines=named.count())
    known = named.semi_join(many, "category")
    by = known.group_by("week", "category").agg(gross=known.gross.sum()).to_pandas()
    return by.pivot(index="week", columns="category", values="gross").fillna(0.0).sort_index(axis=1)


def _months(told: ir.Table, here: Windows) -> pd.DataFrame:
    """Gross, customers and new customers of each whole month, in order."""
    dated = told.mutate(month=told.day.truncate("M"))
    sums = dated.group_by("month").agg(gross=dated.gross.sum(), customers=dated.customer_id.nunique())
    first = dated.group_by("customer_id").agg(month=dated.month.min())
    new = first.group_by("month").agg(new=first.count())
    found = sums.left_join(new, "month").order_by("month").to_pandas().drop(columns="month_right")
    months = pd.PeriodIndex(pd.to_datetime(found.pop("month")), freq="M")
    found = found.fillna({"new": 0}).set_axis(months)
    whole = (months.start_time >= pd.Timestamp(here.first)) & (months.end_time < pd.Timestamp(here.as_of))
    every = pd.period_range(*months[whole][[0, -1]], freq="M") if whole.any() else months[whole]
    return found[whole].reindex(every, fill_value=0)
