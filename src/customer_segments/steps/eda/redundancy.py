"""Which columns tell the same story: constants, copies, and columns that rise and fall together."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from customer_segments.base.contract import ROW, UNREADABLE

FEWEST_ROWS = 10  # filled in both columns, for a correlation to mean anything
COPY_TOLERANCE = 1e-9  # of a column's range: rounding of floating-point numbers, nothing else
ORDER = ["constant", "copy", "renamed", "ordered"]
COLUMNS = ["first", "second", "how", "strength"]


def measured(table: pd.DataFrame) -> pd.DataFrame:
    """The columns that can be put in order, as numbers: dates as days, yes-or-no as 1 and 0; constants left out."""
    numbers = {name: as_numbers(table[name]) for name in table.columns.drop([ROW, UNREADABLE], errors="ignore")}
    kept = {name: values for name, values in numbers.items() if values is not None and values.nunique() > 1}
    return pd.DataFrame(kept, index=table.index)


def as_numbers(values: pd.Series) -> pd.Series | None:
    """Numbers as they are, yes-or-no as 1 and 0, dates as days; None for text."""
    filled = values.dropna()
    if filled.empty:
        return None
    if is_flag(values) or pd.api.types.is_numeric_dtype(values):
        return values.astype(float)
    if hasattr(filled.iloc[0], "strftime"):
        return (pd.to_datetime(values) - pd.Timestamp(0)) / pd.Timedelta(days=1)
    return None


def is_flag(values: pd.Series) -> bool:
    """Whether a column says yes or no, also where some of it is missing."""
    filled = values.dropna()
    return len(filled) > 0 and isinstance(filled.iloc[0], bool | np.bool_)


def rank_correlations(numbers: pd.DataFrame) -> pd.DataFrame:
    """Spearman's correlation of each pair of columns, on the rows where both are filled."""
    return numbers.corr(method="spearman", min_periods=FEWEST_ROWS)


def same_story(table: pd.DataFrame, correlated_above: float) -> pd.DataFrame:
    """Pairs of columns of which one would do, strongest first: first, second, how, strength.

    `how` is `copy` (one is the other times a number plus a number), `renamed` (categories one to one), `ordered` (rank
    correlation above the limit), or `constant` (one column, which has the same value everywhere).
    """
    names = table.columns.drop([ROW, UNREADABLE], errors="ignore")
    found = [(name, "", "constant", 1.0) for name in names if table[name].nunique() == 1 and table[name].notna().all()]
    texts = [name for name in names if as_numbers(table[name]) is None and table[name].nunique() > 1]
    found += [(*pair, "renamed", 1.0) for pair in combinations(texts, 2) if _one_to_one(table, *pair)]
    numbers = measured(table)
    correlations = rank_correlations(numbers)
    for first, second in combinations(numbers.columns, 2):
        strength = correlations.loc[first, second]
        if _is_copy(numbers[first], numbers[second]):
            found.append((first, second, "copy", 1.0))
        elif abs(strength) > correlated_above:
            found.append((first, second, "ordered", strength))
    pairs = pd.DataFrame(found, columns=COLUMNS)
    order = pairs.assign(how=pairs["how"].map(ORDER.index), strength=-pairs["strength"].abs().round(9))
    return pairs.loc[order.sort_values(["how", "strength", "first", "second"]).index].reset_index(drop=True)


def strongest(correlations: pd.DataFrame) -> tuple[str, str, float] | None:
    """The two columns with the largest correlation in size, and it; None where there is no pair."""
    pairs = [(*pair, correlations.loc[pair]) for pair in combinations(correlations.columns, 2)]
    known = [pair for pair in pairs if not np.isnan(pair[2])]
    return max(known, key=lambda pair: (round(abs(pair[2]), 9), pair[0], pair[1])) if known else None


def _one_to_one(table: pd.DataFrame, first: str, second: str) -> bool:
    """Whether each value of one column stands with one value of the other; in columns of names any two would."""
    pairs = table[[first, second]].dropna()
    if not 2 <= pairs[first].nunique() < len(pairs):
        return False
    return len(pairs.drop_duplicates()) == pairs[first].nunique() == pairs[second].nunique()


def _is_copy(first: pd.Series, second: pd.Series) -> bool:
    """Whether a straight line through two of the points goes through all of them."""
    both = pd.concat([first, second], axis=1).dropna().to_numpy()
    if len(both) < FEWEST_ROWS or len(np.unique(both[:, 0])) < 3:
        return False
    (x0, y0), (x1, y1) = both[both[:, 0].argmin()], both[both[:, 0].argmax()]
    line = y0 + (both[:, 0] - x0) * (y1 - y0) / (x1 - x0)
    span = np.ptp(both[:, 1])
    return bool(span > 0 and np.abs(both[:, 1] - line).max() <= COPY_TOLERANCE * max(span, np.abs(both[:, 1]).max()))
