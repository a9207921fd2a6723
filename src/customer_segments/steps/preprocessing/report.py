"""What the chapter tells in numbers: the account of rows and money, and what preparation made of the columns."""

from decimal import Decimal
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype
from sklearn.pipeline import Pipeline

from customer_segments.base.money import exact_amount
from customer_segments.steps.cleaning.rules import BEYOND, NETTED, UNDONE
from customer_segments.steps.preprocessing.prepare import ID, Columns, finite
from customer_segments.steps.preprocessing.transformers import correlations, skewness

OF_NETTING = (NETTED, BEYOND, UNDONE)  # they move money between lines; no row is lost to them
STUDY = "customers in the study"
MOST_IN_CSV = 1_000_000  # rows of rejected.csv; a spreadsheet opens no more
UNMATCHED = "data/interim/unmatched_returns.csv"
FEWEST = 5  # returns in a month, below which it is pooled: a total of a few would show single customers
MOST_MONTHS = 24  # with more, or most of them with few returns, the table is by year
LOST = {"without_sale": "unmatched_amount", "beyond_sale": "refunded_beyond"}
RETURNS = ["period", "returns", "units", "without_sale", "beyond_sale"]
NO_MONEY = pd.DataFrame(columns=["entry", "amount"])
AS_IT_CAME, FOR_MODEL = "as it came", "for the model"
BINS = 24  # bars of a histogram


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
    """What all lines that came in amount to, returns counted off; exact."""
    if transactions is None:
        return Decimal(0)
    return exact_amount(transactions).sum().to_pyarrow().as_py() or Decimal(0)


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
    """Per month (or year) of the return: how many, units without a sale, and the money without a sale or beyond it.

    Of lines without money only the units are told.
    """
    if unmatched is None:
        return pd.DataFrame()
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
    return pd.concat([totals[~small], pooled[list(totals)]], ignore_index=True).astype(totals.dtypes.to_dict())


def _by_period(unmatched: ir.Table, form: str) -> pd.DataFrame:
    totals = unmatched.group_by(period=unmatched.ordered_at.strftime(form)).agg(
        returns=unmatched.count(),
        units=unmatched.unmatched_quantity.sum().cast("float64"),
        **{ours: unmatched[name].sum().cast("float64") for ours, name in LOST.items() if name in unmatched.columns},
    )
    return totals.order_by("period").to_pandas()


def typical(customers: pd.DataFrame) -> pd.DataFrame:
    """What is typical of each number known of the customers: feature, median, low and high of nine in ten, gaps."""
    numbers = customers.loc[:, [is_numeric_dtype(kind) and not is_bool_dtype(kind) for kind in customers.dtypes]]
    of = {"median": numbers.median(), "low": numbers.quantile(0.05), "high": numbers.quantile(0.95)}
    return pd.DataFrame({"feature": numbers.columns, **of, "gaps": numbers.isna().mean()}).reset_index(drop=True)


def treatments(preprocessor: Pipeline, columns: Columns, customers: pd.DataFrame) -> pd.DataFrame:
    """What the fitted pipeline does to each number.

    Columns: feature, gaps (share), filled_with, skewness_before, straightened, skewness_after, kept,
    and gain: how much less skewed it became.
    """
    numbers = preprocessor["by_kind"].named_transformers_["numbers"]
    filled, straightener = numbers["simpleimputer"], numbers["straightener"]
    values = finite(customers[columns.numbers])
    straight = numbers[:3].transform(values)
    return pd.DataFrame(
        {
            "feature": columns.numbers,
            "gaps": values.isna().mean().to_numpy(),
            "filled_with": filled.statistics_,
            "skewness_before": straightener.skewness_,
            "straightened": straightener.straightened_,
            "skewness_after": skewness(straight.to_numpy()),
            "kept": np.isin(columns.numbers, preprocessor.get_feature_names_out()),
        }
    ).assign(gain=lambda treated: treated["skewness_before"].abs() - treated["skewness_after"].abs())


def histograms(preprocessor: Pipeline, treated: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    """Each kept number counted into bars: the straightened ones first, as they came and for the model.

    Columns: feature, straightened, scale (`as it came`, `for the model`), left, width, customers.
    """
    came = finite(customers[treated["feature"]])
    prepared = preprocessor.transform(customers[list(preprocessor.feature_names_in_)])
    kept = treated[treated["kept"]]
    straightened = kept.loc[kept["straightened"], "feature"]
    shown = [(name, True, scale) for name in straightened for scale in (AS_IT_CAME, FOR_MODEL)]
    shown += [(name, False, AS_IT_CAME) for name in kept.loc[~kept["straightened"], "feature"]]
    counted = []
    for name, bent, scale in shown:
        values = came if scale == AS_IT_CAME else prepared
        counts, edges = np.histogram(values[name].dropna(), bins=BINS)
        of = {"feature": name, "straightened": bent, "scale": scale}
        counted.append(pd.DataFrame(of | {"left": edges[:-1], "width": np.diff(edges), "customers": counts}))
    return pd.concat(counted, ignore_index=True)


def left_behind(preprocessor: Pipeline, columns: Columns) -> pd.DataFrame:
    """Every column that does not make the segments: feature, reason, and dropped (found redundant) or not."""
    dropped = preprocessor["drop"].dropped_.assign(dropped=True)
    return pd.concat([dropped, columns.left_out.assign(dropped=False)], ignore_index=True)


def metrics(
    ledger: pd.DataFrame, features: pd.DataFrame, behind: pd.DataFrame, money: pd.DataFrame = NO_MONEY
) -> dict[str, Any]:
    """The numbers of this chapter that are compared between runs."""
    amounts = money.set_index("entry")["amount"]
    rows = totals(ledger).set_index("table").to_dict("index")
    return {
        "rows": {table: {key.removeprefix("rows_"): count for key, count in of.items()} for table, of in rows.items()},
        "money": None if amounts.empty else {"in": amounts["came in"], "used": amounts["net revenue"]},
        "customers": len(features),
        "features": [name for name in features.columns if name != ID],
        "dropped": sorted(behind.loc[behind["dropped"], "feature"]) or None,  # DVC stumbles over an empty list
    }


def correlation_matrix(features: pd.DataFrame) -> pd.DataFrame:
    """Pearson's correlation of every two model columns."""
    values = features.drop(columns=ID)
    matrix = correlations(values.to_numpy(), np.ptp(values.to_numpy(), axis=0) > 0)
    return pd.DataFrame(matrix, index=values.columns, columns=values.columns)


def pairs(matrix: pd.DataFrame) -> pd.DataFrame:
    """Every two columns once, the largest correlation in size first: first, second, correlation."""
    rows, columns = np.triu_indices(len(matrix), 1)
    sizes = matrix.to_numpy()[rows, columns]
    found = pd.DataFrame({"first": matrix.index[rows], "second": matrix.columns[columns], "correlation": sizes})
    return found.iloc[np.argsort(-np.abs(sizes), kind="stable")].reset_index(drop=True)
