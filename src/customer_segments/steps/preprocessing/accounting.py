"""The account of rows and money: what came in, what each cleaning rule took or mended, and what is used."""

from __future__ import annotations

from decimal import Decimal

import ibis.expr.types as ir
import pandas as pd

from customer_segments.steps.cleaning.returns import MONEY, PRICE, QUANTITY
from customer_segments.steps.cleaning.rules import BEYOND, NETTED, UNDONE

OF_NETTING = (NETTED, BEYOND, UNDONE)  # they move money between lines; no row is lost to them
STUDY = "customers in the study"
MOST_IN_CSV = 1_000_000  # rows of rejected.csv; a spreadsheet opens no more
UNMATCHED = "data/interim/unmatched_returns.csv"
FEWEST = 5  # returns in a month, below which it is pooled: a total of a few would show single customers
MOST_MONTHS = 24  # with more, or most of them with few returns, the table is by year
RETURNS = ["period", "returns", "units", "without_sale", "beyond_sale"]


def totals(ledger: pd.DataFrame) -> pd.DataFrame:
    """Per table, in the ledger's order: rows in, rejected, repaired and used."""
    return ledger.groupby("table", sort=False, as_index=False).agg(
        rows_in=("rows_before", "first"),
        rows_rejected=("rows_rejected", "sum"),
        rows_repaired=("rows_repaired", "sum"),
        rows_used=("rows_after", "last"),
    )


def waterfall(ledger: pd.DataFrame) -> pd.DataFrame:
    """Per table, the steps from the rows that came in to those used: only rules that took rows.

    Columns: table, step, kind (came in, netted, rejected or used), rows, and left: how many rows are left after it.
    """
    steps = []
    for table, rules in ledger.groupby("table", sort=False):
        first, last = int(rules["rows_before"].iloc[0]), int(rules["rows_after"].iloc[-1])
        steps.append((table, "came in", "came in", first, first))
        for rule in rules[rules["rows_rejected"] > 0].itertuples():
            kind = "netted" if rule.rule in OF_NETTING else "rejected"
            steps.append((table, rule.rule, kind, rule.rows_rejected, rule.rows_after))
        steps.append((table, "used", "used", last, last))
    return pd.DataFrame(steps, columns=["table", "step", "kind", "rows", "left"])


def money_in(transactions: ir.Table | None) -> Decimal:
    """Quantity times unit price over all lines that came in, returns counted off; exact."""
    if transactions is None:
        return Decimal(0)
    amount = transactions.quantity.try_cast(QUANTITY) * transactions.unit_price.try_cast(PRICE)
    return amount.cast(MONEY).sum().to_pyarrow().as_py() or Decimal(0)


def net_revenue(lines: ir.Table | None) -> Decimal:
    """The money of the lines that are used, after returns; exact."""
    return Decimal(0) if lines is None else lines.net_revenue.sum().to_pyarrow().as_py() or Decimal(0)


def money_account(ledger: pd.DataFrame, came_in: Decimal, used: Decimal) -> pd.DataFrame:
    """From the money that came in to net revenue, rule by rule; `unaccounted` is zero to the cent.

    Columns: entry, amount.
    """
    taken = ledger[(ledger["table"] == "transactions") & (ledger["amount_rejected"] != 0)]
    entries = [("came in", float(came_in)), *zip(taken["rule"], -taken["amount_rejected"], strict=True)]
    unaccounted = round(sum(amount for _, amount in entries) - float(used), 2) + 0.0
    entries += [("net revenue", float(used)), ("unaccounted", unaccounted)]
    return pd.DataFrame(entries, columns=["entry", "amount"])


def unmatched_totals(unmatched: ir.Table | None) -> pd.DataFrame:
    """Per month (or year) of the return: how many, units without a sale, and the money without a sale or beyond it."""
    if unmatched is None:
        return pd.DataFrame(columns=RETURNS)
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
    return pd.concat([totals[~small], pooled[RETURNS]], ignore_index=True).astype(totals.dtypes.to_dict())


def _by_period(unmatched: ir.Table, form: str) -> pd.DataFrame:
    totals = unmatched.group_by(period=unmatched.ordered_at.strftime(form)).agg(
        returns=unmatched.count(),
        units=unmatched.unmatched_quantity.sum().cast("float64"),
        without_sale=unmatched.unmatched_amount.sum().cast("float64"),
        beyond_sale=unmatched.refunded_beyond.sum().cast("float64"),
    )
    return totals.order_by("period").to_pandas()
