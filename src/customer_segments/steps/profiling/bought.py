"""What each segment buys, when and where, and what it brought quarter by quarter: shares of what its lines tell."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pandas as pd

from customer_segments.base.engine import materialised
from customer_segments.base.privacy import untold
from customer_segments.base.threads import in_one_thread
from customer_segments.steps.profiling.distinctiveness import SEGMENT, UNASSIGNED

EVERYONE = -1  # the number under which all customers stand
SHOWN = 6  # categories, places: the largest; the others are one
OTHERS = "Others"
PRODUCTS = 3  # of a segment
MORE = 0.02  # a smaller difference says nothing
QUARTERS = 5  # the last, and the same a year before
PARTS = 6  # hours of a part of the day


@dataclass(frozen=True)
class Bought:
    """Tables of segments (rows; `EVERYONE` too) and what is told; empty where the lines do not tell it."""

    categories: pd.DataFrame  # shares of what was sold
    places: pd.DataFrame  # the same, by country or region
    weekdays: pd.DataFrame  # shares of orders, Monday first
    hours: pd.DataFrame  # shares of orders by part of the day
    products: pd.DataFrame  # segment, product, share of its customers who bought it, and of all customers
    quarters: pd.DataFrame  # what was sold in each whole quarter
    in_money: bool


@in_one_thread
def bought(lines: ir.Table | None, segments: pd.DataFrame, smallest: int) -> Bought | None:
    """What the lines say of segments with enough customers; none in a study without lines."""
    if lines is None:
        return None
    sizes = segments.groupby(SEGMENT).size()
    large = [number for number in sizes.index[sizes >= smallest] if number != UNASSIGNED]
    members = ibis.memtable(segments[["customer_id", SEGMENT]].reset_index(drop=True))
    told = materialised(_told(lines).inner_join(members, "customer_id"))
    return Bought(
        categories=_shares(told, "category", large, smallest),
        places=_shares(told, "country", large, smallest),
        weekdays=_of_orders(told, "weekday", large, range(7)),
        hours=_of_orders(told, "part", large, range(24 // PARTS)) if _has_hours(told) else pd.DataFrame(),
        products=_products(told, sizes, large, smallest),
        quarters=_quarters(told, large, smallest),
        in_money="net_revenue" in lines.columns,
    )  # fmt: skip


def _told(lines: ir.Table) -> ir.Table:
    """What was kept of each line: money or, if none is told, pieces."""
    sold = lines.filter(lines.quantity > 0)
    columns = [name for name in ("product", "category", "country") if name in lines.columns]
    worth = sold.net_revenue if "net_revenue" in lines.columns else sold.quantity
    return sold.select(
        "customer_id", "invoice_id", *columns, day=sold.ordered_at.date(), worth=worth,
        weekday=sold.ordered_at.date().day_of_week.index(), hour=sold.ordered_at.hour(),
        part=(sold.ordered_at.hour() // PARTS).cast("int64"),
    )  # fmt: skip


def _has_hours(told: ir.Table) -> bool:
    return bool(told.aggregate(hours=(told.hour != 0).any()).to_pyarrow().to_pylist()[0]["hours"])


def _shares(told: ir.Table, column: str, large: list[int], smallest: int) -> pd.DataFrame:
    """Of what each segment kept, the share of the largest values of a column that enough customers have."""
    if column not in told.columns:
        return pd.DataFrame()
    named = told.filter(told[column].notnull())
    known = named.group_by(column).agg(customers=named.customer_id.nunique(), worth=named.worth.sum())
    many = known.filter(known.customers >= smallest).order_by([known.worth.desc(), column]).limit(SHOWN)
    first = many.to_pandas()[column].tolist()
    if len(first) < 2:
        return pd.DataFrame()
    valued = named.mutate(value=ibis.ifelse(named[column].isin(first), named[column], OTHERS))
    sums, hidden = _sums(valued, large, smallest)
    kept = sums.clip(lower=0)
    shares = kept.div(kept.sum(axis=1), axis=0).mask(hidden)
    return shares[[*first, *({OTHERS} & set(shares) - set(first))]]


def _sums(told: ir.Table, large: list[int], smallest: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What was kept by segment and value, of the large segments and of everyone; and what is not told of few."""
    by = told.group_by(SEGMENT, "value")
    table = by.agg(worth=told.worth.sum().cast("float64"), buyers=told.customer_id.nunique()).to_pandas()
    sums, buyers = (table.pivot(index=SEGMENT, columns="value", values=name).fillna(0) for name in ("worth", "buyers"))
    few = buyers.apply(lambda counts: pd.Series(untold(counts.tolist(), smallest), counts.index))
    wide = _with_everyone(sums, large)
    return wide, few.reindex(wide.index, fill_value=False)


def _with_everyone(wide: pd.DataFrame, large: list[int]) -> pd.DataFrame:
    everyone = wide.sort_index().sum().round(6)
    return pd.concat([wide.reindex(large).fillna(0.0), everyone.to_frame(EVERYONE).T]).rename_axis(SEGMENT)


def _of_orders(told: ir.Table, column: str, large: list[int], values: range) -> pd.DataFrame:
    """Of each segment's orders, the share of each weekday, or part of the day."""
    orders = told.group_by(SEGMENT, "invoice_id").agg(value=told[column].min())
    counts = orders.group_by(SEGMENT, "value").agg(orders=orders.count()).to_pandas()
    wide = counts.pivot(index=SEGMENT, columns="value", values="orders").reindex(columns=list(values)).fillna(0.0)
    wide = _with_everyone(wide, large)
    return wide.div(wide.sum(axis=1), axis=0)


def _products(told: ir.Table, sizes: pd.Series, large: list[int], smallest: int) -> pd.DataFrame:
    """What each segment buys more often than all customers do: the largest difference in the share who bought it."""
    columns = [SEGMENT, "product", "share", "share_of_all"]
    if "product" not in told.columns:
        return pd.DataFrame(columns=columns)
    buyers = told.group_by("product", SEGMENT).agg(buyers=told.customer_id.nunique())
    found = buyers.order_by("product", SEGMENT).to_pandas()
    found["all"] = found.groupby("product")["buyers"].transform("sum")
    found = found[found[SEGMENT].isin(large) & (found["buyers"] >= smallest)]
    found = found.assign(share=found["buyers"] / found[SEGMENT].map(sizes), share_of_all=found["all"] / sizes.sum())
    found = found.assign(more=found["share"] - found["share_of_all"])
    ranked = found[found["more"] >= MORE].sort_values([SEGMENT, "more", "product"], ascending=[True, False, True])
    return ranked.groupby(SEGMENT).head(PRODUCTS)[columns].reset_index(drop=True)


def _quarters(told: ir.Table, large: list[int], smallest: int) -> pd.DataFrame:
    """What was kept of each quarter that the data hold as a whole, the last of them."""
    first, last = told.aggregate(first=told.day.min(), last=told.day.max()).to_pyarrow().to_pylist()[0].values()
    wide, hidden = _sums(told.mutate(value=told.day.truncate("Q")), large, smallest)
    quarters = pd.PeriodIndex(pd.to_datetime(wide.columns), freq="Q")
    whole = (quarters.start_time >= pd.Timestamp(first)) & (quarters.end_time.normalize() <= pd.Timestamp(last))
    return wide.mask(hidden).set_axis(quarters, axis=1).loc[:, whole].iloc[:, -QUARTERS:]
