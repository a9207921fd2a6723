"""Is any customer too far from all others? Outliers are kept, drawn in or set aside, and never lost silently."""

import json
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis.util import gen_name

from customer_segments.base import words
from customer_segments.base.params import CleaningParams
from customer_segments.steps.cleaning.ledger import REJECTED, as_frame, balanced
from customer_segments.steps.eda.distributions import spread
from customer_segments.steps.preprocessing.features import ID, refuse_too_few
from customer_segments.steps.preprocessing.plain import DECIMALS
from customer_segments.steps.preprocessing.prepare import finite
from customer_segments.steps.preprocessing.report import STUDY
from customer_segments.steps.preprocessing.transformers import Fence

SET_ASIDE = "outlier"
OUTLIERS = ["feature", "scale", "lower_fence", "upper_fence", "lowest", "highest", "beyond", "customers"]


@dataclass(frozen=True)
class Study:
    """The customers that the study goes on with, those it sets aside, and the account of both.

    `found` has a row per feature with values beyond its fences: feature, scale, lower_fence, upper_fence, lowest,
    highest, beyond and customers. `fences` has those that values were drawn in to, for the saved pipeline.
    """

    customers: pd.DataFrame
    found: pd.DataFrame
    ledger: pd.DataFrame
    set_aside: pd.DataFrame
    fences: dict[str, Fence]


def treat_outliers(customers: pd.DataFrame, features: list[str], params: CleaningParams) -> Study:
    """Find the values of the features beyond their fences, and treat them as the settings say.

    The fences are those of the first look (`eda`): so many interquartile ranges beyond the quartiles, on the log scale
    where values are skewed, because there a long tail is the rule and only a break in it is remarkable.
    """
    numbers = finite(customers[features])
    filled = {name: numbers[name].dropna() for name in features if numbers[name].notna().any()}
    spreads = spread(filled, params.outlier_fence).rename(columns={"column": "feature", "rows": "customers"})
    found = spreads[spreads["beyond"] > 0].reset_index(drop=True)[OUTLIERS]
    beyond, nothing, reach = _beyond(numbers, found), float("nan"), words.number(params.outlier_fence)
    why = f"A value more than {reach} interquartile ranges beyond the quartiles is taken for too far out."
    kept, account, out, fences = customers, [], pd.Series(False, customers.index), {}
    if params.outliers == "set_aside":
        out = beyond.any(axis=1)
        kept = customers[~out].reset_index(drop=True)
        refuse_too_few(kept)
        account = [(SET_ASIDE, why, int(out.sum()), 0, nothing)]
    elif params.outliers == "winsorise":
        fences = {row.feature: _fence(row, customers[row.feature]) for row in found.itertuples()}
        kept = _drawn_in(customers, beyond, fences)
        account = [
            (f"outlier drawn in: {row.feature}", f"{why} Here {_expected(row)}.", 0, int(row.beyond), nothing)
            for row in found.itertuples()
        ] or [("outlier drawn in", why, 0, 0, nothing)]
    ledger = as_frame(balanced(STUDY, len(customers), account))
    return Study(kept, found, ledger, _rejected(customers[out], beyond[out], found), fences)


def with_set_aside(rejected: ir.Table, study: Study) -> ir.Table:
    """The rejected rows of the source, and after them the customers set aside."""
    if study.set_aside.empty:
        return rejected
    out = ibis.memtable(study.set_aside, schema=REJECTED)
    return rejected.union(rejected.get_backend().create_table(gen_name("set_aside"), out, temp=True))


def _beyond(numbers: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Which values lie beyond; on a log scale values at or below zero are of another kind, not far out."""
    marks = {}
    for row in found.itertuples():
        values = numbers[row.feature]
        below = (values < row.lower_fence) & ((values > 0) | (row.scale != "log"))
        marks[row.feature] = below | (values > row.upper_fence)
    return pd.DataFrame(marks, index=numbers.index, dtype=bool)


def _fence(row: tuple, column: pd.Series) -> Fence:
    low, high = row.lower_fence, row.upper_fence
    if pd.api.types.is_integer_dtype(column):  # a count stays a count, within the fences
        low, high = sorted((np.ceil(low), np.floor(high)))
    return Fence(round(float(low), DECIMALS), round(float(high), DECIMALS), row.scale == "log")


def _drawn_in(customers: pd.DataFrame, beyond: pd.DataFrame, fences: dict[str, Fence]) -> pd.DataFrame:
    drawn = {}
    for name, fence in fences.items():
        values = customers[name].astype("float64").clip(fence.low, fence.high).astype(customers[name].dtype)
        drawn[name] = customers[name].where(~beyond[name], values)
    return customers.assign(**drawn)


def _rejected(customers: pd.DataFrame, beyond: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """The customers set aside, each with the values that did it."""
    expected = {row.feature: _expected(row) for row in found.itertuples()}
    entries = []
    for customer, marks in zip(customers.to_dict("records"), beyond.to_dict("records"), strict=True):
        far = {name: float(customer[name]) for name, is_far in marks.items() if is_far}
        reasons = "; ".join(f"{name} is {words.number(value, 6)}, {expected[name]}" for name, value in far.items())
        told = f"Too far from all others: {reasons}."
        entries.append((STUDY, None, None, None, customer[ID], SET_ASIDE, told, json.dumps(far)))
    return pd.DataFrame(entries, columns=list(REJECTED))


def _expected(row: tuple) -> str:
    """The fences that some value lies beyond."""
    low, high = words.number(row.lower_fence), words.number(row.upper_fence)
    if row.lowest >= row.lower_fence:
        return f"expected is up to {high}"
    return f"expected is {low} to {high}" if row.highest > row.upper_fence else f"expected is from {low}"
