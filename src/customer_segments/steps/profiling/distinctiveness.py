"""What sets each segment apart: every column of every segment against all customers, on one scale."""

from __future__ import annotations

import numpy as np
import pandas as pd

from customer_segments.base import registry
from customer_segments.base.params import Level, ProfilingParams

SEGMENT = "segment"
UNASSIGNED = 0  # the number of those who are in no segment
NOT_MEASURED = (SEGMENT, "segment_name", "customer_id")
SKEWED_ABOVE = 1.0  # beyond this skewness a few large values would decide a mean: logarithms are compared instead
MOST_CATEGORIES = 12  # a column with more categories describes nobody in a sentence
RAREST_CATEGORY = 0.02  # categories rarer than this are too few customers to tell segments apart by
DECIMALS = 6


def measured(customers: pd.DataFrame, smallest_group: int = 1) -> pd.DataFrame:
    """The columns that can be compared, as numbers: measures, yes/no as 1/0, each category as `column=category`.

    Categories of fewer than `smallest_group` customers are left out.
    """
    columns: dict[str, pd.Series] = {}
    for name in customers.columns.drop(list(NOT_MEASURED), errors="ignore"):
        columns |= _as_numbers(customers[name], smallest_group)
    numbers = pd.DataFrame(columns, index=customers.index)
    return numbers.loc[:, numbers.nunique() > 1]


def _as_numbers(column: pd.Series, smallest_group: int) -> dict[str, pd.Series]:
    """A column's numbers, the indicators of its categories, or nothing (dates, free text)."""
    kind = pd.api.types.infer_dtype(column, skipna=True)
    if kind in ("boolean", "integer", "floating", "mixed-integer-float"):
        return {column.name: column.astype("Float64").astype("float64")}
    if kind not in ("string", "categorical"):
        return {}
    counts = column.value_counts()
    if len(counts) > MOST_CATEGORIES:
        return {}
    fewest = max(RAREST_CATEGORY * counts.sum(), smallest_group)
    common = sorted(str(category) for category, count in counts.items() if count >= fewest)
    return {registry.joined(column.name, name): (column == name).astype(float).where(column.notna()) for name in common}


def shares(numbers: pd.DataFrame) -> pd.Series:
    """Which measured columns are shares of customers: yes/no, or one category of several."""
    return pd.Series({name: bool(numbers[name].dropna().isin([0.0, 1.0]).all()) for name in numbers}, dtype=bool)


def skewed(numbers: pd.DataFrame) -> pd.Series:
    """Which measured columns a few large values would decide."""
    return ~shares(numbers) & (numbers.skew().abs() > SKEWED_ABOVE)


def straightened(numbers: pd.DataFrame) -> pd.DataFrame:
    """Skewed measures as logarithms (of both signs alike), all others as they are."""
    names = numbers.columns[skewed(numbers)]
    return numbers.assign(**(np.sign(numbers[names]) * np.log1p(numbers[names].abs())))


def compare(numbers: pd.DataFrame, segment: pd.Series, params: ProfilingParams) -> pd.DataFrame:
    """Each segment against all customers: one row per segment and column.

    `difference` is (mean of the segment - mean of all) / standard deviation of all, on logarithms where a column is
    skewed. `typical` is the median or the mean, whichever tells the same story as the difference in more segments.
    `rank` is the median's place among all customers: 0.8 means that four fifths of them lie below it, ties half.
    """
    straight, segments = straightened(numbers), numbers.groupby(segment.rename(SEGMENT))
    apart = (straight.groupby(segment).mean() - straight.mean()) / straight.std(ddof=0)
    means, medians = segments.mean(), segments.median()
    values = {"difference": apart.round(DECIMALS), "mean": means, "median": medians, "rank": _ranks(medians, numbers)}
    stacked = {name: frame.rename_axis(index=SEGMENT, columns="column").stack() for name, frame in values.items()}
    table = pd.DataFrame(stacked).dropna(subset="difference").reset_index()
    column = table["column"]
    by_median = column.map(_told_better_by_medians(numbers, means, medians, apart))
    table.insert(2, "is_share", column.map(shares(numbers)))
    table["typical"] = table["median"].where(by_median, table["mean"])
    table["mean_of_all"], table["median_of_all"] = column.map(numbers.mean()), column.map(numbers.median())
    table["typical_of_all"] = table["median_of_all"].where(by_median, table["mean_of_all"])
    return table.assign(level=[level(difference, params) for difference in table["difference"]])


def _ranks(medians: pd.DataFrame, numbers: pd.DataFrame) -> pd.DataFrame:
    """Where each segment's medians stand among all customers' values, from 0 to 1."""
    ranks = {}
    for name in numbers:
        values = np.sort(numbers[name].dropna().to_numpy())
        places = [np.searchsorted(values, medians[name].to_numpy(), side) for side in ("left", "right")]
        ranks[name] = np.mean(places, axis=0) / len(values)
    return pd.DataFrame(ranks, index=medians.index).round(DECIMALS)


def _told_better_by_medians(
    numbers: pd.DataFrame, means: pd.DataFrame, medians: pd.DataFrame, apart: pd.DataFrame
) -> pd.Series:
    """Of each column, whether medians lie on the side of the difference more often than means; skewed ones win ties."""
    agreeing_medians = (np.sign(medians - numbers.median()) == np.sign(apart)).sum()
    agreeing_means = (np.sign(means - numbers.mean()) == np.sign(apart)).sum()
    return (agreeing_medians > agreeing_means) | (skewed(numbers) & (agreeing_medians == agreeing_means))


def level(difference: float, params: ProfilingParams) -> Level:
    """A standardised difference in words."""
    if abs(difference) < params.high_above:
        return "middling"
    side = "high" if difference > 0 else "low"
    return f"very {side}" if abs(difference) >= params.very_high_above else side


def alike(numbers: pd.DataFrame) -> pd.DataFrame:
    """How much each two columns tell the same story: rank correlation, without sign."""
    return numbers.rank().corr().abs().round(DECIMALS)
