"""How the segments differ on sensitive attributes, told in groups too large to single anyone out."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from customer_segments.base import registry, words
from customer_segments.steps.profiling.distinctiveness import SEGMENT
from customer_segments.steps.profiling.tables import ALL

OTHER, UNKNOWN, TOO_FEW = "other", "unknown", "–"
CRAMERS_V, ETA_SQUARED = "Cramér's V", "eta squared"
# From these sizes on an effect is small, medium, large (Cohen).
LIMITS = {CRAMERS_V: (0.1, 0.3, 0.5), ETA_SQUARED: (0.01, 0.06, 0.14)}
ADVERBS = ("hardly", "a little", "clearly", "strongly")


def sensitive_columns(customers: pd.DataFrame, sensitive: Sequence[str]) -> list[str]:
    """The attributes declared sensitive that this study has, and that hold something to compare."""
    return [name for name in sensitive if name in customers and customers[name].nunique() > 1]


def effects(customers: pd.DataFrame, sensitive: Sequence[str], smallest_group: int) -> pd.DataFrame:
    """One row per sensitive attribute: column, measure, effect (0 to 1) and how strongly the segments differ."""
    large = customers[customers.groupby(SEGMENT)[SEGMENT].transform("size") >= smallest_group]
    rows = []
    for column in sensitive_columns(large, sensitive):
        measure = ETA_SQUARED if _is_number(large[column]) else CRAMERS_V
        size = _eta_squared(large, column) if measure == ETA_SQUARED else _cramers_v(large, column, smallest_group)
        rows.append((column, measure, round(size, 6), ADVERBS[sum(size >= limit for limit in LIMITS[measure])]))
    return pd.DataFrame(rows, columns=["column", "measure", "effect", "how"])


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _eta_squared(customers: pd.DataFrame, column: str) -> float:
    """The share of an attribute's variance that lies between segments."""
    values = customers[column].astype("float64").dropna()
    segments = values.groupby(customers[SEGMENT])
    spread = float(((values - values.mean()) ** 2).sum())
    between = float((segments.size() * (segments.mean() - values.mean()) ** 2).sum())
    return between / spread if spread > 0 else 0.0


def _cramers_v(customers: pd.DataFrame, column: str, smallest_group: int) -> float:
    from scipy.stats.contingency import association

    counts = pd.crosstab(customers[SEGMENT], merged(customers[column], smallest_group))
    return float(association(counts, method="cramer")) if min(counts.shape) > 1 else 0.0


def merged(column: pd.Series, smallest_group: int) -> pd.Series:
    """An attribute's groups; those of fewer than `smallest_group` customers together, with more until large enough."""
    texts = column.astype("object").where(column.notna(), UNKNOWN).astype(str).astype("object")
    counts = texts.value_counts().sort_index().sort_values(kind="stable")
    small = [group for group, count in counts.items() if count < smallest_group]
    rest = [group for group in counts.index if group not in small]
    while small and counts[small].sum() < smallest_group and rest:
        small.append(rest.pop(0))
    return texts.where(~texts.isin(small), OTHER)


def sensitive_table(
    customers: pd.DataFrame, profiled: pd.DataFrame, sensitive: Sequence[str], smallest_group: int
) -> pd.DataFrame:
    """Medians and shares of the sensitive attributes, a column per segment; too small groups are not shown."""
    names = profiled.set_index(SEGMENT)["name"]
    rows = []
    for column in sensitive_columns(customers, sensitive):
        values = customers[column]
        if _is_number(values):
            rows.append(_row_of_medians(column, values, customers[SEGMENT], names, smallest_group))
        else:
            rows += _rows_of_shares(column, merged(values, smallest_group), customers[SEGMENT], names, smallest_group)
    return pd.DataFrame(rows)


def _row_of_medians(
    column: str, values: pd.Series, segment: pd.Series, names: pd.Series, smallest_group: int
) -> dict[str, str]:
    """An attribute that is a number: each segment's median."""
    groups = values.groupby(segment)
    medians = groups.median().where(groups.count() >= smallest_group).reindex(names.index)
    cells = {names[number]: words.number(value) if pd.notna(value) else TOO_FEW for number, value in medians.items()}
    return {"Attribute": f"{registry.label(column)} (median)", **cells, ALL: words.number(values.median())}


def _rows_of_shares(
    column: str, groups: pd.Series, segment: pd.Series, names: pd.Series, smallest_group: int
) -> list[dict[str, str]]:
    """An attribute of several groups: their shares of each segment.

    Where one group is too small to show, the next one is not shown either: it could be had by subtraction.
    """
    counts = pd.crosstab(groups, segment).reindex(columns=names.index, fill_value=0)
    written = pd.DataFrame({names[number]: _shares(counts[number], smallest_group) for number in names.index})
    written[ALL] = (counts.sum(axis=1) / counts.to_numpy().sum()).map(words.percent)
    label = registry.label(column)
    return [{"Attribute": f"{label}: {group}", **cells} for group, cells in written.T.to_dict().items()]


def _shares(counts: pd.Series, smallest_group: int) -> pd.Series:
    hidden = counts < smallest_group
    if hidden.sum() == 1:
        hidden |= counts == counts[~hidden].min()
    return (counts / counts.sum()).map(words.percent).where(~hidden, TOO_FEW)


def sensitive_caption(
    told: pd.DataFrame, profiled: pd.DataFrame, by_name: dict[str, list[str]], smallest_group: int
) -> str:
    """How strongly the segments differ, which names rest on it, and what is not shown."""
    if told.empty:
        return "The study has none of the attributes that `privacy.sensitive` declares, so there is nothing to compare."
    ranked = told.sort_values("effect", ascending=False, kind="stable")
    parts = [
        f"{row.how} in {registry.inline(row.column)} ({row.measure} {words.number(row.effect, 2)})"
        for row in ranked.itertuples(index=False)
    ]
    resting = [
        f"The name “{name}” rests on {words.listed(map(registry.inline, columns))}: let it choose words and "
        "pictures, never who gets an offer."
        for name, columns in by_name.items()
    ]
    hidden = (
        f"Groups of fewer than {smallest_group} customers are merged or not shown ({TOO_FEW}), and no smallest or "
        "largest value is."
    )
    return " ".join([f"The segments differ {words.listed(parts)}; 0 is not at all, 1 is wholly.", *resting, hidden])
