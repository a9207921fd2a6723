"""Returns that found no sale, or paid back more than their sale had cost: totals only, never a single one."""

from __future__ import annotations

import ibis.expr.types as ir
import pandas as pd

from customer_segments.base import words

FILE = "data/interim/unmatched_returns.csv"
FEWEST = 5  # returns in a month, below which it is pooled: a total of a few would show single customers
MOST_MONTHS = 24  # with more, or most of them with few returns, the table is by year
COLUMNS = ["period", "returns", "units", "without_sale", "beyond_sale"]


def unmatched_totals(unmatched: ir.Table | None) -> pd.DataFrame:
    """Per month (or year) of the return: how many, units without a sale, and the money without a sale or beyond it."""
    if unmatched is None:
        return pd.DataFrame(columns=COLUMNS)
    totals = _by_period(unmatched, "%Y-%m")
    in_small_months = totals.loc[totals["returns"] < FEWEST, "returns"].sum()
    if len(totals) > MOST_MONTHS or in_small_months > totals["returns"].sum() / 2:
        totals = _by_period(unmatched, "%Y")
    small = totals["returns"] < FEWEST
    if 0 < totals.loc[small, "returns"].sum() < FEWEST and not small.all():
        small |= totals.index == totals.loc[~small, "returns"].idxmin()
    if not small.any():
        return totals
    pooled = totals[small].sum(numeric_only=True).to_frame().T.assign(period="")
    return pd.concat([totals[~small], pooled[COLUMNS]], ignore_index=True).astype(totals.dtypes.to_dict())


def unmatched_for_reader(totals: pd.DataFrame, currency: str) -> pd.DataFrame:
    """The totals, written."""
    return pd.DataFrame(
        {
            "Returned in": totals["period"].replace("", "Periods with few, together"),
            "Returns": totals["returns"].map("{:,}".format),
            "Units without a sale": totals["units"].map(words.number),
            "Money without a sale": [words.money(amount, currency) for amount in totals["without_sale"]],
            "Money beyond the sale": [words.money(amount, currency) for amount in totals["beyond_sale"]],
        }
    )


def unmatched_caption(totals: pd.DataFrame, currency: str) -> str:
    """How many there are, what they are worth, and where they are listed one by one."""
    if totals.empty:
        return "Every return that was netted found its sale."
    returns, money = int(totals["returns"].sum()), totals[["without_sale", "beyond_sale"]].to_numpy().sum()
    return (
        f"{words.counted(returns, 'return')} worth {words.money(money, currency)} met no sale, or paid back more than "
        f"the sale had cost. Each is listed in `{FILE}`; a sale older than the data is the most likely reason."
    )


def _by_period(unmatched: ir.Table, form: str) -> pd.DataFrame:
    totals = unmatched.group_by(period=unmatched.ordered_at.strftime(form)).agg(
        returns=unmatched.count(),
        units=unmatched.unmatched_quantity.sum().cast("float64"),
        without_sale=unmatched.unmatched_amount.sum().cast("float64"),
        beyond_sale=unmatched.refunded_beyond.sum().cast("float64"),
    )
    return totals.order_by("period").to_pandas()
