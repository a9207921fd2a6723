"""What preparation made of the columns: what is typical, how they were treated, which were dropped or move together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype
from sklearn.pipeline import Pipeline

from customer_segments.steps.preprocessing.accounting import totals
from customer_segments.steps.preprocessing.prepare import ID, Columns, finite
from customer_segments.steps.preprocessing.transformers import correlations, skewness

AS_IT_CAME, FOR_MODEL = "as it came", "for the model"
BINS = 24  # bars of a histogram


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


def metrics(ledger: pd.DataFrame, features: pd.DataFrame, behind: pd.DataFrame) -> dict[str, Any]:
    """The numbers of this chapter that are compared between runs."""
    rows = totals(ledger).set_index("table").to_dict("index")
    return {
        "rows": {table: {key.removeprefix("rows_"): count for key, count in of.items()} for table, of in rows.items()},
        "customers": len(features),
        "features": [name for name in features.columns if name != ID],
        "dropped": sorted(behind.loc[behind["dropped"], "feature"]),
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
