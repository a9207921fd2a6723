"""What has moved among segments: what those bring who stood in each when the days that are compared began, and of what.

Customers are placed by the study's rules from what was known then, and of as many days both times. Segments of today
would not do: who stands among the lapsed has bought less, whatever has moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from customer_segments.steps.movements.migration import Placing
from customer_segments.steps.movements.windows import Windows, within
from customer_segments.steps.profiling.distinctiveness import SEGMENT

GROUPS = 20  # of customers, each left out once


@dataclass(frozen=True)
class BySegment:
    """What segments bring, and the shares of categories in it; each `before` and `now`, with the error of their ratio.

    Errors are those of logarithms, from leaving out a twentieth of the customers at a time.
    """

    sales: pd.DataFrame  # with `others`, by how much all others have changed, and the error of the difference
    orders: pd.DataFrame  # the same of orders, which tell surer where a few large ones make the sales
    categories: pd.DataFrame  # by segment and category
    weekly: pd.DataFrame  # gross of those of now; by segment and category
    weekly_orders: pd.DataFrame


def by_segment(told: ir.Table, here: Windows, placing: Placing | None, smallest: int) -> BySegment | None:
    """Place customers as of the first day of both windows, and add up what they bought; None where they cannot be."""
    if placing is None:
        return None
    starts = here.starts()
    placed = [placing.on(start, start - timedelta(days=here.known)) for start in starts]
    if None in placed:
        return None
    segments = [each.segments[each.segments[SEGMENT] > 0] for each in placed]
    bought = [_bought(told, each, start, here.days, smallest) for each, start in zip(segments, starts, strict=True)]
    named = [each[each["category"] != ""] for each in bought]
    orders = [_orders(told, each, start, here.days, smallest) for each, start in zip(segments, starts, strict=True)]
    return BySegment(
        _sales(*(_by_group(each, [SEGMENT]) for each in bought)),
        _sales(*(_by_group(each, [SEGMENT]) for each in orders)),
        _shares(*(_by_group(each, [SEGMENT, "category"]) for each in named)),
        *_weekly(told, segments[-1]),
    )


def _bought(told: ir.Table, segments: pd.DataFrame, start: date, days: int, smallest: int) -> pd.DataFrame:
    """Gross of each customer and category in the window; segments of a few are left out, what few buy has no name."""
    lines = _with_category(told.filter(within(told, start, days)))
    sums = lines.group_by("customer_id", "category").agg(amount=lines.gross.sum()).order_by("customer_id", "category")
    bought = sums.to_pandas().merge(segments, on="customer_id")
    customers = bought.groupby(SEGMENT)["customer_id"].transform("nunique")
    few = bought.groupby([SEGMENT, "category"])["customer_id"].transform("nunique") < smallest
    return bought.assign(category=bought["category"].mask(few, ""))[customers >= smallest]


def _orders(told: ir.Table, segments: pd.DataFrame, start: date, days: int, smallest: int) -> pd.DataFrame:
    """As `_bought`, of orders."""
    lines = told.filter(within(told, start, days))
    counts = lines.group_by("customer_id").agg(amount=lines.invoice_id.nunique().cast("float64"))
    found = counts.order_by("customer_id").to_pandas().merge(segments, on="customer_id")
    return found[found.groupby(SEGMENT)["customer_id"].transform("nunique") >= smallest]


def _with_category(lines: ir.Table) -> ir.Table:
    return lines.mutate(category=lines.category.fill_null("") if "category" in lines.columns else ibis.literal(""))


def _by_group(bought: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """What every twentieth of the customers bought: a row each."""
    group = pd.util.hash_array(bought["customer_id"].to_numpy(dtype=object)) % GROUPS
    sums = bought["amount"].groupby([group, *(bought[each] for each in by)]).sum()
    return sums.unstack(list(range(1, 1 + len(by))), fill_value=0.0).reindex(range(GROUPS), fill_value=0.0)


def _sales(before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    both = before.columns.intersection(now.columns)
    before, now = before[both], now[both]
    change = _change(before.sum() - before, now.sum() - now)
    others = _change(_others(before.sum() - before), _others(now.sum() - now))
    return pd.DataFrame(
        {
            "before": before.sum(), "now": now.sum(), "error": _error(change),
            "others": np.exp(others.mean()), "apart": _error(change - others),
        }
    )  # fmt: skip


def _others(sums: pd.DataFrame) -> pd.DataFrame:
    return -sums.sub(sums.sum(axis=1), axis=0)


def _shares(before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Of what each segment brings."""
    both = before.columns.intersection(now.columns)
    shares = [_in_segment(each[both].sum().to_frame().T).iloc[0] for each in (before, now)]
    change = _change(*(_in_segment(each[both].sum() - each[both]) for each in (before, now)))
    return pd.DataFrame({"before": shares[0], "now": shares[1], "error": _error(change)})


def _in_segment(sums: pd.DataFrame) -> pd.DataFrame:
    return sums / sums.T.groupby(level=SEGMENT).transform("sum").T


def _change(before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(now / before)


def _error(left_out: pd.DataFrame) -> pd.Series:
    return np.sqrt((GROUPS - 1) / GROUPS * ((left_out - left_out.mean()) ** 2).sum(skipna=False))


def _weekly(told: ir.Table, segments: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    lines = _with_category(told.inner_join(ibis.memtable(segments), "customer_id"))
    sums = lines.group_by("week", SEGMENT, "category").agg(gross=lines.gross.sum()).to_pandas()
    orders = lines.group_by("week", SEGMENT).agg(orders=lines.invoice_id.nunique()).to_pandas()
    return (
        sums.pivot(index="week", columns=[SEGMENT, "category"], values="gross").fillna(0.0).sort_index(axis=1),
        orders.pivot(index="week", columns=SEGMENT, values="orders").fillna(0.0),
    )
