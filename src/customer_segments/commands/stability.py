"""How far the columns of two tables of customers lie apart, and how much of that chance would explain."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import chi2

from customer_segments.commands.runs import ID, NAME

BINS = 10  # deciles of the old customers
WATCH, REFIT = 0.1, 0.25  # of the index, and of the share of customers who moved
MOST_CATEGORIES = 30
CHANCE = 0.95  # an index that chance alone exceeds more often than in one of twenty cases means nothing
NOT_COMPARED = {ID, NAME, "certainty", "outside"}


def stability_table(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """The population stability index of every column that both tables have, the largest first."""
    shared = [name for name in old if name in new and name not in NOT_COMPARED]
    rows = [(name, *found) for name in shared if (found := stability(old[name], new[name])) is not None]
    table = pd.DataFrame(rows, columns=["column", "psi", "chance"])
    real = table["psi"].where(table["psi"] > table["chance"], 0)
    shifts = np.select([real > REFIT, real > WATCH], ["shifted", "moved a little"], "stable")
    return table.assign(shift=shifts).sort_values(["psi", "column"], ascending=[False, True], ignore_index=True)


def stability(old: pd.Series, new: pd.Series) -> tuple[float, float] | None:
    """The index between two columns, and what chance alone would exceed in one of twenty cases.

    Numbers are cut at the old deciles, categories taken as they are, gaps counted as a group; days are not compared.

    >>> stability(pd.Series(["a"] * 50 + ["b"] * 50), pd.Series(["a"] * 50 + ["b"] * 50))[0]
    0.0
    """
    groups = _groups(old, new)
    if groups is None:
        return None
    counted = pd.DataFrame({"old": groups[0].value_counts(), "new": groups[1].value_counts()}).fillna(0)
    # Half a customer more in each group, so that an empty one does not make the index infinite.
    shares = (counted + 0.5) / (counted + 0.5).sum()
    index = float(((shares["new"] - shares["old"]) * np.log(shares["new"] / shares["old"])).sum())
    freedom = max(len(counted) - 1, 1)
    chance = float(chi2.ppf(CHANCE, freedom) * (1 / len(old) + 1 / len(new)))
    return round(index, 6) + 0.0, round(chance, 6)


def _groups(old: pd.Series, new: pd.Series) -> tuple[pd.Series, pd.Series] | None:
    """Both columns cut into the same groups; none where they cannot be compared."""
    if not len(old) or not len(new) or any(pd.api.types.is_datetime64_any_dtype(each) for each in (old, new)):
        return None
    if all(pd.api.types.is_numeric_dtype(each) and not pd.api.types.is_bool_dtype(each) for each in (old, new)):
        cuts = np.unique(np.nanquantile(old.astype(float), np.arange(1, BINS) / BINS)) if old.notna().any() else []
        return _cut(old, cuts), _cut(new, cuts)
    texts = [each.astype("object").where(each.notna(), "").astype(str) for each in (old, new)]
    return None if texts[0].nunique() > MOST_CATEGORIES else (texts[0], texts[1])


def _cut(column: pd.Series, cuts: np.ndarray) -> pd.Series:
    """Which of the groups between the cuts each number lies in; -1 where there is none."""
    numbers = column.astype(float)
    return pd.Series(np.where(numbers.isna(), -1, np.searchsorted(cuts, numbers, side="left")))
