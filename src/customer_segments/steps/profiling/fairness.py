"""How the segments differ on sensitive attributes, told in groups too large to single anyone out."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from customer_segments.steps.association import interval, of_categories, of_order
from customer_segments.steps.profiling.distinctiveness import SEGMENT

OTHER, UNKNOWN, EVERYONE = "other", "unknown", "everyone"
CRAMERS_V, EPSILON_SQUARED = "Cramér's V", "epsilon squared"
# From these sizes on an effect is small, medium, large (Cohen).
LIMITS = {CRAMERS_V: (0.1, 0.3, 0.5), EPSILON_SQUARED: (0.01, 0.06, 0.14)}


def sensitive_columns(customers: pd.DataFrame, sensitive: Sequence[str]) -> list[str]:
    """The attributes declared sensitive that this study has, and that hold something to compare."""
    return [name for name in sensitive if name in customers and customers[name].nunique() > 1]


def effects(customers: pd.DataFrame, sensitive: Sequence[str], smallest_group: int) -> pd.DataFrame:
    """One row per sensitive attribute: column, measure, effect (0 to 1), and between what it lies (low, high).

    `least` and `most` are the sizes of these ends, from 0 (none) to 3 (large). Numbers are compared by their ranks: the
    medians are what is shown of them, and no few large values are to decide.
    """
    large = customers[customers.groupby(SEGMENT)[SEGMENT].transform("size") >= smallest_group]
    rows = []
    for column in sensitive_columns(large, sensitive):
        if _is_number(large[column]):
            measure, counts, strength = EPSILON_SQUARED, _by_rank(large, column), of_order
        else:
            groups = merged(large[column], smallest_group)
            measure, counts, strength = CRAMERS_V, pd.crosstab(large[SEGMENT], groups).to_numpy(), of_categories
        found = np.clip([strength(counts).explained, *interval(counts, strength)], 0, 1)
        effect, low, high = found**0.5 if measure == CRAMERS_V else found
        ends = [sum(end >= limit for limit in LIMITS[measure]) for end in (low, high)]
        rows.append((column, measure, *np.round([effect, low, high], 6), *ends))
    return pd.DataFrame(rows, columns=["column", "measure", "effect", "low", "high", "least", "most"])


def _by_rank(customers: pd.DataFrame, column: str) -> np.ndarray:
    """How many customers of each segment have each value, in order; those of about the same rank together."""
    values = customers[column].dropna()
    return pd.crosstab(customers[SEGMENT], values.rank(pct=True).round(2)).to_numpy()


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def merged(column: pd.Series, smallest_group: int) -> pd.Series:
    """An attribute's groups; those of fewer than `smallest_group` customers together, with more until large enough."""
    texts = column.astype("object").where(column.notna(), UNKNOWN).astype(str).astype("object")
    counts = texts.value_counts().sort_index().sort_values(kind="stable")
    small = [group for group, count in counts.items() if count < smallest_group]
    rest = [group for group in counts.index if group not in small]
    while small and counts[small].sum() < smallest_group and rest:
        small.append(rest.pop(0))
    return texts.where(~texts.isin(small), OTHER)


def groups(customers: pd.DataFrame, sensitive: Sequence[str], smallest_group: int) -> pd.DataFrame:
    """Medians of the sensitive numbers and shares of the others' groups, by segment; those of too few are unknown."""
    rows = []
    for column in sensitive_columns(customers, sensitive):
        found = _medians if _is_number(customers[column]) else _shares
        rows += [{"column": column} | row for row in found(customers[column], customers[SEGMENT], smallest_group)]
    return pd.DataFrame(rows)


def _medians(values: pd.Series, segment: pd.Series, smallest_group: int) -> list[dict]:
    known = values.groupby(segment)
    return [known.median().where(known.count() >= smallest_group).to_dict() | {EVERYONE: values.median()}]


def _shares(values: pd.Series, segment: pd.Series, smallest_group: int) -> list[dict]:
    """Each group's share of each segment; where one group is too small to show, the next one is hidden too."""
    counts = pd.crosstab(merged(values, smallest_group).rename("group"), segment)
    hidden = counts < smallest_group
    for name in counts.columns[hidden.sum() == 1]:  # a single one could be had by subtraction
        hidden[name] |= counts[name] == counts.loc[~hidden[name], name].min()
    shares = (counts / counts.sum()).mask(hidden)
    shares[EVERYONE] = counts.sum(axis=1) / counts.to_numpy().sum()
    return shares.reset_index().to_dict("records")
